"""How a "by when" reads on a given day. Pure: no database, no request; `today` is passed in.

Due on the last possible day, overdue from the day after (design section 4).
"""

import functools
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from .choices import DeadlineKind

SOON_DAYS = 14
COUNTED_DAYS = 30
# After two months the number of days says less than the day itself.
COUNTED_OVERDUE_DAYS = 60
REVIEW_AFTER_DAYS = {DeadlineKind.ASAP: 30, DeadlineKind.EVENT: 30, DeadlineKind.ONGOING: 90}


@dataclass(frozen=True, slots=True)
class DueWords:
    """A sentence part such as "3 days overdue", and how urgent it looks: done, late, soon or open."""

    words: str
    state: str


def due_words(
    *, kind: str, latest: date | None, today: date, review_on: date | None = None, is_done: bool = False
) -> DueWords:
    """How a deadline stands today. Without a last possible day it is never overdue."""
    if is_done:
        return DueWords(_("done"), "done")
    if latest is None:
        if review_on is not None and kind != DeadlineKind.NONE:
            words = _("no fixed day; to be reviewed on %(day)s")
            if review_on < today:
                words = _("no fixed day; review was due on %(day)s")
            return DueWords(words % {"day": long_day(review_on)}, "open")
        return DueWords(_("no date stated"), "open")
    days = (latest - today).days
    if days < -COUNTED_OVERDUE_DAYS:
        return DueWords(_("overdue, was due by %(day)s") % {"day": long_day(latest)}, "late")
    if days < 0:
        words = ngettext("%(days)d day overdue", "%(days)d days overdue", -days) % {"days": -days}
        return DueWords(words, "late")
    if days == 0:
        return DueWords(_("due today"), "soon")
    if days <= COUNTED_DAYS:
        words = ngettext("due in %(days)d day", "due in %(days)d days", days) % {"days": days}
        return DueWords(words, "soon" if days <= SOON_DAYS else "open")
    return DueWords(_("due by %(day)s") % {"day": long_day(latest)}, "open")


def long_day(day: date) -> str:
    """A day as pages write it: 30 November 2007."""
    return _long_day(day, get_language())


@functools.lru_cache(maxsize=2048)
def _long_day(day: date, language: str | None) -> str:
    """Kept, since lists name the same days again and again; the language keeps the words of each apart."""
    return date_format(day, "DATE_FORMAT")


def days_between(first: date, last: date) -> str:
    """One day or a span of days, without saying month and year twice."""
    if first == last:
        return long_day(first)
    if (first.year, first.month) == (last.year, last.month):
        return _("%(first)s–%(last)s") % {"first": first.day, "last": long_day(last)}
    return _("%(first)s – %(last)s") % {"first": long_day(first), "last": long_day(last)}


def last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def is_past_when_entered(
    *, latest: date | None, review_on: date | None, entered_on: date, reopened_at: datetime | None
) -> bool:
    """Whether a deadline sends no reminders: its day had passed when it was entered, and nobody asked for them since.

    Its day is the last possible one, or the first review day of what has none.
    """
    due_on = latest or review_on
    return reopened_at is None and due_on is not None and due_on < entered_on


def review_day(kind: str, after: date) -> date | None:
    """When a deadline without a day is looked at first: counted from the last day of its meeting."""
    days = REVIEW_AFTER_DAYS.get(DeadlineKind(kind))
    return after + timedelta(days=days) if days else None
