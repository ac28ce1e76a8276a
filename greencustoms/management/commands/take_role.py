from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from greencustoms import roles
from greencustoms.core import audit
from greencustoms.management import people


class Command(BaseCommand):
    help = "Takes a role from a person, from the next page on. Without arguments: lists the roles and who holds them."

    def add_arguments(self, parser):
        parser.add_argument("address", nargs="?", help="the e-mail address of the account")
        parser.add_argument("role", nargs="*", help="its name, for example: access administrator")

    @transaction.atomic
    def handle(self, address, role, **options):
        if not address:
            self.stdout.write(people.list_of_roles(), ending="")
            return
        user, wanted = people.person(address), people.role(" ".join(role))
        if wanted not in roles.of(user):
            raise CommandError(f"{user.email} is not {wanted.name}.")
        roles.take(user, wanted)
        audit.record(user, "took a role", by=None, before={"role": wanted.name, "where": "on the server"})
        self.stdout.write(f"{user.email} is no longer {wanted.name}.")
