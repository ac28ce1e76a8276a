from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from greencustoms import roles
from greencustoms.core import audit
from greencustoms.management import people


class Command(BaseCommand):
    help = "Gives a person a role of the portal. Without arguments: lists the roles and who holds them."

    def add_arguments(self, parser):
        parser.add_argument("address", nargs="?", help="the e-mail address of the account")
        parser.add_argument("role", nargs="*", help="its name, for example: access administrator")

    @transaction.atomic
    def handle(self, address, role, **options):
        if not address:
            self.stdout.write(people.list_of_roles(), ending="")
            return
        user, wanted = people.person(address), people.role(" ".join(role))
        if not user.is_active:
            raise CommandError(f"The account of {user.email} is closed.")
        if wanted in roles.of(user):
            raise CommandError(f"{user.email} is {wanted.name} already.")
        try:
            roles.give(user, wanted)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages))
        audit.record(user, "gave a role", by=None, after={"role": wanted.name, "where": "on the server"})
        self.stdout.write(f"{user.email} is now {wanted.name}. A second factor will be asked for.")
