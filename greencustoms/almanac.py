"""What the calendar holds: public meetings, events, and the dated deadlines of public actions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from greencustoms.core import publication
from meetings.choices import StoredState
from meetings.models import Deadline, Meeting
from partners.models import Event

# Time bounds every list; no list is cut at a number of entries.
AHEAD = timedelta(days=366)
KEPT_IN_FEED = timedelta(days=366)


@dataclass(frozen=True)
class Entry:
    """One line of the calendar. `first` and `last` are whole days; a period stays a period."""

    uid: str
    kind: str
    title: str
    first: date
    last: date
    changed_at: datetime
    url: str = ""
    place: str = ""
    words: str = ""

    @property
    def is_one_day(self) -> bool:
        return self.first == self.last


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


def to_ics(entries: Iterable[Entry]) -> bytes:
    """The entries as iCalendar (RFC 5545): whole days only, and the same bytes as long as nothing changes."""
    feed = icalendar.Calendar()
    feed.add("prodid", "-//Green Customs//Calendar//EN")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", settings.SITE_NAME)
    for entry in entries:
        item = icalendar.Event()
        item.add("uid", f"{entry.uid}@{urlsplit(settings.PORTAL_URL).hostname}")
        item.add("dtstamp", entry.changed_at)
        item.add("dtstart", entry.first)
        # The end is the first day that is no longer part of it.
        item.add("dtend", entry.last + timedelta(days=1))
        item.add("summary", entry.title)
        item.add("transp", "TRANSPARENT")
        if entry.words:
            item.add("description", entry.words)
        if entry.place:
            item.add("location", entry.place)
        if entry.url:
            address = entry.url if urlsplit(entry.url).scheme else settings.PORTAL_URL + entry.url
            item.add("url", address)
        feed.add_component(item)
    return feed.to_ical()


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
    return _with_change(Meeting.objects.public().filter(**limits)).order_by("starts_on", "pk")


def _events(**limits) -> QuerySet:
    return _with_change(Event.objects.filter(**limits)).order_by("starts_on", "pk")


def _deadlines(**limits) -> QuerySet:
    rows = Deadline.objects.public().dated().filter(action__stored_state=StoredState.AGREED)
    rows = rows.annotate(first=Coalesce("earliest", F("latest"))).filter(**limits)
    return _with_change(rows.select_related("action__meeting")).order_by("latest", "pk")


def _with_change(rows: QuerySet) -> QuerySet:
    """When each row was last changed, from its history: the stamp of a feed must not come from the clock."""
    changes = rows.model.history.filter(id=OuterRef("pk")).order_by("-history_date").values("history_date")
    return rows.annotate(row_changed_at=Subquery(changes[:1]))


def _meeting_entry(meeting: Meeting) -> Entry:
    return Entry(
        uid=f"meeting-{meeting.code}",
        kind="meeting",
        title=meeting.title,
        first=meeting.starts_on,
        last=meeting.ends_on,
        changed_at=meeting.row_changed_at or _midnight(meeting.starts_on),
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
        changed_at=event.row_changed_at or _midnight(event.starts_on),
        url=event.url,
        place=event.place,
        words=words,
    )


def _deadline_entry(deadline: Deadline) -> Entry:
    action = deadline.action
    stage = f" ({deadline.label})" if deadline.label else ""
    words = _("By when, as written: “%(words)s”") % {"words": deadline.by_when_text} if deadline.by_when_text else ""
    if action.meeting.is_invented:
        words = f"{words} {_('Invented for demonstration.')}".strip()
    return Entry(
        uid=f"deadline-{action.meeting.code}-{action.number}-{deadline.position}",
        kind="deadline",
        title=_("Due: %(title)s") % {"title": f"{action.reference} {action.title}{stage}"},
        first=deadline.first,
        last=deadline.latest,
        changed_at=deadline.row_changed_at or _midnight(deadline.entered_on),
        url=reverse("action_detail", args=[action.meeting.code, action.number]),
        words=words,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _years() -> list[int]:
    found: set[int] = set()
    for rows, name in ((_meetings(), "starts_on"), (_events(), "starts_on"), (_deadlines(), "latest")):
        found |= {day.year for day in rows.order_by().dates(name, "year")}
    return sorted(found, reverse=True)
