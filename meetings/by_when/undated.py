"""Words that name no day: as soon as possible, ongoing, an event, so long after the meeting, or nothing one can hold to."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from .problems import CannotRead, Code
from .spans import add_months
from .text import YEAR, _pattern

SEASON = _pattern(
    rf"\b(?:spring|summer|autumn|winter)\b|\b(?:in|by|during|this|next|early|late|mid|end of) (?:the )?fall\b"
    rf"|\bfall (?:of )?{YEAR}"
)
AS_SOON_AS_POSSIBLE = _pattern(
    r"\b(?:as )?soon as (?:is )?(?:possible|practicable|feasible|they can|it can|we can)\b|\ba\.?s\.?a\.?p\b"
    r"|\bas (?:early|quickly|promptly) as (?:possible|practicable)\b|\bimmediately\b|\bforthwith\b|\bwithout (?:undue |any )?delay\b"
    r"|\b(?:at|at the) (?:the )?(?:earliest|first) (?:possible )?(?:opportunity|convenience|time|date|moment)\b|\burgent(?:ly)?\b|\bat once\b"
)
AGAIN_AND_AGAIN = _pattern(
    r"\b(?:each|every|per|once a|twice a|once every|once per) (?:other |two |three |\d+ )?"
    r"(?:year|quarter|month|week|day|meeting|session|semester|half[- ]year|biennium|years|months|weeks)s?\b"
    r"|\b(?:annual|year|month|quarter|week|dai|biannual|semi-annual)ly\b(?! (?:meeting|report|conference|session)\b)"
    r"|\bon ?-?going\b|\bcontinu(?:ous|al|ing)(?:ly)?\b|\bpermanent(?:ly)?\b|\b(?:on a |at )?regular(?:ly| basis| intervals)\b"
    r"|\bon a rolling basis\b|\buntil further notice\b|\bat all times\b|\bwhenever\b|\bthroughout the (?:project|process)\b"
)
VAGUE = _pattern(
    r"\b(?:soon(?:est)?|shortly|in due (?:course|time)|in good time|in time\b(?! for)|later(?: on)?\b(?! than)|eventually|some ?time|when(?:ever)? (?:possible|ready|appropriate|needed|available|time permits)"
    r"|as (?:appropriate|necessary|needed|required)|in (?:the )?(?:near|coming|next few|foreseeable|not too distant|following)\b[a-z ]*"
    r"|(?:a few|some|several|a couple of) (?:days|weeks|months|years)|at a later (?:date|stage|time)|in (?:the )?future|subject to [a-z ]+"
    r"|t\.?b\.?[dca]\b|to be (?:determined|decided|agreed|defined|announced|confirmed|fixed|set)|not yet (?:fixed|known|decided)"
    r"|(?:short|medium|mid|long)[- ]term|(?:this|next|the coming|the following|the next|by the end of the|end of the) week|next (?:quarter|semester)|tomorrow|today|yesterday"
    r"|before long|in a while|depending on [a-z ]+|working days?|business days?)\b|\?$|^\?+$"
)
NOTHING = re.compile(
    r"[\s\-/.,;:()_*'\"]*|n/?\.?a\.?|none|nil|not (?:stated|applicable|specified|given)|no (?:date|deadline)(?: (?:stated|given|set|was set))?|-+ ?none ?-+",
    re.IGNORECASE,
)

NUMBER_WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "fourteen": 14, "fifteen": 15, "twenty": 20, "thirty": 30, "forty-five": 45,
    "sixty": 60, "ninety": 90,
}  # fmt: skip
_COUNT = rf"(?P<number>\d{{1,3}}|{'|'.join(sorted(NUMBER_WORDS, key=len, reverse=True))})(?: \(\d{{1,3}}\))?"
_LENGTH = rf"(?:{_COUNT} (?:calendar )?(?P<unit>day|week|fortnight|month|year)s?\b'?(?: time\b)?|(?P<fortnight>(?:a )?fortnight)\b)"
WITHIN = _pattern(
    rf"\b(?:(?:with)?in|over|during|for|not later than|no later than|not more than|at the latest)(?: (?:the|a))?(?: (?:next|coming|first|following|period of|maximum of))* {_LENGTH}"
    rf"(?: (?P<side>of|after|from|following|before|prior to|ahead of) (?P<what>.+))?"
)
COUNTED = _pattern(
    rf"\b{_LENGTH} (?:at the latest )?(?P<side>after|from|following|before|prior to|ahead of|in advance of) (?P<what>.+)"
)
# What "two weeks after ..." counts from without anybody having to look it up: this very meeting.
THIS_MEETING = _pattern(
    r"(?:the )?(?:(?:end|close|last day|conclusion) of )?(?:the |this |our |the present |the current )(?:partners'? |third |\d(?:st|nd|rd|th) )?meeting\b[ .]*|now\b[ .]*|today\b[ .]*"
)
EVENT_NOUN = (
    r"(?:cops?\b|mops?\b|oewgs?\b|conferences?\b|meetings?\b|workshops?\b|sessions?\b|assembly\b|assemblies\b|seminars?\b|side[- ]events?\b"
    r"|events?\b|launch\b|forums?\b|fora\b|symposi(?:um|a)\b|trainings?\b|councils?\b|congress(?:es)?\b|summits?\b|working groups?\b|committees?\b)"
)
AT_AN_EVENT = _pattern(
    r"\b(?P<how>by|before|prior to|ahead of|in advance of|at|during|for|after|following|in time for|until|upon|once|to|on the occasion of|in conjunction with"
    rf"|in the margins of|alongside)(?: [\w'().&/-]+){{0,8}}? \(?{EVENT_NOUN}"
)
NAMES_AN_EVENT = _pattern(rf"\b{EVENT_NOUN}")
BESIDE_AN_EVENT = _pattern(rf"\b{EVENT_NOUN}(?:[- ]?\d+)?[ ,(:-]*(?:(?:in|on|of|at)(?: the)?)?[ (]*$")
EACH = _pattern(
    r"\b(?:each|every|per) (?:year|month|quarter|week|spring|january|may|other)\b|\b(?:annual|year|month|week|quarter)ly\b"
)
BEFORE_IT = ("before", "prior to", "ahead of", "in advance of")
MOST_WORDS_OF_A_NAME = 8


@dataclass(frozen=True, slots=True)
class Count:
    """So many days or months, from the meeting or from something else."""

    start: int
    end: int
    days: int
    months: int
    side: str
    what: str
    is_window: bool

    @property
    def is_from_meeting(self) -> bool:
        is_before = self.side in BEFORE_IT
        return not is_before and (not self.what or THIS_MEETING.fullmatch(self.what) is not None)

    @property
    def offset_days(self) -> int:
        """Days after an event, or before it with a minus. 0 for months, which have no fixed number of days."""
        return -self.days if self.side in BEFORE_IT else self.days

    def day_from(self, after: date) -> date:
        return add_months(after, self.months) + timedelta(days=self.days)


def count_in(text: str) -> Count | None:
    """ "within two weeks", "three months after the meeting", "two weeks before the COP"."""
    match = WITHIN.search(text)
    is_window = match is not None
    match = match or COUNTED.search(text)
    if match is None:
        return None
    if match["fortnight"]:
        number, unit = 14, "day"
    else:
        word = match["number"].lower()
        number = NUMBER_WORDS.get(word) or int(word)
        unit = match["unit"].lower()
    days = {"day": 1, "week": 7, "fortnight": 14}.get(unit, 0) * number
    months = {"month": 1, "year": 12}.get(unit, 0) * number
    if not number or months > 120:
        raise CannotRead(Code.UNKNOWN, _("“%(words)s” cannot be counted. Fill in the last day.") % {"words": match[0]})
    return Count(
        match.start(),
        match.end(),
        days,
        months,
        (match["side"] or "").lower(),
        (match["what"] or "").strip(" .,;"),
        is_window,
    )


def names_an_event(text: str) -> bool:
    """Whether the words hang on something that takes place: "during the preparation of the workshops"."""
    if AT_AN_EVENT.search(text):
        return True
    return len(text.split()) <= MOST_WORDS_OF_A_NAME and NAMES_AN_EVENT.search(text) is not None


def is_beside_an_event(head: str) -> bool:
    """Whether a date stands with an event: "the Stockholm Convention COP (April-May)", "at the workshop in May"."""
    return BESIDE_AN_EVENT.search(head) is not None or AT_AN_EVENT.search(head) is not None


def is_limited_by_an_event(head: str) -> bool:
    match = AT_AN_EVENT.search(head)
    return match is not None and match["how"].lower() in (*BEFORE_IT, "by", "until", "in time for")


def lies_before_an_event(text: str) -> bool:
    match = AT_AN_EVENT.search(text)
    return match is not None and match["how"].lower() in BEFORE_IT
