"""When mail servers refuse a person's address for good, those who look after that person hear of it."""

from django.db.models import Q

from greencustoms.core import mail
from greencustoms.core.models import MailAddress, User
from partners.choices import MemberRole, Standing

from . import emails
from .models import Membership


@mail.addresses.told_when_suppressed
def tell_focal_points(address: MailAddress) -> None:
    """Write to the focal points of the person's organisations; to the secretariat where there is no other."""
    for person in User.objects.filter(email__iexact=address.address, is_active=True):
        for recipient in _looking_after(person):
            emails.address_suppressed(address, person, recipient)


def _looking_after(person: User) -> list[User]:
    own = Q(partner__in=person.memberships.values("partner"), role=MemberRole.FOCAL)
    others = Membership.objects.filter(user__is_active=True).exclude(user=person).select_related("user")
    found = list(others.filter(own)) or list(others.filter(partner__standing=Standing.SECRETARIAT))
    users = {membership.user_id: membership.user for membership in found}
    silent = mail.addresses.suppressed_among(user.email for user in users.values())
    return [user for user in users.values() if user.email not in silent]
