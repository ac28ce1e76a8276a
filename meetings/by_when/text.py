"""The words of a "by when" made even: one kind of dash and blank, one way to write a date in figures.

Everything here takes away or renames, and never adds a day. What may be read in two ways stops the reading.
"""

import re
import unicodedata
from datetime import date
from functools import partial

from django.utils.translation import gettext as _

from .problems import CannotRead, Code

MOST_CHARACTERS = 600

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth", "twenty-first", "twenty-second", "twenty-third", "twenty-fourth", "twenty-fifth", "twenty-sixth",
    "twenty-seventh", "twenty-eighth", "twenty-ninth", "thirtieth", "thirty-first",
)  # fmt: skip

MONTH = (
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)(?![a-z])\.?"
)
YEAR = r"(?:19|20|21)\d\d(?!\d)"

DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－⁃"), "-")
QUOTES = dict.fromkeys(map(ord, "‘’‛′`´"), "'")
# Bytes that no decoder understood: often a dash or a bullet once, so never a letter or a digit.
UNKNOWN_CHARACTER = "�"


def pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE | re.ASCII)


def any_of(*patterns: str) -> str:
    return f"(?:{'|'.join(patterns)})"


NUMERIC = pattern(r"(?<![\d/.-])(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?![\d/])")
ISO_INTERVAL = pattern(rf"(?<![\d-])({YEAR}(?:-\d\d){{0,2}})/({YEAR}(?:-\d\d){{1,2}})(?![\d-])")
ISO_DAY = pattern(rf"(?<![\d/.-])({YEAR})([-/.])(\d{{1,2}})\2(\d{{1,2}})(?!\d)(?:T[\d:.]+Z?)?")
YEAR_AND_TWO = pattern(rf"(?<![\d/.-])({YEAR})([-/])(\d\d)(?![\d-])")
MONTH_AND_YEAR = pattern(rf"(?<![\d/.-])(\d{{1,2}})/({YEAR})")
TWO_DIGIT_YEAR = pattern(
    rf"(\d{{1,2}}(?:st|nd|rd|th)?\.?(?: of)?[ -])?({MONTH})([ -]?')?[ -]?(\d\d)"
    r"(?!\d| ?(?:st|nd|rd|th)\b|[:.]\d)"
)
_CLOCK = any_of(
    r"\d{1,2}(?::\d\d|h\d\d)(?: ?(?:hrs?|hours|[ap]\.?m\.?))?",
    r"\d{1,2} ?[ap]\.?m\b\.?",
    r"noon|midnight|cob|close of business",
)
_CLOCK_OF = r"utc|gmt|cest|cet|est|edt|local time|[a-z]+ time"
TIME = pattern(rf",? ?\b(?:(?:at|by|before|until) )?{_CLOCK}(?: (?:{_CLOCK_OF}))?(?: on\b)?")


# "Phase 2 May 2007", "doc 12/2007", "week 20 of 2007": the figure may belong to the word before it.
_NUMBERED_WORD = any_of(
    r"weeks?|wk|cw|days?|phases?|stages?|versions?|annex(?:es)?|appendix|items?|numbers?|nr|chapters?|paragraphs?|paras?",
    r"sections?|articles?|decisions?|resolutions?|documents?|docs?|volumes?|vol|parts?|points?|steps?|tables?|figures?",
    r"pages?|actions?|recommendations?|options?|drafts?|rev|modules?|lots?|cops?|mops?|oewgs?|meetings?|sessions?",
    r"no(?=\.)|n°|#",
)
NUMBERED = pattern(
    any_of(
        rf"(?:\b{_NUMBERED_WORD}|#)[ .]*(?:(?:no\.?|number) ?)?[a-z]{{0,4}}[-/]?"
        rf"\d{{1,2}}(?:st|nd|rd|th)?(?: ?(?:-|/|,|&|to|and|or) ?\d{{1,2}})?\.?[ -]?(?:of )?(?:{MONTH}|/ ?\d|[.-]\d)",
        rf"\b{_NUMBERED_WORD}[ .]*{YEAR}[-/]\d",
        rf"(?<![a-z])(?!{MONTH})[a-z]{{1,12}}\d{{1,2}} {MONTH}",
        r"\b(?:weeks?|wk|cw) ?\d",
    )
)
END_OF_WRITTEN_YEAR = pattern(
    rf"\b(?:year[- ]end|end[- ](?:of[- ])?(?:the[- ])?(?:calendar[- ])?year)(?: of)?[ ,-]+(?={YEAR})"
)


def beside_figures() -> str:
    return _("Figures beside the date may belong to it. Fill in the days yourself.")


def clean(words: str) -> str:
    """Text in one line with plain dashes and quotes. "2007–08" gets a stroke: with a dash it would be a month."""
    text = re.sub(rf"({YEAR})[‒–—](\d\d)(?!\d)", r"\1/\2", words)
    text = unicodedata.normalize("NFKC", text).translate(DASHES).translate(QUOTES)
    text = " ".join("".join(_plain(character) for character in text).split())
    return re.sub(r"\bw/[cb]\b", "week commencing", text, flags=re.IGNORECASE)


def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":  # soft hyphens, joiners, marks of direction
        return ""
    if category[0] in "CZ" or character == UNKNOWN_CHARACTER:
        return " "
    return character


def with_figures(text: str, after: date | None) -> tuple[str, list[str]]:
    """The text with each date in figures, ordinal and year in words written out, and notes on how that was done."""
    notes: list[str] = []
    text = _without_times(text, notes)
    text = _with_ordinals(text)
    if NUMBERED.search(text):
        raise CannotRead(Code.SEVERAL, beside_figures())
    text = END_OF_WRITTEN_YEAR.sub("end of ", text)
    text = _with_named_years(text, after, notes)
    text = ISO_INTERVAL.sub(r"\1 to \2", text)
    text = ISO_DAY.sub(lambda m: _written(int(m[4]), int(m[3]), m[1], m[0]), text)
    text = _with_numeric_days(text, after)
    text = YEAR_AND_TWO.sub(lambda m: _year_and_two(m, text), text)
    text = MONTH_AND_YEAR.sub(lambda m: _written(None, int(m[1]), m[2], m[0]), text)
    _ask_for_the_century(text, after)
    return text, notes


def _written(day: int | None, month: int, year: str, words: str) -> str:
    if not 1 <= month <= 12:
        raise CannotRead(Code.IMPOSSIBLE, _("“%(words)s” is no date: there is no such month.") % {"words": words})
    written = f"{MONTHS[month - 1].capitalize()} {year}"
    return written if day is None else f"{day} {written}"


def _without_times(text: str, notes: list[str]) -> str:
    shorter = TIME.sub(" ", text)
    if shorter != text and re.search(r"\d|[a-z]{3}", shorter, re.IGNORECASE):
        notes.append(_("The time of day is not kept."))
        kept = pattern(r"\bby\b").search(text) and not pattern(r"\bby\b").search(shorter)
        text = " ".join(f"{'by ' if kept else ''}{shorter}".split())
    return text


def _with_ordinals(text: str) -> str:
    names = "|".join(sorted((name.replace("-", "[- ]") for name in ORDINALS), key=len, reverse=True))

    def figure(match: re.Match[str]) -> str:
        number = ORDINALS.index(match[0].lower().replace(" ", "-")) + 1
        return f"{number}{'th' if 10 < number < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"

    return pattern(rf"\b(?:{names})\b").sub(figure, text)


NAMED_YEARS = (
    (r"\b(?:this|the (?:current|present|same)) year\b", 0),
    (r"\b(?:next|the (?:next|coming|following)) year\b(?!'s)", 1),
    (r"(?<=\bthroughout )the (?:whole )?year\b", 0),
    (r"(?<=\bduring )the (?:whole )?year\b", 0),
    (r"(?<=\bwithin )the year\b", 0),
    (r"(?<=\bof )(?:the )?year\b(?! \d)", 0),
)
LEADS_TO_A_YEAR = pattern(
    rf"(?:^|\b(?:in|of|by|for|until|till|before|during|throughout|through|within|end|late|early|mid|than|latest|to|and)|{MONTH}"
    r"|quarter|half|[-/]) ?$"
)
END_OF_YEAR = pattern(r"\b(?:the )?(?:year[- ]end|end[- ]year)\b(?! \d)")


def _with_named_years(text: str, after: date | None, notes: list[str]) -> str:
    if after is None:
        return text
    before = text
    text = END_OF_YEAR.sub(f"end {after.year}", text)
    for words, years in NAMED_YEARS:
        text = pattern(words).sub(partial(_named_year, year=after.year + years), text)
    if text != before:
        notes.append(_("The year was counted from that of the meeting, %(year)s.") % {"year": after.year})
    this_month = pattern(r"\bthis month\b|(?<=\bend of )the month\b(?! of)").sub(
        f"{MONTHS[after.month - 1].capitalize()} {after.year}", text
    )
    following = (after.year + after.month // 12, after.month % 12)
    next_month = pattern(r"\b(?:the )?next month\b").sub(
        f"{MONTHS[following[1]].capitalize()} {following[0]}", this_month
    )
    if next_month != text:
        notes.append(_("The month was counted from the last day of the meeting."))
    return next_month


def _named_year(match: re.Match[str], year: int) -> str:
    """With "in" before it, unless another word already says how the year is meant: it is a date in any case."""
    return f"{year}" if LEADS_TO_A_YEAR.search(match.string[: match.start()]) else f"in {year}"


def _with_numeric_days(text: str, after: date | None) -> str:
    """Dates such as 05/06/2007. One that only fits one order settles the others; else the person is asked."""
    found = list(NUMERIC.finditer(text))
    if not found:
        return text
    day_first = [int(m[1]) <= 31 and int(m[3]) <= 12 for m in found]
    month_first = [int(m[1]) <= 12 and int(m[3]) <= 31 for m in found]
    orders = [order for order, fits in ((True, all(day_first)), (False, all(month_first))) if fits]
    if not orders:
        raise CannotRead(Code.IMPOSSIBLE, _("“%(words)s” is no date.") % {"words": found[0][0]})
    century = str((after or date(2000, 1, 1)).year // 100)

    def written(is_day_first: bool) -> str:
        def one(m: re.Match[str]) -> str:
            day, month = (int(m[1]), int(m[3])) if is_day_first else (int(m[3]), int(m[1]))
            return _written(day, month, m[4] if len(m[4]) == 4 else century + m[4], m[0])

        return NUMERIC.sub(one, text)

    choices = tuple(dict.fromkeys(written(order) for order in orders))
    if len(choices) > 1:
        raise CannotRead(
            Code.AMBIGUOUS,
            _("“%(words)s” can be read in two ways. Choose one, or write the month as a word.")
            % {"words": found[0][0]},
            choices,
        )
    if any(len(m[4]) == 2 for m in found):
        raise CannotRead(Code.AMBIGUOUS, _without_century(found[0][0]), choices)
    return choices[0]


def _year_and_two(m: re.Match[str], text: str) -> str:
    """2007-05 is a month; 2012-13 are two years; 2007/08 may be either."""
    year, number = int(m[1]), int(m[3])
    is_next_year = number == (year + 1) % 100
    if 1 <= number <= 12 and (m[2] == "-" or not is_next_year):
        return _written(None, number, m[1], m[0])
    years = f"{year} to {year + 1}"
    if not is_next_year:
        raise CannotRead(Code.IMPOSSIBLE, _("“%(words)s” is no date.") % {"words": m[0]})
    if number > 12:
        return years
    choices = tuple(
        text[: m.start()] + written + text[m.end() :] for written in (_written(None, number, m[1], ""), years)
    )
    raise CannotRead(
        Code.AMBIGUOUS, _("“%(words)s” may be a month or two years. Choose one.") % {"words": m[0]}, choices
    )


def _ask_for_the_century(text: str, after: date | None) -> None:
    """Stop at years of two figures: "15 May 07" and, near enough to the meeting's year, "May 07"."""
    for m in TWO_DIGIT_YEAR.finditer(text):
        rest = text[m.end() :]
        if pattern(rf" ?-? ?\d|[ -]*(?:of )?{MONTH}|,? ?-? ?{YEAR}|(?: ?- ?| to | and )\d").match(rest):
            continue
        year = (after.year // 100 if after else 20) * 100 + int(m[4])
        is_year = m[1] or m[3]
        if not is_year and not m[4].startswith("0") and (after is None or abs(year - after.year) > 2):
            continue
        if not is_year and int(m[4]) > 31:
            continue
        start = m.start(2)
        choices = [f"{text[:start]}{m[2]} {year}{rest}"]
        if not is_year:
            choices.append(f"{text[:start]}{int(m[4])} {m[2]}{rest}")
        raise CannotRead(Code.AMBIGUOUS, _without_century(m[0]), tuple(choices))


def _without_century(words: str) -> str:
    return _("“%(words)s”: please write the year with four figures.") % {"words": words}
