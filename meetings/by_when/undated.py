"""Words that name no day: as soon as possible, ongoing, an event, or nothing to hold to."""

from .counting import BEFORE_IT
from .text import MONTH, YEAR, any_of, pattern

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
        rf"\b(?:each|every) (?:[a-z]+ )?\d{{1,2}}(?:st|nd|rd|th)?(?: day)? (?:of )?{MONTH}",
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
        rf"\b(?:well|long|just|right|shortly|immediately|early|much|far|sometime) (?:{BEFORE_IT})\b",
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

EVENT_NOUN = any_of(
    r"(?:cop|mop|oewg)s?(?:[- ]?\d+)?\b",
    r"(?:conference|meeting|workshop|session|seminar|side[- ]event|event|launch|forum|training)s?\b",
    r"(?:council|summit|working group|committee)s?\b",
    r"(?:assembly|assemblies|fora|symposium|symposia|congress|congresses)\b",
)
AT_AN_EVENT = pattern(
    rf"\b(?P<how>{BEFORE_IT}|by|at|during|for|after|following|in time for|until|upon|once|to|alongside"
    rf"|on the occasion of|in conjunction with|in the margins of)(?: [\w'().&/-]+){{0,8}}? \(?{EVENT_NOUN}"
)
NAMES_AN_EVENT = pattern(rf"\b{EVENT_NOUN}")
BESIDE_AN_EVENT = pattern(rf"\b{EVENT_NOUN}(?:[- ]?\d+)?[ ,(:-]*(?:(?:in|on|of|at)(?: the)?)?[ (]*$")
MOST_WORDS_OF_A_NAME = 8


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
    return match is not None and match["how"].lower() in BEFORE_IT.split("|")
