"""Words that name no day: as soon as possible, ongoing, an event, so long after the meeting, or nothing to hold to."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from .problems import CannotRead, Code
from .spans import add_months
from .text import YEAR, any_of, pattern

SEASON = pattern(
    any_of(
        r"\b(?:spring|summer|autumn|winter)\b",
        r"\b(?:in|by|during|this|next|early|late|mid|end of) (?:the )?fall\b",
        rf"\bfall (?:of )?{YEAR}",
    )
)
AS_SOON_AS_POSSIBLE = pattern(
    any_of(
        r"\b(?:as )?soon as (?:is )?(?:possible|practicable|feasible|they can|it can|we can)\b",
        r"\bas (?:early|quickly|promptly) as (?:possible|practicable)\b",
        r"\ba\.?s\.?a\.?p\b",
        r"\b(?:immediately|forthwith|urgent(?:ly)?|at once)\b",
        r"\bwithout (?:undue |any )?delay\b",
        r"\bat (?:the |their |its )?(?:earliest|first) (?:possible )?(?:opportunity|convenience|time|date|moment)\b",
    )
)
# "each year", but also "annually": what comes again has no last day, not even with "by 31 March" beside it.
EACH = pattern(
    any_of(
        r"\b(?:each|every|per) (?:other )?"
        r"(?:year|month|quarter|week|spring|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b",
        r"\b(?:annual|year|month|quarter|week|bi-?annual|semi-annual)ly\b(?! (?:meeting|report|conference|session)\b)",
    )
)
AGAIN_AND_AGAIN = pattern(
    any_of(
        EACH.pattern,
        r"\b(?:each|every|per|once a|twice a|once every|once per) (?:other |two |three |four |six |\d+ )?"
        r"(?:year|quarter|month|week|day|meeting|session|semester|half[- ]year|biennium|workshop|cop)s?\b",
        r"\bdaily\b",
        r"\bon ?-?going\b",
        r"\bcontinu(?:ous|al|ing)(?:ly)?\b",
        r"\bpermanent(?:ly)?\b",
        r"\bregular(?:ly| basis| intervals)\b",
        r"\bon a rolling basis\b",
        r"\b(?:until further notice|at all times|whenever)\b",
    )
)
VAGUE = pattern(
    any_of(
        r"\b(?:soon(?:est)?|shortly|eventually|some ?time|before long|in a while|in good time)\b",
        r"\bin due (?:course|time)\b",
        r"\bin time\b(?! for)",
        r"\blater\b(?! than)",
        r"\bwhen (?:possible|ready|appropriate|needed|available|time permits)\b",
        r"\bas (?:appropriate|necessary|needed|required)\b",
        r"\bin (?:the )?(?:near|coming|next few|foreseeable|not too distant|following|future)\b",
        r"\b(?:a few|some|several|a couple of) (?:days|weeks|months|years)\b",
        r"\b(?:subject to|depending on)\b",
        r"\bt\.?b\.?[dca]\b",
        r"\bto be (?:determined|decided|agreed|defined|announced|confirmed|fixed|set)\b",
        r"\bnot yet (?:fixed|known|decided)\b",
        r"\b(?:short|medium|mid|long)[- ]term\b",
        r"\b(?:this|next|the coming|the following|the next|end of the) week\b",
        r"\bnext (?:quarter|semester)\b",
        r"\b(?:tomorrow|today|yesterday)\b",
        r"\b(?:working|business) days?\b",
        r"\?$",
    )
)
NOTHING = pattern(
    any_of(
        r"[\s\-/.,;:()_*'\"]*",
        r"n/?\.?a\.?",
        r"-* ?(?:none|nil) ?-*",
        r"not (?:stated|applicable|specified|given)",
        r"no (?:date|deadline)(?: (?:stated|given|set|was set))?",
    )
)

NUMBER_WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "fourteen": 14, "fifteen": 15, "twenty": 20, "thirty": 30, "forty-five": 45,
    "sixty": 60, "ninety": 90,
}  # fmt: skip
MOST_MONTHS = 120
_NUMBER = rf"(?P<number>\d{{1,3}}|{'|'.join(sorted(NUMBER_WORDS, key=len, reverse=True))})(?: \(\d{{1,3}}\))?"
_LENGTH = any_of(
    rf"{_NUMBER} (?:calendar )?(?P<unit>day|week|fortnight|month|year)s?\b'?(?: time\b)?",
    r"(?P<fortnight>(?:a )?fortnight)\b",
)
_BEFORE_IT = r"before|prior to|ahead of|in advance of"
WITHIN = pattern(
    r"\b(?:within|in|over|during|for|(?:not|no) later than|not more than|at the latest)(?: (?:the|a))?"
    rf"(?: (?:next|coming|first|following|period of|maximum of))* {_LENGTH}"
    rf"(?: (?P<side>of|after|from|following|{_BEFORE_IT}) (?P<what>.+))?"
)
COUNTED = pattern(rf"\b{_LENGTH} (?:at the latest )?(?P<side>after|from|following|{_BEFORE_IT}) (?P<what>.+)")
# What "two weeks after ..." counts from without anybody having to look it up: this very meeting.
THIS_MEETING = pattern(
    any_of(
        r"(?:the )?(?:(?:end|close|last day|conclusion) of )?(?:the |this |our |the present |the current )"
        r"(?:partners'? )?meeting\b[ .]*",
        r"(?:now|today)\b[ .]*",
    )
)
EVENT_NOUN = any_of(
    r"(?:cop|mop|oewg)s?(?:[- ]?\d+)?\b",
    r"(?:conference|meeting|workshop|session|seminar|side[- ]event|event|launch|forum|training)s?\b",
    r"(?:council|summit|working group|committee)s?\b",
    r"(?:assembly|assemblies|fora|symposium|symposia|congress|congresses)\b",
)
AT_AN_EVENT = pattern(
    rf"\b(?P<how>{_BEFORE_IT}|by|at|during|for|after|following|in time for|until|upon|once|to|alongside"
    rf"|on the occasion of|in conjunction with|in the margins of)(?: [\w'().&/-]+){{0,8}}? \(?{EVENT_NOUN}"
)
NAMES_AN_EVENT = pattern(rf"\b{EVENT_NOUN}")
BESIDE_AN_EVENT = pattern(rf"\b{EVENT_NOUN}(?:[- ]?\d+)?[ ,(:-]*(?:(?:in|on|of|at)(?: the)?)?[ (]*$")
BEFORE_IT = tuple(_BEFORE_IT.split("|"))
MOST_WORDS_OF_A_NAME = 8


@dataclass(frozen=True, slots=True)
class Count:
    """So many days or months, from the meeting or from something else."""

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
    if not number or months > MOST_MONTHS:
        raise CannotRead(Code.UNKNOWN, _("“%(words)s” cannot be counted. Fill in the last day.") % {"words": match[0]})
    side, what = (match["side"] or "").lower(), (match["what"] or "").strip(" .,;")
    return Count(days, months, side, what, is_window)


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
    return match is not None and (match["how"].lower() in ("by", "until", "in time for") or lies_before_an_event(head))


def lies_before_an_event(text: str) -> bool:
    match = AT_AN_EVENT.search(text)
    return match is not None and match["how"].lower() in BEFORE_IT
