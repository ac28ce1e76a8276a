"""Reads the words "by when" of a report (design section 4)."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from greencustoms.core.days import is_within_reach, out_of_reach_words
from meetings.choices import DeadlineKind
from meetings.deadlines import long_day, review_day

from . import counting, dates, edtf, text, undated
from .dates import Found
from .problems import CannotRead, Code, Problem, only_start, vague
from .spans import Point, edtf_of, next_after, week_around
from .text import any_of, pattern


@dataclass(frozen=True, slots=True)
class ByWhen:
    """How words such as "by end April 2007" are read, or why they cannot be.

    `earliest` stays empty where the words name only a last day; both do where they name no day at all. `edtf` has the
    dates as written ("by July 2007" is 2007-07); `to_edtf()` tells the open start as well. With a `problem` nothing
    else is set but `choices`: the readings a person may choose from.
    """

    words: str
    kind: DeadlineKind
    earliest: date | None = None
    latest: date | None = None
    edtf: str = ""
    review_on: date | None = None
    offset_days: int = 0
    offset_months: int = 0
    note: str = ""
    problem: Problem | None = None
    choices: tuple["ByWhen", ...] = ()

    @classmethod
    def read(cls, words: str, after: date | None = None) -> "ByWhen":
        """Read the words. `after` is the last day of the meeting: "within two weeks" and years left out count from it.

        It never raises and never invents a day: what is vague, impossible or open to two readings is a `problem`.
        """
        try:
            found = _read(words, text.clean(words), after)
            if is_within_reach(found.earliest, found.latest):
                return found
            return cls(words, DeadlineKind.NONE, problem=Problem(Code.IMPOSSIBLE, out_of_reach_words()))
        except (OverflowError, ValueError):  # a meeting at the end of the calendar: no day after 31 December 9999
            return cls(words, DeadlineKind.NONE, problem=Problem(Code.UNKNOWN, not_read()))
        except CannotRead as stop:
            choices = tuple(cls.read(choice, after) for choice in stop.choices)
            return cls(
                words, DeadlineKind.NONE, problem=stop.problem,
                choices=tuple(choice for choice in choices if choice.problem is None),
            )  # fmt: skip

    @classmethod
    def from_edtf(cls, value: str) -> "ByWhen":
        """What a date in EDTF says; see `edtf` for what is understood."""
        value = value.strip()
        if not value:
            return cls(value, DeadlineKind.NONE)
        try:
            kind, earliest, latest = edtf.parse(value)
        except CannotRead as stop:
            return cls(value, DeadlineKind.NONE, problem=stop.problem)
        if not is_within_reach(earliest, latest):
            return cls(value, DeadlineKind.NONE, problem=Problem(Code.IMPOSSIBLE, out_of_reach_words()))
        return cls(value, kind, earliest, latest, edtf=value.removeprefix("../"))

    def to_edtf(self) -> str:
        """The days for other programs: as written, with `../` in front where only the last day is set."""
        if self.earliest is None and self.latest is not None:
            return edtf.open_start(self.edtf)
        return self.edtf


def names_only_a_last_day(words: str) -> bool:
    """Whether the words leave the first day open: "by July 2007", "end April 2007", "before the COP"."""
    return ONLY_LAST.search(text.clean(words)) is not None


_LIMIT = any_of(
    r"(?:by|until|till|up to|through)(?: and including| and incl\.)|by|until|till|up to|in time for|due",
    r"on or before|before or on",
    r"(?:no|not) later than|not after",
    r"(?:at (?:the )?(?:very )?)?latest",
    r"deadline(?: is| of)?|closing date(?: is| of)?",
)
_BEFORE = r"(?<!\bor )(?:before(?! or on\b)|prior to|ahead of|in advance of)"
ONLY_LAST = pattern(rf"\b(?:{_LIMIT}|{_BEFORE}|end|late|close of)\b")
_FILLER = any_of(
    r"on|in|of|at|the|during|about the|whole|latest|period|next|this|coming|year|calendar year",
    r"months? of|date of|week (?:of|commencing|beginning|starting)",
)
FILLER = pattern(rf"(?:\b{_FILLER}\b[ ,:]*)*$")
PART = pattern(rf"(?:{dates.EARLY_AND_LATE})$")
LIMIT = pattern(rf"\b{_LIMIT}(?: (?:by|on|in|at))?(?: the)?[ :,(]*$")
BEFORE = pattern(rf"\b{_BEFORE}(?: the)?[ (]*$")
LIMIT_AFTER = pattern(r"[ ,(]*(?:at (?:the )?(?:very )?latest|latest\b|or (?:earlier|before|sooner)\b|deadline\b)")
_START = any_of(
    r"after|since|from|commencing|as (?:of|from)",
    r"(?:starting|beginning)(?: from| on| in| with)?",
    r"(?:not|no) (?:before|earlier than|sooner than)",
    r"(?:not|at least) (?:until|till)(?: the)?",
    r"(?:at (?:the )?(?:very )?)?earliest(?: on| in| by)?",
)
START = pattern(rf"\b{_START}[ (]*$")
START_AFTER = pattern(r"[ ,(]*(?:onwards?|or later|at the earliest|and (?:after|beyond|later))\b")
_ABOUT = r"around|about|circa|ca\.?|approximately|approx\.?|roughly|tentatively|provisionally|possibly|probably|maybe"
ABOUT = pattern(rf"\b(?:{_ABOUT})[ (]*$")
FROM = pattern(r"\bfrom(?: the)?[ (]*$")
WEEK = pattern(r"\bweek (of|commencing|beginning|starting)(?: on)?(?: the)? ?$")
WEEKDAY_LEFT = pattern(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b")
# Numbers that belong to an event, not to the date after them: "COP 8, May 2007".
NUMBERED_EVENT = pattern(rf"{undated.EVENT_NOUN}[- ]?\d+[ ,(]*$")
DIGIT_BEFORE = pattern(r"\d(?:st|nd|rd|th)?[\s,./&\u2044-]*(?:\b(?:and|or|to|till|until|through)\b\s*(?:the )?)?$")
# Parts of a year or a month, and years that do not begin in January: their days are not written.
PART_BEFORE = pattern(
    any_of(
        r"\b(?:half|halfway|quarters?|mid|middle|third|semesters?|trimesters?|terms?)"
        r"[ -]*(?:(?:of|in|into|through)(?: the)?)?",
        r"\b(?:half|mid|middle of(?: the)?|fiscal|financial|budget(?:ary)?|school|academic)[ -]*years?(?: of)?",
    )
    + r"[ ,(/-]*$"
)
PART_AFTER = pattern(r"[ ,-]*(?:fiscal|financial|budget(?:ary)?|half|mid|school|academic)[ -]?years?\b")
PAST_BEFORE = pattern(r"\b(?:last|past|previous|preceding) +(?:year )?$")
PAST_AFTER = pattern(r"[ ,(]*(?:of )?(?:the )?(?:last|past|previous|preceding) year\b")
DIGIT_AFTER = pattern(r"[\s,./&-]*\d")
ENDS = ("end", "close", "late", "later part", "last day")
MOST_DAYS_OVER_NEW_YEAR = 184
MOST_YEARS_AHEAD = 20


def _read(words: str, plain: str, after: date | None) -> ByWhen:
    if len(words) > text.MOST_CHARACTERS * 10 or len(plain) > text.MOST_CHARACTERS:
        raise CannotRead(Code.UNKNOWN, _("This is too long to be read as a date. Fill in the days yourself."))
    if undated.NOTHING.fullmatch(plain):
        return ByWhen(words, DeadlineKind.NONE)
    if undated.SEASON.search(plain):
        raise CannotRead(Code.VAGUE, edtf.season_words())
    even, notes = text.with_figures(plain, after)
    found = dates.find(even)
    if len({(piece.first, piece.last) for piece in found}) > 1:
        raise CannotRead(Code.SEVERAL, dates.several())
    if found:
        return _with_a_date(words, even, found[0], after, notes)
    return _without_a_date(words, even, after, notes)


@dataclass(frozen=True, slots=True)
class Around:
    """What stands before and after a date, and what that says of it."""

    head: str
    tail: str
    part: str
    is_before: bool
    is_limit: bool
    is_event: bool
    is_limit_of_event: bool
    week: str

    @classmethod
    def of(cls, even: str, piece: Found) -> "Around":
        """Raises CannotRead where the words beside the date leave it without a last day, or unsure."""
        head, tail = even[: piece.start], even[piece.end :]
        if DIGIT_BEFORE.search(NUMBERED_EVENT.sub("", head)) or DIGIT_AFTER.match(tail):
            raise CannotRead(Code.SEVERAL, text.beside_figures())
        part, shorter = "", head
        while part_match := PART.search(shorter):  # "the end of the second week of May"
            part, shorter = part or part_match["part"].lower(), shorter[: part_match.start()]
        filler = FILLER.search(shorter)
        if PART_BEFORE.search(shorter) or PART_AFTER.match(tail):
            raise CannotRead(Code.VAGUE, vague())
        if PAST_BEFORE.search(head) or PAST_AFTER.match(tail):
            raise CannotRead(Code.UNKNOWN, not_read())
        sides = (shorter, shorter[: filler.start()] if filler else shorter)
        week = WEEK.search(shorter)  # "the week starting on 14 May" names its end as well
        starts = week is None and any(START.search(side) for side in sides)
        if (starts and not (piece.is_range and FROM.search(shorter))) or START_AFTER.match(tail):
            raise CannotRead(Code.ONLY_START, only_start())
        if any(ABOUT.search(side) for side in sides):
            raise CannotRead(Code.VAGUE, vague())
        is_before = any(BEFORE.search(side) for side in sides)
        is_limit = is_before or any(LIMIT.search(side) for side in sides) or LIMIT_AFTER.match(tail) is not None
        is_event = not is_limit and undated.is_beside_an_event(head)
        return cls(
            head, tail, part, is_before, is_limit, is_event,
            is_event and undated.is_limited_by_an_event(head), week[1].lower() if week else "",
        )  # fmt: skip


def _with_a_date(words: str, even: str, piece: Found, after: date | None, notes: list[str]) -> ByWhen:
    around = Around.of(even, piece)
    if undated.EACH.search(even):
        raise CannotRead(Code.SEVERAL, dates.several())
    _check_the_rest(f"{around.head} {around.tail}", is_limit=around.is_limit)
    first, last = _with_years(piece, after, notes)
    if last.last < first.first:
        raise CannotRead(Code.IMPOSSIBLE, _("The last day lies before the first."))
    _check_weekday(first)
    _check_weekday(last)
    earliest, latest, written, kind = first.first, last.last, edtf_of(first, last), _kind(first, last)
    is_open = around.is_limit or around.is_limit_of_event
    if around.part in ENDS and not first.is_day:
        is_open = is_open or not piece.is_range
    elif around.part and not first.is_day:
        if around.is_before:
            raise CannotRead(Code.VAGUE, vague())
        _let_the_whole_count(around.part, first, notes)
    if piece.last_part and piece.last_part not in ENDS and not last.is_day:
        _let_the_whole_count(piece.last_part, last, notes)
    if around.week and first == last and first.is_day:
        earliest, latest = week_around(earliest, starts_on_it=around.week != "of")
        kind, written = DeadlineKind.PERIOD, f"{earliest}/{latest}"
    if around.is_before and not around.part:
        latest = earliest - timedelta(days=1)
        kind, written = _the_day_before(first, latest)
        notes.append(_("“Before” makes the day before the last one."))
    if around.is_event:
        kind = DeadlineKind.EVENT
        if undated.lies_before_an_event(around.head):
            notes.append(_("The days are those of the event: what is due before it may be due earlier."))
    if after is not None and latest < after:
        notes.append(_("This lies before the last day of the meeting. Is the year right?"))
    elif after is not None and latest.year > after.year + MOST_YEARS_AHEAD:
        notes.append(_("This lies more than twenty years ahead. Is the year right?"))
    return ByWhen(words, kind, None if is_open else earliest, latest, written, note=" ".join(notes))


def _check_the_rest(rest: str, *, is_limit: bool) -> None:
    """One date beside "as soon as possible" counts only if it says "by": else it may be when something else happens."""
    if counting.count_in(rest):
        raise CannotRead(Code.SEVERAL, dates.several())
    if WEEKDAY_LEFT.search(rest):
        raise CannotRead(Code.UNKNOWN, _("The weekday beside the date cannot be read. Fill in the days yourself."))
    if is_limit:
        return
    if undated.AS_SOON_AS_POSSIBLE.search(rest):
        raise CannotRead(Code.SEVERAL, dates.several())
    if undated.VAGUE.search(rest):
        raise CannotRead(Code.VAGUE, vague())


def _with_years(piece: Found, after: date | None, notes: list[str]) -> tuple[Point, Point]:
    """Both ends with their years: the one written counts for both, and one that is missing comes from the meeting."""
    first, last = piece.first, piece.last
    if first.year is None and last.year is None:
        if after is None:
            raise CannotRead(Code.UNKNOWN, _("The year is missing. Write it with four figures."))
        first, last = next_after(first, last, after)
        notes.append(
            _("The year is not written; %(year)s is counted from the meeting: the next such date after it.")
            % {"year": last.year}
        )
        return first, last
    if last.year is None:
        last = last.in_year(first.known_year)
        return first, last if last.last >= first.first else last.in_year(first.known_year + 1)
    if first.year is None:
        first = first.in_year(last.year)
        if first.first > last.last:
            first = first.in_year(last.year - 1)
            if (last.last - first.first).days > MOST_DAYS_OVER_NEW_YEAR:
                raise CannotRead(Code.IMPOSSIBLE, _("The last day lies before the first."))
            notes.append(_("The first date has no year; %(year)s was taken.") % {"year": first.year})
    return first, last


def _check_weekday(point: Point) -> None:
    if point.weekday is None or not point.is_day or point.first.weekday() == point.weekday:
        return
    raise CannotRead(
        Code.IMPOSSIBLE,
        _("%(day)s is a %(is)s, not a %(written)s. Which is right?")
        % {
            "day": long_day(point.first),
            "is": WEEKDAYS[point.first.weekday()],
            "written": WEEKDAYS[point.weekday],
        },
    )


def _let_the_whole_count(part: str, point: Point, notes: list[str]) -> None:
    if point.months > 3:
        raise CannotRead(Code.VAGUE, vague())
    notes.append(_("“%(part)s” names no day, so the whole time written with it counts.") % {"part": part})


def _kind(first: Point, last: Point) -> DeadlineKind:
    if first != last:
        return DeadlineKind.PERIOD
    return DeadlineKind.DAY if first.is_day else DeadlineKind.MONTH if first.is_month else DeadlineKind.PERIOD


def _the_day_before(point: Point, day: date) -> tuple[DeadlineKind, str]:
    """Before a day is a day, before a month or quarter the month before, before a year the year before."""
    if point.is_day:
        return DeadlineKind.DAY, f"{day}"
    if point.months == 12:
        return DeadlineKind.PERIOD, f"{day:%Y}"
    return DeadlineKind.MONTH, f"{day:%Y-%m}"


def _without_a_date(words: str, even: str, after: date | None, notes: list[str]) -> ByWhen:
    count = counting.count_in(even)
    is_again = undated.AGAIN_AND_AGAIN.search(even) is not None
    if count and is_again:
        raise CannotRead(Code.SEVERAL, dates.several())
    if count:
        return _counted(words, count, after, notes)
    if not is_again and not undated.VAGUE.search(even) and counting.UNREAD.search(even):
        raise CannotRead(Code.UNKNOWN, not_read())
    kind, offset = DeadlineKind.NONE, 0
    if is_again:
        kind = DeadlineKind.ONGOING
    elif undated.AS_SOON_AS_POSSIBLE.search(even):
        kind = DeadlineKind.ASAP
    elif undated.VAGUE.search(even):
        raise CannotRead(Code.VAGUE, vague())
    elif undated.names_an_event(even):
        kind = DeadlineKind.EVENT
        if undated.lies_before_an_event(even):
            offset = -1
            notes.append(_("“Before” makes the day before it begins the last one."))
    if kind == DeadlineKind.NONE:
        raise CannotRead(Code.UNKNOWN, not_read())
    return ByWhen(
        words, kind, offset_days=offset, note=" ".join(notes), review_on=review_day(kind, after) if after else None
    )


def _counted(words: str, count: counting.Count, after: date | None, notes: list[str]) -> ByWhen:
    if not count.is_from_meeting:
        if not undated.NAMES_AN_EVENT.search(count.what):
            raise CannotRead(
                Code.UNKNOWN,
                _("This counts from something whose day the portal does not know. Fill in the days."),
            )
        kind = DeadlineKind.EVENT
        return ByWhen(
            words, kind, offset_days=count.offset_days, offset_months=count.offset_months, note=" ".join(notes),
            review_on=review_day(kind, after) if after else None,
        )  # fmt: skip
    if after is None:
        raise CannotRead(Code.UNKNOWN, _("This counts from the meeting, which has no last day yet."))
    latest = count.day_from(after)
    notes.append(_("Counted from the last day of the meeting, %(day)s.") % {"day": long_day(after)})
    note = " ".join(notes)
    if count.is_window:
        return ByWhen(words, DeadlineKind.PERIOD, after, latest, f"{after}/{latest}", note=note)
    return ByWhen(words, DeadlineKind.DAY, latest, latest, f"{latest}", note=note)


def not_read() -> str:
    return _("No date can be read from these words. Fill in the days yourself.")
