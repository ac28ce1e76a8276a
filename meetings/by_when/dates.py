"""Finds the dates in words that `text.with_figures` has made even, each with what stands before and after it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from .problems import CannotRead, Code
from .spans import Point
from .text import MONTH, MONTHS, YEAR, any_of, pattern

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY = r"(?:\b(?P<weekday>mon|tue|wed|thu|fri|sat|sun)(?:day|s|sday|nesday|rs|rsday|urday)?\b\.?,? ?(?:the )?)?"
DAY = r"\d{1,2}(?!\d)(?:st|nd|rd|th)?\b"
OF_YEAR = rf"(?:(?:,? ?-? ?(?:of |in )?|/)(?P<year>{YEAR}))?"
TO = r" ?(?:-|/|\bto\b|\buntil\b|\btill\b|\bthrough\b|\band\b|\bor\b|&) ?(?:the )?"
_PART = any_of(
    r"end|close|last day|beginning|start|early|mid|middle|late|later part",
    r"(?:first|1st|second|2nd|last) (?:part|half|days)",
    r"(?:\d(?:st|nd|rd|th)|last|first) week",
)
EARLY_AND_LATE = rf"(?:the )?(?:very )?(?P<part>{_PART})[ -]*(?:(?:in|of)(?: the)?(?: month of)? ?)?"


@dataclass(frozen=True, slots=True)
class Found:
    """A date, or a range of two, and where it stands in the text."""

    start: int
    end: int
    first: Point
    last: Point
    first_part: str = ""
    last_part: str = ""
    is_range: bool = False


def find(text: str) -> list[Found]:
    """All dates of the text, in order; those that a dash or "to" joins come as one."""
    return _joined(text, _single(text))


def _single(text: str) -> list[Found]:
    found: list[Found] = []
    position = 0
    while True:
        matches = [(m.start(), -m.end(), i, m) for i, (p, _b) in enumerate(PATTERNS) if (m := p.search(text, position))]
        if not matches:
            return found
        _start, _end, index, match = min(matches, key=lambda item: item[:3])
        piece = PATTERNS[index][1](match, text)
        position = match.end()
        if piece is not None:
            found.append(piece)


def _month(name: str) -> int:
    return next(number for number, month in enumerate(MONTHS, start=1) if month.startswith(name.lower()[:3]))


def _year(match: re.Match[str]) -> int | None:
    return int(match["year"]) if match["year"] else None


def _weekday(match: re.Match[str]) -> int | None:
    return WEEKDAYS.index(match["weekday"].lower()) if match["weekday"] else None


def _number(words: str) -> int:
    return int(re.sub(r"\D", "", words))


def _one(match: re.Match[str], point: Point) -> Found:
    return Found(match.start(), match.end(), point, point)


def _day_range(match: re.Match[str], text: str) -> Found | None:
    if not _is_month_name(match, text):
        return None
    year, month = _year(match), _month(match["month"])
    first, last = (Point(year, month, _number(match[name])) for name in ("from", "to"))
    _check_joint(text[: match.start()], match["joint"], first, last)
    return Found(match.start(), match.end(), first, last, is_range=True)


def _day(match: re.Match[str], text: str) -> Found | None:
    if not _is_month_name(match, text):
        return None
    return _one(match, Point(_year(match), _month(match["month"]), _number(match["day"]), weekday=_weekday(match)))


def _bare_month(match: re.Match[str], text: str) -> Found | None:
    if not _is_month_name(match, text):
        return None
    return _one(match, Point(_year(match), _month(match["month"])))


def _quarter(match: re.Match[str], text: str) -> Found:
    number = 4 if match["number"].lower() == "last" else _number(match["number"])
    return _one(match, Point(_year(match), number * 3 - 2, months=3))


def _half(match: re.Match[str], text: str) -> Found:
    return _one(match, Point(_year(match), _number(match["number"]) * 6 - 5, months=6))


_THE = r"(?:the )?(?:whole |entire )?$"
BEFORE_A_YEAR = pattern(
    any_of(
        r"\b(?:in|during|throughout|through|over|of|by|until|till|before|within|since|after|for|at|from|between|to|and|or)",
        r"\b(?:end|late|early|mid|middle|beginning|start|than|latest|calendar|year)",
        r"[-/(,:]",
    )
    + rf"\s*-?\s*{_THE}"
)
IN_A_YEAR = pattern(rf"\b(?:in|during|throughout|by|until|till|before|end of|end|late|year)\s*{_THE}")
FOR_A_YEAR = pattern(r"\S.*\bfor (?:the )?(?:year )?$")
ENDS_A_YEAR = pattern(r"\s*(?:$|[-/,;:.()]|(?:and|to|until|or|at|by|if|for|with|as)\b)")
# "2007's plan", "2000 copies", a week such as 2007-W20, a code such as GCI-2007-03.
NO_YEAR_AFTER = pattern(r"'|-?w\d|-\d\d?(?!\d)|\s*(?:copies|pieces|participants|officers|usd|us\$|dollars|euros?)\b")


def _bare_year(match: re.Match[str], text: str) -> Found | None:
    """A year alone counts where it can be nothing else: not in "2000 copies", "the plan for 2008"."""
    head, tail = text[: match.start()], text[match.end() :]
    if FOR_A_YEAR.search(head) or NO_YEAR_AFTER.match(tail):
        return None
    if not IN_A_YEAR.search(head):
        if head.strip() and not BEFORE_A_YEAR.search(head):
            return None
        if not ENDS_A_YEAR.match(tail):
            return None
    return _one(match, Point(int(match["year"]), 1, months=12))


_D_RANGE_M = rf"(?P<from>{DAY})(?P<joint>{TO})(?:[a-z]+day )?(?P<to>{DAY})\.?(?: ?of)?[ -]?(?P<month>{MONTH})"
_M_D_RANGE = rf"(?P<month>{MONTH}) ?(?P<from>{DAY})(?P<joint>{TO})(?P<to>{DAY})(?! ?(?:of )?{MONTH})"
_D_M = rf"(?<!\d)(?P<day>{DAY})\.?(?: ?of)?[ -]?(?P<month>{MONTH})"
_M_D = rf"(?P<month>{MONTH}),? ?(?:the )?(?P<day>{DAY})(?! ?(?:of )?{MONTH})"
_HALF = rf"\b(?P<number>1st|2nd) half(?=,? ?(?:of |in )?{YEAR})"
PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str], Found | None]], ...] = (
    (pattern(rf"(?<!\d){WEEKDAY}{_D_RANGE_M}{OF_YEAR}"), _day_range),
    (pattern(rf"{_M_D_RANGE}{OF_YEAR}"), _day_range),
    (pattern(rf"{WEEKDAY}{_D_M}{OF_YEAR}"), _day),
    (pattern(rf"{WEEKDAY}{_M_D}{OF_YEAR}"), _day),
    (pattern(rf"(?P<month>{MONTH}){OF_YEAR}"), _bare_month),
    (pattern(rf"\bq(?P<number>[1-4])\b{OF_YEAR}"), _quarter),
    (pattern(rf"(?P<year>{YEAR})[ -/]?q(?P<number>[1-4])\b"), _quarter),
    (pattern(rf"\b(?P<number>[1-4](?:st|nd|rd|th)|last) quarter\b{OF_YEAR}"), _quarter),
    (pattern(rf"\bh(?P<number>[12])\b{OF_YEAR}"), _half),
    (pattern(rf"{_HALF}{OF_YEAR}"), _half),
    (pattern(rf"(?<![\d.,])(?P<year>{YEAR})\b"), _bare_year),
)  # fmt: skip


BEFORE_A_MONTH = pattern(
    any_of(
        r"\b(?:in|by|of|until|till|before|during|after|from|to|and|or|between|since|through|throughout|than|latest)",
        r"\b(?:end|close|beginning|start|early|late|middle|mid|next|this|coming|around|about)",
        r"[-/(,:;&]",
    )
    + r"\s*-?\s*$"
)
ENDS_A_MONTH = pattern(r"\s*(?:$|[-/,;.:)(&]|(?:and|or|to|until|till|at the latest)\b)")


def _is_month_name(match: re.Match[str], text: str) -> bool:
    """Whether "may" and "march" name a month here: "Partners may send comments", "8 may speak" do not."""
    name = match["month"]
    if name.lower().rstrip(".") not in ("may", "march", "mar") or match["year"]:
        return True
    head, tail = text[: match.start()], text[match.end() :]
    has_day = re.search(r"\d", match[0]) is not None
    is_capital = name[0].isupper() and not text.isupper()
    starts_a_sentence = re.search(r"(?:^|[.!?]\s)\s*$", head) is not None
    if ENDS_A_MONTH.match(tail) and (has_day or not head.strip() or BEFORE_A_MONTH.search(head)):
        return True
    return is_capital and (has_day or not starts_a_sentence)


# --- Two dates that make one span ---

_JOINT = any_of(r"-|/|&|,(?: and\b)?", r"\b(?:to|until|till|through|and|or)\b")
JOINT = pattern(rf" ?(?P<joint>{_JOINT}) ?(?:by )?(?:{EARLY_AND_LATE})?(?:the )?")


def _joined(text: str, pieces: list[Found]) -> list[Found]:
    joined: list[Found] = []
    for piece in pieces:
        before = joined[-1] if joined else None
        joint = before and JOINT.fullmatch(text[before.end : piece.start])
        if before and joint and _may_join(text[: before.start], joint["joint"].strip(), before.last, piece.first):
            joined[-1] = replace(
                before, end=piece.end, last=piece.last, last_part=(joint["part"] or "").lower(), is_range=True
            )
        else:
            joined.append(piece)
    return joined


def _may_join(head: str, joint: str, first: Point, last: Point) -> bool:
    """A dash joins any two; a stroke, a comma and "and" only what follows one another, or after "between"."""
    joint = joint.lower().removeprefix(",").strip() or ","
    if joint in ("-", "to", "until", "till", "through"):
        return True
    if joint == "or" and 12 in (first.months, last.months):
        raise CannotRead(Code.SEVERAL, several())
    if joint == "and" and pattern(rf"\bbetween (?:the )?(?:{EARLY_AND_LATE})?(?:{WEEKDAY})?$").search(head):
        return True
    if first.is_day or last.is_day:
        return False
    months = last.month - (first.month + first.months)
    if first.year is not None and last.year is not None:
        months += (last.year - first.year) * 12
        return months == 0
    return months % 12 == 0


def _check_joint(head: str, joint: str, first: Point, last: Point) -> None:
    """Days of one month: "15-17 May" is a span; "15 or 19 May", "15 and 19 May" are two days."""
    joint = joint.lower().split()[0] if joint.split() else "-"
    follows = last.day == (first.day or 0) + 1
    if joint in ("and", "&") and not follows and not pattern(r"\bbetween (?:the )?$").search(head):
        raise CannotRead(Code.SEVERAL, several())
    if joint == "or" or (joint == "/" and not follows):
        raise CannotRead(Code.SEVERAL, several())


def several() -> str:
    return _("There is more than one date, and the words do not say which one counts. Fill in the days yourself.")
