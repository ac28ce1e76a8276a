"""What is stored of a "by when": its words as read, or as a person filled it in. Pure: no database, no request.

The words stay as they were written. Days written with them count before those of an event or meeting they hang on;
empty words take what was said once for the whole session; what cannot be read a person fills in (design section 4).
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from greencustoms.core.days import is_within_reach, out_of_reach_words
from meetings.by_when import ByWhen, days_beside
from meetings.choices import DeadlineKind
from meetings.deadlines import review_day

DATED = (DeadlineKind.DAY, DeadlineKind.MONTH, DeadlineKind.PERIOD)


@dataclass(frozen=True)
class Typed:
    """What a person filled in, instead of what the portal reads. Empty: as the portal reads it."""

    kind: str = ""
    earliest: date | None = None
    latest: date | None = None
    edtf: str = ""

    def __bool__(self) -> bool:
        return bool(self.kind or self.earliest or self.latest or self.edtf)


NOT_TYPED = Typed()


@dataclass(frozen=True)
class Link:
    """The days of the event or meeting on which a stage hangs, and how many days before (minus) or after it is due."""

    starts_on: date
    ends_on: date
    offset_days: int = 0


@dataclass(frozen=True)
class Reading:
    """The values to store, or why the words alone do not give any. `choices` are readings a person may choose from."""

    kind: str = DeadlineKind.NONE
    earliest: date | None = None
    latest: date | None = None
    edtf: str = ""
    review_on: date | None = None
    is_inherited: bool = False
    reading_note: str = ""
    why_not: str = ""
    choices: tuple[ByWhen, ...] = field(default=(), compare=False)

    @property
    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in STORED}

    def is_stored_in(self, stage) -> bool:
        """Whether a stage says just this. The note may have been put in other words."""
        return all(getattr(self, name) == getattr(stage, name) for name in STORED if name != "reading_note")


STORED = ("kind", "earliest", "latest", "edtf", "review_on", "is_inherited", "reading_note")


def read(
    words: str, *, after: date, default_words: str = "", link: Link | None = None, typed: Typed = NOT_TYPED
) -> Reading:
    """`after` is the last day of the meeting, `default_words` what was said for the whole session."""
    words = words.strip()
    if typed:
        return _as_typed(words, typed, after, link)
    if words:
        return _as_read(words, after, link)
    if link is not None:
        return _hanging_on(link, words)
    if default_words.strip():
        return _inherited(default_words.strip(), after)
    return Reading()


def _as_read(words: str, after: date, link: Link | None) -> Reading:
    found = ByWhen.read(words, after=after)
    if link is not None and not found.edtf:
        return _hanging_on(link, words)
    if found.problem is not None:
        return Reading(why_not=found.problem.sentence, choices=found.choices)
    return _of(found, after)


def _of(found: ByWhen, after: date) -> Reading:
    is_open = found.latest is None
    return Reading(
        kind=found.kind,
        earliest=found.earliest,
        latest=found.latest,
        edtf=found.edtf,
        review_on=(found.review_on or review_day(found.kind, after)) if is_open else None,
        reading_note=found.note,
    )


def _inherited(default_words: str, after: date) -> Reading:
    """Nothing was written, so a date from the session has no kind of its own (as in the report of 2007)."""
    found = ByWhen.read(default_words, after=after)
    if found.problem is not None:
        return Reading()
    reading = _of(found, after)
    return Reading(
        kind=DeadlineKind.NONE if reading.latest else reading.kind,
        earliest=reading.earliest,
        latest=reading.latest,
        edtf=reading.edtf,
        review_on=reading.review_on,
        is_inherited=reading.latest is not None or reading.kind != DeadlineKind.NONE,
        reading_note=_("The report states no date here; this one was said once for the whole session."),
    )


def _hanging_on(link: Link, words: str) -> Reading:
    found = days_beside(words, starts_on=link.starts_on, ends_on=link.ends_on, offset_days=link.offset_days)
    if found.problem is not None:
        return Reading(why_not=found.problem.sentence)
    return Reading(kind=DeadlineKind.EVENT, earliest=found.earliest, latest=found.latest, reading_note=found.note)


def _as_typed(words: str, typed: Typed, after: date, link: Link | None) -> Reading:
    note = _("The days were filled in by a person.")
    if typed.edtf:
        found = ByWhen.from_edtf(typed.edtf)
        if found.problem is not None:
            return Reading(why_not=found.problem.sentence)
        typed = Typed(
            typed.kind or found.kind, typed.earliest or found.earliest, typed.latest or found.latest, found.edtf
        )
    if not is_within_reach(typed.earliest, typed.latest):
        return Reading(why_not=out_of_reach_words())
    if typed.earliest and not typed.latest:
        return Reading(why_not=_("Fill in the last day too."))
    if typed.earliest and typed.latest and typed.latest < typed.earliest:
        return Reading(why_not=_("The last day lies before the first."))
    if typed.latest is None:
        if typed.kind in DATED:
            return Reading(why_not=_("Fill in the last day."))
        if typed.kind == DeadlineKind.EVENT and link is not None:
            return _hanging_on(link, words)
        return Reading(kind=typed.kind, review_on=review_day(typed.kind, after), reading_note=note)
    if typed.kind in (DeadlineKind.ASAP, DeadlineKind.ONGOING, DeadlineKind.NONE):
        return Reading(why_not=_("This kind has no day: clear the days, or choose another kind."))
    is_one_day = typed.earliest in (None, typed.latest)
    kind = typed.kind or (DeadlineKind.DAY if is_one_day else DeadlineKind.PERIOD)
    return Reading(
        kind=kind,
        earliest=typed.earliest,
        latest=typed.latest,
        edtf=typed.edtf or _edtf(kind, typed.earliest, typed.latest),
        reading_note=note,
    )


def _edtf(kind: str, earliest: date | None, latest: date) -> str:
    if kind == DeadlineKind.MONTH:
        return f"{latest:%Y-%m}"
    return latest.isoformat() if earliest in (None, latest) else f"{earliest}/{latest}"
