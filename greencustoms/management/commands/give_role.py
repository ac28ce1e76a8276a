from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from greencustoms import roles
from greencustoms.core import audit
from greencustoms.management.people import RoleCommand


class Command(RoleCommand):
    help = "Gives a person a role of the portal. Without arguments: lists the roles and who holds them."

    def decide(self, user, role):
        if not user.is_active:
            raise CommandError(f"The account of {user.email} is closed.")
        if role in roles.of(user):
            raise CommandError(f"{user.email} is {role.name} already.")
        try:
            roles.give(user, role)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages))
        audit.record(user, "gave a role", by=None, after={"role": role.name, "where": "on the server"})
        self.stdout.write(f"{user.email} is now {role.name}. A second factor will be asked for.")
