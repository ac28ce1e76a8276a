"""Counts "two weeks after the meeting". What is joined to the number and cannot be read stops the reading."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from .problems import CannotRead, Code, only_start, vague
from .spans import add_months
from .text import any_of, pattern

ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
VALUES = (
    {word: number for number, word in enumerate(ONES + TEENS, start=1)}
    | {word: number * 10 for number, word in enumerate(TENS, start=2)}
    | {"a": 1, "an": 1}
)
_ONE = any_of(*ONES)
_SMALL = rf"(?:{any_of(*TENS)}(?:[- ]{_ONE}\b)?|{any_of(*TEENS)}\b|{_ONE})"
IN_WORDS = pattern(
    any_of(
        rf"\b(?P<hundreds>an?|{_ONE})[- ]hundred(?:(?: and)?[- ](?P<rest>{_SMALL}))?\b",
        rf"\b(?P<small>{_SMALL})\b",
    )
)

MOST_MONTHS = 120
_UNIT = r"(?:day|week|fortnight|month|year)"
_LENGTH = any_of(
    rf"(?P<number>\d{{1,3}}|an?)(?: \((?P<again>\d{{1,3}})\))? (?:calendar )?(?P<unit>{_UNIT})s?\b'?(?: time\b)?",
    r"(?P<fortnight>(?:a )?fortnight)\b",
)
BEFORE_IT = r"before|prior to|ahead of|in advance of"
_SIDE = rf"after|from|following|{BEFORE_IT}"
WITHIN = pattern(
    r"\b(?P<how>within|in|over|during|for|(?:not|no) later than|(?:not|no) more than|at the latest)(?: (?:the|a))?"
    rf"(?P<filler>(?: (?:next|coming|first|1st|following|period of|maximum of))*) {_LENGTH}"
    rf"(?:,? at the latest)?(?: (?P<side>of|{_SIDE}) (?P<what>.+))?"
)
COUNTED = pattern(
    rf"\b(?:{_LENGTH}|(?P<the_day>the day)),? (?:at the latest,? )?(?P<side>{_SIDE}) (?P<what>.+)"
)  # fmt: skip
ANOTHER = pattern(_LENGTH.replace("?P<", "?P<other_"))
# "several weeks after", "2.5 months after": a length of time counts from something, however it is numbered.
UNREAD = pattern(rf"\b(?:{_UNIT}|quarter|decade)s?\b'?(?:[ ,]+[\w()'-]+){{0,4}}?,? (?:{_SIDE})\b")
# What "two weeks after ..." counts from without anybody having to look it up: this very meeting.
THIS_MEETING = pattern(
    any_of(
        r"(?:the )?(?:(?:end|close|last day|conclusion) of )?(?:the |this |our |the present |the current )"
        r"(?:partners'? )?meeting\b[ .]*",
        r"(?:now|today)\b[ .]*",
    )
)

_JOINT = r"(?:and|or|to|till|until|plus|minus|less|by|x|[-,/&.+])"
JOINED_BEFORE = pattern(
    any_of(
        r"[\w.,/+*\u2044\u00bd-]",
        rf"(?:\d\w{{0,2}}|hundred|thousand|dozen|half|quarter|third|double|twice|{_UNIT}s?'?) ?(?:{_JOINT} ?)*",
        r"(?:last|final|remaining|other|another|further|additional|less than|fewer than) ",
        r"(?<!period )(?<!maximum )(?<!minimum )\bof ",
        r"\b(?:not|never) ",
    )
    + "$"
)
JOINED_AFTER = pattern(
    any_of(
        rf"\s*(?:{_JOINT}\s*)+(?:(?:an? )?(?:half|quarter)|\d|an? {_UNIT}|{_UNIT}|so|more|less|later)\b",
        rf".*\b(?:{_SIDE}|since|once|upon|when)\b",
    )
)
_BETWEEN = r"(?: (?:in|on|by|within|from|after|the|a|period|of))* *$"
ABOUT = pattern(
    rf"\b(?:about|around|approximately|approx\.?|circa|ca\.?|roughly|some|almost|nearly|ideally|preferably){_BETWEEN}"
)
STARTS = pattern(
    r"\b(?:(?:no|not) (?:earlier|sooner) than|not (?:before|until|till)|earliest|from|since|after|only|starting"
    rf"|beginning|commencing){_BETWEEN}"
)
AT_LEAST = pattern(rf"\b(?:at least|(?:no|not) (?:less|fewer|shorter) than|minimum|min\.?){_BETWEEN}")
MORE_THAN = pattern(rf"\b(?:more than|longer than|later than|greater than|over|above|beyond|exceeding){_BETWEEN}")
STARTS_AFTER = pattern(r"\b(?:at (?:the )?(?:very )?earliest|onwards?|or (?:later|more))\b")
LIMIT = pattern(r"\b(?:by|until|till|up to|at most|due|latest)(?: (?:the|and including))* *$")
LATEST_AFTER = pattern(r"[ ,(]*\bat (?:the )?(?:very )?latest\b[ .)]*$")


@dataclass(frozen=True, slots=True)
class Count:
    """So many days or months, from the meeting or from something else."""

    days: int
    months: int
    side: str
    what: str
    is_window: bool

    @property
    def is_before(self) -> bool:
        return self.side in BEFORE_IT.split("|")

    @property
    def is_from_meeting(self) -> bool:
        return not self.is_before and (not self.what or THIS_MEETING.fullmatch(self.what) is not None)

    @property
    def offset_days(self) -> int:
        """Days after an event, or before it with a minus."""
        return -self.days if self.is_before else self.days

    @property
    def offset_months(self) -> int:
        return -self.months if self.is_before else self.months

    def day_from(self, after: date) -> date:
        return add_months(after, self.months) + timedelta(days=self.days)


def count_in(text: str) -> Count | None:
    """ "within two weeks", "three months after the meeting", "two weeks before the COP".

    Raises CannotRead where a part of the number or of the length stands outside of what is understood, and where the
    words say only when something begins.
    """
    text = IN_WORDS.sub(_figure, text)
    window = WITHIN.search(text)
    match = window or COUNTED.search(text)
    if match is None:
        return None
    groups = match.groupdict()
    side, what = (groups["side"] or "").lower(), (groups["what"] or "").strip(" .,;")
    head, tail = text[: match.start()], text[match.end() :]
    is_window = window is not None or LIMIT.search(head) is not None or LATEST_AFTER.search(what) is not None
    what = LATEST_AFTER.sub("", what)
    days, months = _length(groups, match[0])
    is_last_day = (groups.get("how") or "").lower() in ("no later than", "not later than", "at the latest")
    count = Count(days, months, side, what, is_window)
    _check_what_it_starts(head, count, f"{what} {tail}")
    how = (groups.get("how") or "").lower()
    if (
        JOINED_BEFORE.search(head)
        or (not side and JOINED_AFTER.match(tail))
        or ANOTHER.search(head)
        or ANOTHER.search(what)
        or (how == "over" and not groups["filler"])
        or (side == "of" and how != "within")
        or (window is not None and count.is_before and not is_last_day)
    ):
        raise _cannot_count(match[0])
    return count


def _figure(match: re.Match[str]) -> str:
    if match["small"]:
        return str(_small(match["small"]))
    return str(VALUES[match["hundreds"].lower()] * 100 + _small(match["rest"] or ""))


def _small(words: str) -> int:
    return sum(VALUES[word] for word in words.lower().replace("-", " ").split())


def _length(groups: dict[str, str | None], words: str) -> tuple[int, int]:
    if groups.get("the_day"):
        return 1, 0
    if groups["fortnight"]:
        return 14, 0
    word, unit = (groups["number"] or "").lower(), (groups["unit"] or "").lower()
    number = VALUES.get(word) or int(word)
    days = {"day": 1, "week": 7, "fortnight": 14}.get(unit, 0) * number
    months = {"month": 1, "year": 12}.get(unit, 0) * number
    if not number or months > MOST_MONTHS or int(groups["again"] or number) != number:
        raise _cannot_count(words)
    return days, months


def _check_what_it_starts(head: str, count: Count, rest: str) -> None:
    """ "At least two weeks before" sets a last day, "at least two weeks after" a first one."""
    if ABOUT.search(head):
        raise CannotRead(Code.VAGUE, vague())
    is_least = AT_LEAST.search(head) or MORE_THAN.search(head)
    if STARTS.search(head) or STARTS_AFTER.search(rest) or (is_least and not count.is_before):
        raise CannotRead(Code.ONLY_START, only_start())
    if MORE_THAN.search(head):
        raise _cannot_count(head.strip())


def _cannot_count(words: str) -> CannotRead:
    return CannotRead(Code.UNKNOWN, _("“%(words)s” cannot be counted. Fill in the last day.") % {"words": words})
