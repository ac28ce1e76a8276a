from django.core.management.base import CommandError

from greencustoms import roles
from greencustoms.core import audit
from greencustoms.management.people import RoleCommand


class Command(RoleCommand):
    help = "Takes a role from a person, from the next page on. Without arguments: lists the roles and who holds them."

    def decide(self, user, role):
        if role not in roles.of(user):
            raise CommandError(f"{user.email} is not {role.name}.")
        roles.take(user, role)
        audit.record(user, "took a role", by=None, before={"role": role.name, "where": "on the server"})
        self.stdout.write(f"{user.email} is no longer {role.name}.")
