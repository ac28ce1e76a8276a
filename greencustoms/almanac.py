"""What the calendar holds: public meetings, events, and the dated deadlines of public actions."""

from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from greencustoms.core import publication
from greencustoms.core.calendar_files import Entry, midnight, with_change
from meetings.choices import StoredState
from meetings.files import calendar_entries
from meetings.models import Deadline, Meeting
from partners.models import Event

# Time bounds every list; no list is cut at a number of entries.
AHEAD = timedelta(days=366)
KEPT_IN_FEED = timedelta(days=366)


def upcoming(today: date) -> list[Entry]:
    """What has not ended yet and begins within a year, the next first."""
    return _between(today, today + AHEAD)


def of_year(year: int) -> list[Entry]:
    """What touches a year, in order."""
    return _between(date(year, 1, 1), date(year, 12, 31))


def of_feed(today: date) -> list[Entry]:
    """What calendar programs are given: all that lies ahead, and what ended at most a year ago."""
    return _between(today - KEPT_IN_FEED, None)


def years() -> list[int]:
    """The years that hold something, newest first."""
    return publication.kept("calendar-years", {}, _years)


def _between(first: date, last: date | None) -> list[Entry]:
    """What touches these days, both included, in order; with no last day, all that follows."""
    days: dict[str, date] = {"ends_on__gte": first}
    days_of_deadlines: dict[str, date] = {"latest__gte": first}
    if last is not None:
        days["starts_on__lte"] = days_of_deadlines["first__lte"] = last
    found = [
        *map(_meeting_entry, _meetings(**days)),
        *map(_event_entry, _events(**days)),
        *map(_deadline_entry, _deadlines(**days_of_deadlines)),
    ]
    return sorted(found, key=lambda entry: (entry.first, entry.last, entry.uid))


def _meetings(**limits) -> QuerySet:
    return with_change(Meeting.objects.public().filter(**limits)).order_by("starts_on", "pk")


def _events(**limits) -> QuerySet:
    return with_change(Event.objects.filter(**limits)).order_by("starts_on", "pk")


def _deadlines(**limits) -> QuerySet:
    rows = Deadline.objects.public().dated().filter(action__stored_state=StoredState.AGREED)
    return with_change(calendar_entries.with_days(rows).filter(**limits)).order_by("latest", "pk")


def _meeting_entry(meeting: Meeting) -> Entry:
    return Entry(
        uid=f"meeting-{meeting.code}",
        kind="meeting",
        title=meeting.title,
        first=meeting.starts_on,
        last=meeting.ends_on,
        changed_at=meeting.row_changed_at or midnight(meeting.starts_on),
        url=meeting.get_absolute_url(),
        place=", ".join(part for part in (meeting.place, meeting.city) if part),
        words=_("Invented for demonstration.") if meeting.is_invented else "",
    )


def _event_entry(event: Event) -> Entry:
    words = ""
    if event.dates_words:
        words = _("Announced as “%(words)s”; the exact days are not known.") % {"words": event.dates_words}
    return Entry(
        uid=f"event-{event.slug}",
        kind="event",
        title=event.name,
        first=event.starts_on,
        last=event.ends_on,
        changed_at=event.row_changed_at or midnight(event.starts_on),
        url=event.url,
        place=event.place,
        words=words,
    )


def _deadline_entry(deadline: Deadline) -> Entry:
    return calendar_entries.entry_of(deadline, changed_at=deadline.row_changed_at)


def _years() -> list[int]:
    found: set[int] = set()
    for rows, name in ((_meetings(), "starts_on"), (_events(), "starts_on"), (_deadlines(), "latest")):
        found |= {day.year for day in rows.order_by().dates(name, "year")}
    return sorted(found, reverse=True)
