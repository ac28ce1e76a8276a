"""Who speaks for whom: rights that come from belonging to an organisation."""

from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef

from greencustoms.core.people import joined, known, known_of_people, needs_second_factor, split

from .choices import MemberRole, Standing
from .models import Invitation, Membership, Partner, PartnerQuerySet


def partners_of(user) -> PartnerQuerySet:
    """Organisations a person may act for, as staff or focal point."""
    return Partner.objects.of(user) if user.is_authenticated else Partner.objects.none()


def partners_led_by(user) -> PartnerQuerySet:
    """Organisations a person is focal point of."""
    return Partner.objects.led_by(user) if user.is_authenticated else Partner.objects.none()


def is_member(user, partner: Partner | None = None) -> bool:
    """Whether a person belongs to this organisation, or to any if none is named."""
    mine = partners_of(user)
    return (mine.filter(pk=partner.pk) if partner else mine).exists()


def is_focal(user, partner: Partner | None = None) -> bool:
    """Whether a person is focal point of this organisation, or of any if none is named."""
    led = partners_led_by(user)
    return (led.filter(pk=partner.pk) if partner else led).exists()


class Belonging(NamedTuple):
    """That a person works for an organisation, as far as pages ask."""

    partner_id: int
    role: str
    standing: str
    slug: str
    name: str


@known_of_people("memberships")
def _memberships(now):
    mine = Membership.objects.filter(user=OuterRef("pk"))
    return joined(
        mine, "partner_id", "role", *(f"partner__{name}" for name in ("standing", "slug", "sort_key", "name"))
    )


def memberships_of(user) -> list[Belonging]:
    """The organisations of a person in alphabetical order, for what a page shows."""
    if not user.is_authenticated:
        return []
    rows = sorted(split(known(user, "memberships")), key=lambda row: row[-2])
    return [Belonging(int(key), role, standing, slug, name) for key, role, standing, slug, _sort_key, name in rows]


@needs_second_factor
def leads_a_partner(user) -> bool:
    """Focal points let people in and send them away, so they work behind a second factor (security section 3)."""
    return any(belonging.role == MemberRole.FOCAL for belonging in memberships_of(user))


def is_secretariat(user) -> bool:
    return user.has_perm("partners.invite_focal_points")


def keeps_people(user) -> bool:
    """Whether a person invites others: the secretariat and focal points do."""
    return is_secretariat(user) or is_focal(user)


def partners_kept_by(user) -> PartnerQuerySet:
    """Organisations whose people and working days a person keeps. Groups and other organisations have no accounts."""
    if is_secretariat(user):
        return Partner.objects.listed()
    return partners_led_by(user).filter(standing__in=[Standing.PARTNER, Standing.SECRETARIAT])


def roles_to_invite_as(user, partner: Partner | None = None) -> set[str]:
    """The secretariat invites focal points, focal points invite staff of their own; without a partner, of any."""
    roles = set()
    if is_secretariat(user):
        roles.add(MemberRole.FOCAL.value)
    if is_focal(user, partner):
        roles.add(MemberRole.STAFF.value)
    return roles


def may_still_invite(invitation: Invitation) -> bool:
    """Whether whoever sent this invitation could send it today. It counts no longer than its inviter does."""
    by = invitation.invited_by
    if not by.is_active:
        return False
    if invitation.account_request is not None:
        return is_secretariat(by) or is_focal(by, invitation.account_request.partner)
    return invitation.role in roles_to_invite_as(by, invitation.partner)


def may_remove(user, membership: Membership) -> bool:
    """The secretariat removes anyone; a focal point removes staff of its own, and itself unless it is the last one."""
    if is_secretariat(user):
        return True
    if not is_focal(user, membership.partner):
        return False
    if membership.role == MemberRole.STAFF:
        return True
    others = membership.partner.memberships.focal_points().exclude(user=user)
    return membership.user_id == user.pk and others.exists()


def require(allowed: bool) -> None:
    """Answer 403 unless the act is allowed."""
    if not allowed:
        raise PermissionDenied
