"""The life of a report: circulated for comments, taken back to the draft, final; and who may read it.

Each change keeps who, when, before and after. They raise PermissionDenied if `by` may not do it, and ValidationError
"changed_meanwhile" or "not_open" if the report does not stand as the act needs it. What comes after the first final
version is in `report_versions`, what partners say about a circulated report in `report_comments`.
"""

from datetime import date, datetime, time

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from greencustoms.core import audit, publication, search, time_zones
from greencustoms.core.editing import set_fields
from greencustoms.core.models import User
from greencustoms.core.versions import claim_version
from meetings import access, emails, findable
from meetings.choices import ReportState
from meetings.models import Meeting, ReportVersion
from meetings.reports import rules as report_rules
from meetings.reports import snapshots

from . import telling


@transaction.atomic
def circulate_report(*, meeting: Meeting, by: User, version: int, until: date, now: datetime | None = None) -> Meeting:
    """Send a draft to the partners that took part, for comments until a day, that day included.

    A circulated report can be circulated again, with a later day. Members of those partners get a mail.
    """
    now = now or timezone.now()
    meeting = begin(meeting, by, version)
    if meeting.state == ReportState.FINAL:
        raise ValidationError(_("This report is final. Reopen it to prepare its next version."), code="not_open")
    if until < time_zones.day_in(meeting.time_zone, now):
        raise ValidationError({"until": _("This day has passed. Choose a day that is still to come.")})
    if meeting.comments_until is not None and until <= meeting.comments_until:
        raise ValidationError({"until": _("Comments are asked for until that day already. Choose a later one.")})
    change(
        meeting, "circulated", by=by, state=ReportState.CIRCULATED, comments_until=until,
        circulated_at=now, circulated_by=by,
    )  # fmt: skip
    for user in access.members_asked(meeting):
        emails.report_circulated(user=user, meeting=meeting)
    return meeting


@transaction.atomic
def take_back_report(*, meeting: Meeting, by: User, version: int) -> Meeting:
    """Make a circulated report a draft again, which only the secretariat sees. Comments stay."""
    meeting = begin(meeting, by, version)
    if meeting.state != ReportState.CIRCULATED:
        raise ValidationError(_("Only a report that is circulated can be taken back."), code="not_open")
    return change(
        meeting, "took back to draft", by=by, state=ReportState.DRAFT, comments_until=None,
        circulated_at=None, circulated_by=None,
    )  # fmt: skip


@transaction.atomic
def finalise_report(
    *, meeting: Meeting, by: User, version: int, is_early: bool = False, now: datetime | None = None
) -> ReportVersion:
    """Make a report final: locked, and stored word for word as its first version.

    A working copy takes over the report it revises instead, as its next version (`report_versions`). Before the day
    for comments has passed it needs `is_early`. Raises ValidationError "not_ready" with what is in the way. Members of
    the organisations in the lead get a mail.
    """
    from . import report_versions

    now = now or timezone.now()
    meeting = begin(meeting, by, version)
    if meeting.state == ReportState.FINAL:
        raise ValidationError(_("This report is final already."), code="not_open")
    reasons = report_rules.obstacles(meeting, now=now, is_early=is_early)
    if reasons:
        raise ValidationError(reasons, code="not_ready")
    if meeting.revises is not None:
        return report_versions.take_over(copy=meeting, original=meeting.revises, by=by, now=now)
    change(meeting, "made final", by=by, state=ReportState.FINAL, finalised_at=now, finalised_by=by)
    telling.tell_of_final_report(meeting=meeting, by=by, now=now)
    return store_version(meeting=meeting, content=snapshots.of(meeting), by=by, now=now)


@transaction.atomic
def set_readers(*, meeting: Meeting, by: User, version: int, visibility: str) -> Meeting:
    """Say who may read a report, at any time: it is no part of what the report says. The search knows it at once."""
    meeting = begin(meeting, by, version)
    if visibility != meeting.visibility:
        change(meeting, "changed who may read it", by=by, visibility=visibility)
        if meeting.state == ReportState.FINAL:
            search.index(findable.of_meeting(meeting))
    return meeting


@transaction.atomic
def keep_first_version(*, meeting: Meeting) -> None:
    """Store what a report says that came into the portal as a final one. Nothing happens if it has versions.

    It was final when the meeting ended, if nothing else is known: what was done since is no draft.
    """
    if meeting.state != ReportState.FINAL or meeting.report_versions.exists():
        return
    number = meeting.report_version
    reason = "" if number == 1 else _("The first version that the portal holds.")
    last_day = datetime.combine(meeting.ends_on, time.min, tzinfo=time_zones.zone_of(meeting.time_zone))
    ReportVersion.objects.create(
        meeting=meeting, number=number, reason=reason, content=snapshots.of(meeting),
        finalised_at=meeting.finalised_at or last_day,
    )  # fmt: skip


def store_version(*, meeting: Meeting, content: dict, by: User, now: datetime, reason: str = "") -> ReportVersion:
    """Keep the final version that has just come about, and let everybody find it."""
    version = ReportVersion.objects.create(
        meeting=meeting, number=meeting.report_version, reason=reason, content=content, finalised_at=now,
        finalised_by=by,
    )  # fmt: skip
    search.index(findable.of_meeting(meeting))
    # Rows made or changed at once send no signal.
    publication.raise_version()
    return version


def begin(meeting: Meeting, by: User, version: int) -> Meeting:
    """Let only those act who keep meetings, claim the version they saw, and look at the report as it stands now."""
    if not access.keeps_meetings(by):
        raise PermissionDenied
    stored = Meeting.objects.select_for_update().get(pk=meeting.pk)
    claim_version(stored, version)
    return stored


def change(meeting: Meeting, did: str, *, by: User, **changes) -> Meeting:
    before = {name: _plain(getattr(meeting, name)) for name in changes}
    set_fields(meeting, changes, by=by, reason=did)
    after = {name: _plain(getattr(meeting, name)) for name in changes}
    audit.record(meeting, did, by=by, before=before, after=after)
    return meeting


def _plain(value) -> str:
    if value is None:
        return ""
    return str(value.pk) if isinstance(value, User) else str(value)
