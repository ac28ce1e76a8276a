"""What the calendar shows of this room: public meetings and dated public deadlines."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from . import pages
from .choices import StoredState
from .models import Deadline, Meeting


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """An entry of one or more whole days; `end` is the day after the last one. `uid` never changes."""

    uid: str
    kind: str
    summary: str
    start: date
    end: date
    url: str
    description: str


def entries() -> Iterator[CalendarEntry]:
    """Two statements, in order of the days within each kind. `url` is a path, without scheme and host."""
    for meeting in Meeting.objects.public().order_by("starts_on"):
        yield CalendarEntry(
            uid=f"meeting-{meeting.code}",
            kind="meeting",
            summary=meeting.title,
            start=meeting.starts_on,
            end=meeting.ends_on + timedelta(days=1),
            url=meeting.get_absolute_url(),
            description=meeting.city or meeting.place,
        )
    deadlines = Deadline.objects.public().dated().filter(action__stored_state=StoredState.AGREED)
    rows = deadlines.order_by("latest", "action_id").values_list(
        "pk", "latest", "label", "by_when_text", "action__number", "action__title", "action__meeting__code"
    )
    for pk, latest, label, by_when_text, number, title, code in rows:
        reference = pages.reference(code, number)
        words = {"reference": reference, "title": title, "stage": label}
        summary = _("Due: %(title)s (%(reference)s)") if not label else _("Due: %(title)s, %(stage)s (%(reference)s)")
        yield CalendarEntry(
            uid=f"deadline-{pk}",
            kind="deadline",
            summary=summary % words,
            # The last possible day only: a window of months would fill the calendar.
            start=latest,
            end=latest + timedelta(days=1),
            url=reverse("action_detail", args=[code, number]),
            description=_("“%(words)s”") % {"words": by_when_text} if by_when_text else "",
        )
