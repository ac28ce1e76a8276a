"""When a report may be commented on, and when it may be made final."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from greencustoms.core import time_zones
from meetings import deadlines
from meetings.choices import Disposition, ReportState, StoredState


def is_open_for_comments(meeting, *, now: datetime) -> bool:
    """Until the day that was named, that day included, in the time zone of the meeting (design section 4)."""
    if meeting.state != ReportState.CIRCULATED:
        return False
    return time_zones.day_in(meeting.time_zone, now) <= meeting.comments_until


def days_left(meeting, *, now: datetime) -> int:
    return (meeting.comments_until - time_zones.day_in(meeting.time_zone, now)).days


def obstacles(meeting, *, now: datetime, is_early: bool = False) -> list[str]:
    """What keeps a report from being made final, in sentences. Four statements.

    Every comment gets an answer first. A report says at least what was discussed; actions without an owner or a date
    are no obstacle, for there are such meetings.
    """
    found = []
    if not is_early and is_open_for_comments(meeting, now=now):
        found.append(_("Comments may still come until %(day)s.") % {"day": deadlines.long_day(meeting.comments_until)})
    unanswered = meeting.comments.filter(disposition=Disposition.OPEN).count()
    if unanswered:
        found.append(
            ngettext("%(count)d comment is not answered yet.", "%(count)d comments are not answered yet.", unanswered)
            % {"count": unanswered}
        )
    if not meeting.sessions.exists():
        found.append(_("There is no session yet."))
    proposed = meeting.actions.filter(stored_state=StoredState.PROPOSED).count()
    if proposed:
        found.append(
            ngettext(
                "%(count)d action is only proposed: agree on it, or delete it.",
                "%(count)d actions are only proposed: agree on them, or delete them.",
                proposed,
            )
            % {"count": proposed}
        )
    without_text = meeting.actions.filter(text="").order_by("number").values_list("number", flat=True)
    found += [_("Action %(number)d has no text.") % {"number": number} for number in without_text]
    return found
