"""Days, months, quarters, halves and years as spans of days, and the same in EDTF."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .problems import CannotRead, Code


@dataclass(frozen=True, slots=True)
class Point:
    """What one date names: a day, or `months` months from `month` on. The year may be missing."""

    year: int | None
    month: int
    day: int | None = None
    months: int = 1
    weekday: int | None = None

    @property
    def is_day(self) -> bool:
        return self.day is not None

    @property
    def is_month(self) -> bool:
        return self.day is None and self.months == 1

    def in_year(self, year: int) -> "Point":
        return replace(self, year=year)

    @property
    def first(self) -> date:
        if self.day is None:
            return date(self.known_year, self.month, 1)
        try:
            return date(self.known_year, self.month, self.day)
        except ValueError:
            raise CannotRead(
                Code.IMPOSSIBLE,
                _("%(month)s has no day %(day)d.")
                % {"month": date_format(date(self.known_year, self.month, 1), "F Y"), "day": self.day},
            ) from None

    @property
    def last(self) -> date:
        if self.day is not None:
            return self.first
        month = self.month + self.months - 1
        return date(self.known_year, month, monthrange(self.known_year, month)[1])

    @property
    def known_year(self) -> int:
        if self.year is None:
            raise CannotRead(Code.UNKNOWN, _("The year is missing. Write it with four figures."))
        return self.year

    @property
    def edtf_ends(self) -> tuple[str, str]:
        """First and last part of the interval; the same where one part says it all."""
        if self.is_day:
            return self.first.isoformat(), self.first.isoformat()
        if self.months == 12:
            return f"{self.year}", f"{self.year}"
        return f"{self.first:%Y-%m}", f"{self.last:%Y-%m}"


def edtf_of(first: Point, last: Point) -> str:
    """One date or an interval. Quarters and halves are intervals of months, which every reader of EDTF knows."""
    start, end = first.edtf_ends[0], last.edtf_ends[1]
    return start if start == end else f"{start}/{end}"


def next_after(first: Point, last: Point, after: date) -> tuple[Point, Point]:
    """Years for what names none: the next such days that do not end before `after`, the meeting's last day."""
    for year in (after.year, after.year + 1, after.year + 2):
        crosses = (first.month, first.day or 0) > (last.month, last.day or 31)
        dated = first.in_year(year), last.in_year(year + crosses)
        # A day of 29 February waits for its year only as far as people plan ahead.
        if dated[1].day == 29 and dated[1].month == 2 and monthrange(dated[1].known_year, 2)[1] == 28:
            continue
        ends = dated[1].last
        if ends > after or (ends == after and not dated[1].is_day):
            return dated
    raise CannotRead(Code.IMPOSSIBLE, _("There is no such day in the years after the meeting."))


def week_around(day: date, *, starts_on_it: bool) -> tuple[date, date]:
    """Seven days from the one written, or from the Monday of its week."""
    monday = day if starts_on_it else day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
