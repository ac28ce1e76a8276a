"""The days of a deadline that hangs on an event or on another meeting, until days are written with it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from greencustoms.core.days import is_within_reach, out_of_reach_words
from meetings.choices import DeadlineKind

from . import text
from .counting import BEFORE_IT
from .problems import Code, Problem
from .reading import ByWhen, names_only_a_last_day
from .spans import add_months
from .text import any_of, pattern

BEGINNING = pattern(r"\b(?:beginning|start|opening|first day|1st day) of\b")
END = pattern(r"\b(?:end|close|closing|conclusion|last day) of\b")
BEFORE = pattern(rf"\b(?:{BEFORE_IT})\b")
AFTER = pattern(r"\b(?:after|following|since|once|from|onwards?|later)\b")
# Parts of an event whose days nobody wrote down, and numbers that were not read.
PART = pattern(
    any_of(
        r"\b(?:mid|middle|half\w*|quarter|early|late|earliest|eve)\b",
        r"(?<!-)\b(?:day|week|fortnight|month|year)s?\b",
    )
)


@dataclass(frozen=True, slots=True)
class DaysBeside:
    """First and last possible day, with a note on how they were found; or, without a last day, what to ask."""

    earliest: date | None = None
    latest: date | None = None
    note: str = ""
    problem: Problem | None = None


def days_beside(words: str, *, starts_on: date, ends_on: date, offset_days: int = 0) -> DaysBeside:
    """First and last possible day of what is due at, before or after something that takes place on these days.

    Days before count from its first day, days after from its last one; a number given counts before the one in the
    words ("two weeks before the COP", "before the next meeting"). Only a last day is set by those, and by "by".
    Words that say before or after, and not how long, give no day. Source: design section 4.
    """
    found = _days_beside(words, starts_on, ends_on, offset_days)
    if is_within_reach(found.earliest, found.latest):
        return found
    return DaysBeside(problem=Problem(Code.IMPOSSIBLE, out_of_reach_words()))


def _days_beside(words: str, starts_on: date, ends_on: date, offset_days: int) -> DaysBeside:
    if offset_days:
        return DaysBeside(latest=(starts_on if offset_days < 0 else ends_on) + timedelta(days=offset_days))
    plain = text.clean(words)
    found = ByWhen.read(words)
    offset = found.offset_days or found.offset_months
    at_beginning, at_end = BEGINNING.search(plain), END.search(plain)
    if found.problem is not None:
        if found.problem.code != Code.UNKNOWN or _is_doubtful(plain):
            return DaysBeside(problem=found.problem)
    elif offset:
        if at_end if offset < 0 else at_beginning:
            return DaysBeside(problem=_how_long())
        day = add_months(starts_on if offset < 0 else ends_on, found.offset_months)
        return DaysBeside(latest=day + timedelta(days=found.offset_days), note=found.note)
    elif found.kind == DeadlineKind.EVENT and _is_doubtful(plain):
        return DaysBeside(problem=_how_long())
    if at_beginning:
        ends_on = starts_on
    return DaysBeside(None if names_only_a_last_day(words) else starts_on, ends_on, found.note)


def _is_doubtful(plain: str) -> bool:
    rest = END.sub("", BEGINNING.sub("", plain))
    return any(words.search(rest) for words in (BEFORE, AFTER, PART))


def _how_long() -> Problem:
    return Problem(
        Code.UNKNOWN,
        _(
            "The words do not say how many days before or after the event this is due. Fill in the last day, or the "
            "number of days."
        ),
    )
