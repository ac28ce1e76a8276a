"""Where a report stands in its life and what can be done next, for the pages of the secretariat."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from greencustoms.core.statements import KeptRows
from meetings import access, deadlines
from meetings.choices import Disposition, ReportState
from meetings.models import Meeting
from meetings.reports import rules as report_rules
from partners.models import Membership


@dataclass(frozen=True, slots=True)
class Act:
    """One step that may come next."""

    words: str
    says: str
    url: str
    is_main: bool = False


def asked(meeting: Meeting) -> dict[str, str]:
    """The partners that are asked to comment, and those among them that no mail reaches: nobody has an account."""
    reached = Membership.objects.filter(partner=OuterRef("pk"), user__is_active=True)
    partners = list(access.partners_asked(meeting).alphabetical().annotate(is_reached=Exists(reached)))
    return {
        "asked": _(", ").join(partner.short_name for partner in partners),
        "not_reached": _(", ").join(partner.short_name for partner in partners if not partner.is_reached),
    }


def panel(meeting: Meeting, user, *, now: datetime | None = None) -> dict:
    """What `meetings/_report_life.html` shows: where the report stands, its comments, the acts. Four statements."""
    now = now or timezone.now()
    copy = Meeting.objects.filter(revises=meeting).first() if meeting.state == ReportState.FINAL else None
    counts = list(meeting.comments.order_by().values_list("disposition", flat=True))
    return {
        "meeting": meeting,
        "state_words": state_words(meeting, now=now),
        "copy": copy,
        "copy_url": reverse("desk_meeting", args=[copy.code]) if copy else "",
        "original": meeting.revises if meeting.revises_id else None,
        "comment_count": len(counts),
        "unanswered_count": counts.count(Disposition.OPEN),
        "version_count": meeting.report_versions.count(),
        "acts": _acts(meeting, copy, now) if access.keeps_meetings(user) else [],
    }


def for_readers(meeting: Meeting, user, *, now: datetime | None = None) -> dict:
    """What `meetings/_report_state.html` shows on the page of a report. No statement for a final one."""
    if meeting.state == ReportState.FINAL:
        return {"versions_url": reverse("report_versions", args=[meeting.code])}
    now = now or timezone.now()
    found = {"state_words": state_words(meeting, now=now), "original": meeting.revises if meeting.revises_id else None}
    if meeting.state == ReportState.CIRCULATED and access.may_see_comments(user, meeting):
        found["comments_url"] = reverse("report_comments", args=[meeting.code])
        found["is_open"] = report_rules.is_open_for_comments(meeting, now=now)
    elif meeting.state == ReportState.CIRCULATED:
        found["who_comments"] = who_comments(meeting)
    return found


def who_comments(meeting: Meeting) -> str:
    """Said to those whose organisation is not asked."""
    names = _(", ").join(partner.short_name for partner in access.partners_asked(meeting).alphabetical())
    if not names:
        return _("No organisation is asked to comment: nobody is noted as having taken part.")
    if meeting.attendance.exists():
        return _("Only organisations that took part are asked to comment: %(names)s.") % {"names": names}
    return _("Only the partners of that day are asked to comment: %(names)s.") % {"names": names}


def waiting_for_comments_of(user, *, now: datetime | None = None) -> list[tuple[str, str, str]]:
    """Title, last day and address of the reports on which nobody of the person's organisations has said anything."""
    now = now or timezone.now()
    return [
        (report.title, deadlines.long_day(report.comments_until), reverse("report_comments", args=[report.code]))
        for report in map(_Circulated._make, _circulated_rows(user=user.pk))
        if report_rules.is_open_for_comments(report, now=now)
    ]


class _Circulated(NamedTuple):
    """As much of a report as the rule and the list need."""

    title: str
    code: str
    state: str
    time_zone: str
    comments_until: date


@KeptRows
def _circulated_rows(*, user):
    return access.reports_to_comment_on(user).values_list(*_Circulated._fields)


def state_words(meeting: Meeting, *, now: datetime) -> str:
    if meeting.state == ReportState.FINAL:
        return _("Final, version %(number)d") % {"number": meeting.report_version}
    if meeting.state == ReportState.DRAFT:
        return _("Draft of version %(number)d, seen by the secretariat only") % {"number": meeting.report_version}
    day = {"day": deadlines.long_day(meeting.comments_until)}
    if report_rules.is_open_for_comments(meeting, now=now):
        return _("Circulated to the partners for comments until %(day)s") % day
    return _("Circulated to the partners; comments were asked for until %(day)s") % day


def _acts(meeting: Meeting, copy: Meeting | None, now: datetime) -> list[Act]:
    def to(name: str) -> str:
        return reverse(name, args=[meeting.code])

    if meeting.state == ReportState.FINAL:
        reopen = Act(_("Reopen"), _("Prepare the next version; this one stays in force meanwhile."), to("desk_reopen"))
        readers = Act(_("Who may read it"), _("Public, or for partners only."), to("desk_report_readers"))
        return [readers] if copy else [reopen, readers]
    is_circulated = meeting.state == ReportState.CIRCULATED
    is_open = report_rules.is_open_for_comments(meeting, now=now)
    acts = [
        Act(
            _("Change the day for comments") if is_circulated else _("Circulate for comments"),
            _("Partners that took part get a mail and can comment until a day."),
            to("desk_circulate"),
            is_main=not is_circulated,
        ),
        Act(
            _("Make final"),
            _("The report is locked and stored as a version; its actions are in effect."),
            to("desk_finalise"),
            is_main=is_circulated and not is_open,
        ),
    ]
    if meeting.revises_id:
        acts.append(
            Act(_("Discard this working copy"), _("The version in force stays as it is."), to("desk_discard_copy"))
        )
    return acts
