"""People and roles as they are named at the command line."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from greencustoms import roles
from greencustoms.core.models import User


def person(address: str) -> User:
    user = User.objects.filter(email__iexact=address.strip()).first()
    if user is None:
        raise CommandError(f"No account has the address {address}. Invite the person first, at /desk/people/.")
    return user


def named_role(name: str) -> roles.Role:
    """A role by its name; "access-administrator" is the same as "access administrator"."""
    wanted = " ".join(name.replace("-", " ").replace("_", " ").lower().split())
    for each in roles.ROLES:
        if each.name == wanted:
            return each
    raise CommandError(f"There is no role “{name}”. The roles: {', '.join(each.name for each in roles.ROLES)}.")


def list_of_roles() -> str:
    """Each role, who receives it, and who holds it now."""
    lines = []
    for each in roles.ROLES:
        holders = User.objects.filter(groups__name=each.name).order_by("email").values_list("email", flat=True)
        lines += [each.name, f"  {each.received_by}", f"  held by: {', '.join(holders) or 'nobody'}", ""]
    return "\n".join(lines)


class RoleCommand(BaseCommand):
    """A command about one person and one role; without arguments it lists the roles and who holds them."""

    def add_arguments(self, parser):
        parser.add_argument("address", nargs="?", help="the e-mail address of the account")
        parser.add_argument("role", nargs="*", help="its name, for example: access administrator")

    @transaction.atomic
    def handle(self, address, role: list[str], **options):
        if not address:
            self.stdout.write(list_of_roles(), ending="")
            return
        self.decide(person(address), named_role(" ".join(role)))

    def decide(self, user: User, role: roles.Role) -> None:
        raise NotImplementedError
