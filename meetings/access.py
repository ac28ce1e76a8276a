"""Who may see which meetings and actions, and who may answer, report and confirm.

A public final report is open to everyone, one for partners only to members of a partner or the secretariat,
a report that is not final to those with the permission meetings.see_drafts.
"""

from django.db.models import Q

from partners.choices import MemberRole, Standing
from partners.models import Membership

from .choices import Progress
from .models import ActionShare, AgreedAction, Meeting

PUBLIC, PARTNERS, DRAFTS = "public", "partners", "drafts"


def reading_level(user) -> str:
    """How much a person may read: what is public, final reports for partners too, or drafts as well."""
    if not user.is_authenticated:
        return PUBLIC
    if user.has_perm("meetings.see_drafts"):
        return DRAFTS
    return PARTNERS if _is_member(user) else PUBLIC


def meetings_for(level: str):
    if level == DRAFTS:
        return Meeting.objects.all()
    return Meeting.objects.final() if level == PARTNERS else Meeting.objects.public()


def actions_for(level: str):
    if level == DRAFTS:
        return AgreedAction.objects.all()
    return AgreedAction.objects.in_final_reports() if level == PARTNERS else AgreedAction.objects.public()


def meetings_visible_to(user):
    return meetings_for(reading_level(user))


def actions_visible_to(user):
    return actions_for(reading_level(user))


def shares_open_to(user):
    """Shares whose form a person may open: those of their own organisations, and those they may confirm."""
    shares = ActionShare.objects.in_final_reports()
    is_own = Q(partner__memberships__user=user)
    return shares.filter(is_own | Q(pk__in=shares_to_confirm(user).values("pk"))).distinct()


def shares_to_confirm(user):
    """Shares reported as done that wait for this person's word: never one of their own organisation.

    The secretariat confirms what partners did; what the secretariat did is confirmed by a focal point.
    """
    waiting = ActionShare.objects.in_final_reports().filter(progress=Progress.DONE, confirmed_at=None)
    waiting = waiting.exclude(partner__in=_own_partners(user))
    of_secretariat = Q(partner__standing=Standing.SECRETARIAT)
    allowed = Q(pk__in=[])
    if user.has_perm("meetings.confirm_share"):
        allowed |= ~of_secretariat
    if _is_focal_point(user):
        allowed |= of_secretariat
    return waiting.filter(allowed)


def may_report(user, share) -> bool:
    return Membership.objects.filter(user=user, partner=share.partner_id).exists()


def may_confirm(user, share) -> bool:
    """Whether this person's word would count, whatever the state of the share."""
    if may_report(user, share):
        return False
    if share.partner.standing == Standing.SECRETARIAT:
        return _is_focal_point(user)
    return user.has_perm("meetings.confirm_share")


def _own_partners(user):
    return Membership.objects.filter(user=user).values("partner")


def _is_member(user) -> bool:
    standings = [Standing.PARTNER, Standing.SECRETARIAT]
    return Membership.objects.filter(user=user, partner__standing__in=standings).exists()


def _is_focal_point(user) -> bool:
    return Membership.objects.filter(user=user, role=MemberRole.FOCAL, partner__standing=Standing.PARTNER).exists()
