"""Entries of a calendar and the iCalendar files made of them (RFC 5545): whole days only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpResponse

from .tables import plain_text

CONFIRMED, TENTATIVE, CANCELLED = "CONFIRMED", "TENTATIVE", "CANCELLED"


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
    status: str = ""
    categories: tuple[str, ...] = ()

    @property
    def is_one_day(self) -> bool:
        return self.first == self.last


def to_ics(entries: Iterable[Entry], *, name: str = settings.SITE_NAME) -> bytes:
    """The entries as iCalendar, the same bytes as long as nothing changes."""
    feed = icalendar.Calendar()
    feed.add("prodid", "-//Green Customs//Calendar//EN")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", plain_text(name))
    for entry in entries:
        feed.add_component(_event(entry))
    return feed.to_ical()


def ics_response(file_name: str, entries: Iterable[Entry], **options) -> HttpResponse:
    return HttpResponse(
        to_ics(entries, **options),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'inline; filename="{file_name}"'},
    )


def with_change(rows: QuerySet) -> QuerySet:
    """When each row was last changed, from its history: the stamp of a feed must not come from the clock."""
    changes = rows.model.history.filter(id=OuterRef("pk")).order_by("-history_date").values("history_date")
    return rows.annotate(row_changed_at=Subquery(changes[:1]))


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _event(entry: Entry) -> icalendar.Event:
    item = icalendar.Event()
    item.add("uid", f"{entry.uid}@{urlsplit(settings.PORTAL_URL).hostname}")
    item.add("dtstamp", entry.changed_at)
    item.add("dtstart", entry.first)
    # The end is the first day that is no longer part of it.
    item.add("dtend", entry.last + timedelta(days=1))
    item.add("summary", plain_text(entry.title))
    item.add("transp", "TRANSPARENT")
    if entry.status:
        item.add("status", entry.status)
    if entry.categories:
        item.add("categories", [plain_text(category) for category in entry.categories])
    if entry.words:
        item.add("description", plain_text(entry.words))
    if entry.place:
        item.add("location", plain_text(entry.place))
    if entry.url:
        item.add("url", entry.url if urlsplit(entry.url).scheme else settings.PORTAL_URL + entry.url)
    return item
