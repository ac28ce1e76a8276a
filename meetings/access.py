"""Who may see which meetings and actions, and who may answer, report and confirm.

A public final report is open to everyone, one for partners only and one that is circulated for comments to members of
a partner or the secretariat, a draft to those with the permission meetings.see_drafts.
"""

from django.contrib.auth import get_user_model
from django.db.models import Case, Exists, OuterRef, Q, Subquery, When

from partners.access import memberships_of
from partners.choices import MemberRole, Standing
from partners.models import Membership, Partner

from .choices import Progress, Visibility
from .models import ActionShare, AgreedAction, Attendance, Meeting, ReportComment, ReportVersion

PUBLIC, PARTNERS, DRAFTS = "public", "partners", "drafts"
OF_SECRETARIAT = Q(partner__standing=Standing.SECRETARIAT)


def reading_level(user) -> str:
    """How much a person may read: what is public, reports for partners and circulated ones too, or drafts as well."""
    if not user.is_authenticated:
        return PUBLIC
    if user.has_perm("meetings.see_drafts"):
        return DRAFTS
    return PARTNERS if _is_member(user) else PUBLIC


def meetings_for(level: str):
    """The reports that may be read at a level, working copies of final ones among them."""
    if level == DRAFTS:
        return Meeting.objects.all()
    return Meeting.objects.final_or_circulated() if level == PARTNERS else Meeting.objects.public()


def actions_for(level: str):
    """What lists, counts and files across meetings show: every action once, so without those of working copies."""
    if level == DRAFTS:
        return AgreedAction.objects.filter(meeting__revises=None)
    return AgreedAction.objects.in_final_reports() if level == PARTNERS else AgreedAction.objects.public()


def actions_to_read_for(level: str):
    """What the pages of a report and of its actions show: also those of circulated reports and of working copies."""
    if level == DRAFTS:
        return AgreedAction.objects.all()
    return AgreedAction.objects.in_circulation() if level == PARTNERS else AgreedAction.objects.public()


def versions_for(level: str):
    """The final versions of reports that may be read at a level; of the report itself `meetings_for` speaks.

    Of a public report visitors read the newest version and those that were public when they were made: opening it
    does not open what was written for partners before. `is_open_to_all` says so of each.
    """
    others = ReportVersion.objects.filter(meeting=OuterRef("meeting")).order_by("-number")
    is_open = Q(number=Subquery(others.values("number")[:1])) | Q(content__visibility=Visibility.PUBLIC)
    versions = ReportVersion.objects.annotate(is_open_to_all=Case(When(is_open, then=True), default=False))
    return versions.filter(is_open_to_all=True) if level == PUBLIC else versions


def meetings_visible_to(user):
    return meetings_for(reading_level(user))


def actions_visible_to(user):
    return actions_for(reading_level(user))


def actions_readable_by(user):
    """As `actions_to_read_for`, for the page of one action."""
    return actions_to_read_for(reading_level(user))


def partners_asked(meeting):
    """Who is asked to comment on a report: the partners that took part, else those of that day."""
    took_part = Partner.objects.partners().filter(attendance__meeting=meeting)
    return took_part if took_part.exists() else Partner.objects.partners().filter(meetings_as_partner=meeting)


def members_asked(meeting):
    """The people who work for a partner that is asked to comment, each once."""
    asked = Membership.objects.filter(partner__in=partners_asked(meeting)).values("user")
    return get_user_model().objects.filter(is_active=True, pk__in=asked).order_by("pk")


def partners_to_comment_for(user, meeting):
    """The organisations of a person that are asked to comment on this report."""
    return partners_asked(meeting).filter(pk__in=_own_partners(user)).alphabetical()


def reports_to_comment_on(user):
    """Circulated reports on which organisations of this person are asked to comment and none has, first day first.

    `user` may be the key of a person.
    """
    own = _own_partners(user)
    took_part = Attendance.objects.filter(meeting=OuterRef("pk"), partner__standing=Standing.PARTNER)
    of_that_day = Meeting.partners.through.objects.filter(partner__in=own, partner__standing=Standing.PARTNER)
    asked = Q(Exists(took_part.filter(partner__in=own)))
    asked |= ~Q(Exists(took_part)) & Q(pk__in=of_that_day.values("meeting"))
    said = ReportComment.objects.filter(
        meeting=OuterRef("pk"), partner__in=own, report_version=OuterRef("report_version")
    )
    return Meeting.objects.circulated().filter(asked, ~Exists(said)).order_by("comments_until", "pk")


def may_see_comments(user, meeting) -> bool:
    """Partners that are asked see what their own organisation said, the secretariat sees all."""
    return user.has_perm("meetings.see_drafts") or partners_to_comment_for(user, meeting).exists()


def may_know_who_comments(user) -> bool:
    """Whether a person is told which partners comment on a report: those who may read a circulated one."""
    return reading_level(user) != PUBLIC


def shares_open_to(user):
    """Shares whose form a person may open.

    Those of their own organisations, those they confirm or may reopen, and those of partners that they act for.
    """
    shares = ActionShare.objects.in_final_reports()
    allowed = Q(partner__in=_own_partners(user)) | Q(pk__in=_shares_looked_at(user).values("pk"))
    if user.has_perm("meetings.act_for_partners"):
        allowed |= ~OF_SECRETARIAT
    return shares.filter(allowed)


def shares_to_confirm(user):
    """Shares reported as done that wait for this person's word: never one of their own organisation.

    The secretariat confirms what partners did; what the secretariat did is confirmed by a focal point. Whoever
    reported for a partner leaves the word to somebody else.
    """
    return _shares_looked_at(user).filter(confirmed_at=None).exclude(is_reported_on_behalf=True, reported_by=user)


def _shares_looked_at(user):
    """Shares reported as done, confirmed or not, on which this person's word counts."""
    done = ActionShare.objects.in_final_reports().filter(progress=Progress.DONE)
    allowed = Q(pk__in=[])
    if user.has_perm("meetings.confirm_share"):
        allowed |= ~OF_SECRETARIAT
    if _is_focal_point(user):
        allowed |= OF_SECRETARIAT
    return done.exclude(partner__in=_own_partners(user)).filter(allowed)


class RightsOnShares:
    """As `shares_open_to` and `shares_to_confirm`, for shares of final reports that a page has read: no statement.

    For links only; what they lead to asks again. `share` is a ShareCard of `meetings.pages.cards`.
    """

    def __init__(self, user):
        belongings = memberships_of(user)
        self.own = {belonging.partner_id for belonging in belongings}
        self._user_pk = user.pk
        self._acts_for_partners = user.has_perm("meetings.act_for_partners")
        self._confirms = user.has_perm("meetings.confirm_share")
        self._is_focal = any(
            belonging.role == MemberRole.FOCAL and belonging.standing == Standing.PARTNER for belonging in belongings
        )

    def may_open(self, share) -> bool:
        acts_for_it = self._acts_for_partners and share.partner_standing != Standing.SECRETARIAT
        return share.partner_id in self.own or acts_for_it or self._looks_at(share)

    def may_confirm(self, share) -> bool:
        is_own_report = share.is_reported_on_behalf and share.reported_by_id == self._user_pk
        return self._looks_at(share) and share.confirmed_on is None and not is_own_report

    def _looks_at(self, share) -> bool:
        if share.state.progress != Progress.DONE or share.partner_id in self.own:
            return False
        if share.partner_standing == Standing.SECRETARIAT:
            return self._is_focal
        return self._confirms


def may_report(user, share) -> bool:
    return Membership.objects.filter(user=user, partner=share.partner_id).exists()


def may_act_for(user, share) -> bool:
    """Whether a person enters what another organisation said by mail. For the secretariat itself nobody does."""
    if share.partner.standing == Standing.SECRETARIAT or not user.has_perm("meetings.act_for_partners"):
        return False
    return not may_report(user, share)


def may_confirm(user, share) -> bool:
    """Whether this person's word would count, whatever the state of the share.

    Never for one's own organisation, and never for what one reported oneself in the name of a partner.
    """
    if may_report(user, share) or (share.is_reported_on_behalf and share.reported_by_id == user.pk):
        return False
    if share.partner.standing == Standing.SECRETARIAT:
        return _is_focal_point(user)
    return user.has_perm("meetings.confirm_share")


def keeps_meetings(user) -> bool:
    """Whether a person writes reports and decides on agreed actions."""
    return user.has_perm("meetings.keep_meetings")


def _own_partners(user):
    return Membership.objects.filter(user=user).values("partner")


def _is_member(user) -> bool:
    standings = {Standing.PARTNER, Standing.SECRETARIAT}
    return any(belonging.standing in standings for belonging in memberships_of(user))


def _is_focal_point(user) -> bool:
    return Membership.objects.filter(user=user, role=MemberRole.FOCAL, partner__standing=Standing.PARTNER).exists()
