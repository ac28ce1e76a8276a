"""Dates in EDTF, the extended date format of ISO 8601-2, as the portal writes and reads them.

Written: `2007`, `2007-05`, `2007-05-15`, intervals of these, and `../2007-07` where only the last day is set. That is
level 0 with the open start of level 1, which every reader of EDTF knows; quarters and halves are intervals of months.
Read as well: quarters `2007-33` to `2007-36` and halves `2007-40`, `2007-41` of level 2, and several dates parted by
semicolons, which make one span from the first day to the last. Refused: seasons (`2007-21`), marks of doubt (`?`, `~`,
`%`), unknown digits (`X`), sets, and intervals without an end, since none of them has a last day.
"""

import re
from datetime import date

from django.utils.translation import gettext as _

from meetings.choices import DeadlineKind

from .problems import CannotRead, Code
from .spans import Point

MOST_CHARACTERS = 100
PART = re.compile(r"([12]\d{3})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
QUARTERS = {33: 1, 34: 4, 35: 7, 36: 10}
HALVES = {40: 1, 41: 7}
SEASONS = range(21, 33)


def parse(text: str) -> tuple[DeadlineKind, date | None, date]:
    """Kind, first and last possible day. The first is None where only the last one is set. Raises CannotRead."""
    text = text.strip()
    if len(text) > MOST_CHARACTERS:
        raise _no_edtf(text[:MOST_CHARACTERS])
    spans = [_interval(part) for part in text.split(";") if part]
    if not spans:
        raise _no_edtf(text)
    if len(spans) == 1:
        return spans[0]
    firsts = [first for _kind, first, _last in spans]
    first = None if None in firsts else min(day for day in firsts if day is not None)
    return DeadlineKind.PERIOD, first, max(last for _kind, _first, last in spans)


def _interval(text: str) -> tuple[DeadlineKind, date | None, date]:
    start, is_interval, end = text.partition("/")
    last = _point(end if is_interval else start)
    kind = DeadlineKind.DAY if last.is_day else DeadlineKind.MONTH if last.is_month else DeadlineKind.PERIOD
    if not is_interval:
        return kind, last.first, last.last
    if start in ("..", ""):
        return kind, None, last.last
    first = _point(start)
    if last.last < first.first:
        raise CannotRead(Code.IMPOSSIBLE, _("The last day lies before the first."))
    return (kind if first == last else DeadlineKind.PERIOD), first.first, last.last


def _point(text: str) -> Point:
    match = PART.fullmatch(text)
    if match is None:
        raise _no_edtf(text)
    year, number = int(match[1]), int(match[2] or 0)
    if match[3] is not None:
        if not 1 <= number <= 12:
            raise _no_edtf(text)
        return Point(year, number, int(match[3]))
    if match[2] is None:
        return Point(year, 1, months=12)
    if number in SEASONS:
        raise CannotRead(Code.VAGUE, season_words())
    if number in QUARTERS:
        return Point(year, QUARTERS[number], months=3)
    if number in HALVES:
        return Point(year, HALVES[number], months=6)
    if not 1 <= number <= 12:
        raise _no_edtf(text)
    return Point(year, number)


def season_words() -> str:
    return _("A season is not the same months everywhere. Write months instead, such as “March – May 2007”.")


def _no_edtf(text: str) -> CannotRead:
    words = _("“%(text)s” cannot be read. Write a day, a month, a year or a span in figures, such as 2007-05/2007-06.")
    return CannotRead(Code.UNKNOWN, words % {"text": text})


def open_start(edtf: str) -> str:
    """The same dates with only the last day set: 2007-05/2007-06 becomes ../2007-06."""
    return f"../{edtf.rpartition('/')[2]}" if edtf else ""
