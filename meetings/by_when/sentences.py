"""How a "by when" was read, in the sentence that stands below the field and on the page."""

from datetime import date, timedelta
from typing import Protocol

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from meetings.choices import DeadlineKind
from meetings.deadlines import REVIEW_AFTER_DAYS, long_day


class Days(Protocol):
    """A `ByWhen` or a stored `Deadline`."""

    kind: str
    earliest: date | None
    latest: date | None
    review_on: date | None


def reading_words(by_when: Days, time_zone: str = "UTC") -> str:
    """ "by 31 July 2007, overdue from 1 August", or why the words cannot be read and what to do."""
    problem = getattr(by_when, "problem", None)
    if problem is not None:
        return problem.sentence
    if by_when.latest is None:
        return _without_days(by_when)
    words = _days_words(by_when.earliest, by_when.latest)
    if time_zone and time_zone != "UTC":
        return _("%(words)s (days as they begin and end in %(zone)s)") % {"words": words, "zone": time_zone}
    return words


def _days_words(earliest: date | None, latest: date) -> str:
    overdue_from = latest + timedelta(days=1)
    days = {
        "earliest": _day(earliest, latest) if earliest else "",
        "latest": long_day(latest),
        "overdue": _day(overdue_from, latest),
    }
    if earliest is None:
        return _("by %(latest)s, overdue from %(overdue)s") % days
    if earliest == latest:
        return _("on %(latest)s, overdue from %(overdue)s") % days
    return _("between %(earliest)s and %(latest)s, overdue from %(overdue)s") % days


def _day(day: date, beside: date) -> str:
    """Without the year where the day beside it has the same one."""
    return date_format(day, "MONTH_DAY_FORMAT") if day.year == beside.year else long_day(day)


def _without_days(by_when: Days) -> str:
    kind = DeadlineKind(by_when.kind)
    if kind == DeadlineKind.NONE:
        return _("no date stated")
    if by_when.review_on is not None:
        day = long_day(by_when.review_on)
        if kind == DeadlineKind.EVENT:
            return _("the days of its event or meeting; without one, looked at again on %(day)s") % {"day": day}
        return _("no fixed day; looked at again on %(day)s") % {"day": day}
    days = REVIEW_AFTER_DAYS.get(kind, 30)
    if kind == DeadlineKind.EVENT:
        return _("the days of its event or meeting; without one, looked at again every %(days)d days") % {"days": days}
    return _("no fixed day; looked at again every %(days)d days") % {"days": days}
