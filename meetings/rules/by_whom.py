"""Whom the words "by whom" name, as a proposal that a person looks at. Pure: no database; keys stand for organisations.

It knows names as they are written, "each partner" and the like, and who is only consulted or helps. It never guesses: a
description such as "the organiser of the workshop" names nobody.
"""

import re
from collections.abc import Iterable

from meetings.choices import Part
from meetings.rules.owners import Picked

EACH_PARTNER = re.compile(
    r"\b(?:each|all|every)\b(?: of)?(?: the)?(?: gci| green customs)? partners?\b|\bpartners (?:to|should|will|send)\b"
    r"|^\W*(?:the )?(?:gci )?partners\W*$",
    re.IGNORECASE,
)
MARKERS = re.compile(
    r"\b(?:(?P<consulted>in consultation with|consulting|after consulting)"
    r"|(?P<contributes>with (?:the )?(?:assistance|help|support|contributions?|inputs?) (?:of|from|by)"
    r"|assisted by|supported by))\b",
    re.IGNORECASE,
)


def named_in(words: str, organisations: Iterable[tuple[int, Iterable[str]]]) -> Picked:
    """Organisations by key with the names they go by; the longest name counts where one holds another."""
    names = sorted(
        ((name, key) for key, all_names in organisations for name in set(all_names) if len(name) > 1),
        key=lambda pair: (-len(pair[0]), pair[1]),
    )
    found: dict[str, set[int]] = {part: set() for part in Part}
    is_each_partner = False
    for part, piece in _pieces(words):
        if part == Part.LEAD and EACH_PARTNER.search(piece):
            is_each_partner = True
        for name, key in names:
            pattern = rf"(?<!\w){re.escape(name)}(?!\w)"
            # An acronym counts as it is written; a whole name in any case.
            flags = 0 if name.isupper() else re.IGNORECASE
            if re.search(pattern, piece, flags):
                found[part].add(key)
                piece = re.sub(pattern, " ", piece, flags=flags)
    leads = found[Part.LEAD]
    return Picked(
        is_each_partner,
        frozenset(leads),
        frozenset(found[Part.CONTRIBUTES] - leads),
        frozenset(found[Part.CONSULTED] - leads - found[Part.CONTRIBUTES]),
    )


def _pieces(words: str) -> Iterable[tuple[str, str]]:
    """The words cut where another part begins. A sentence or a semicolon goes back to the lead."""
    for sentence in re.split(r"[;\n]|(?<=[a-z)])\.\s", words):
        part, start = Part.LEAD, 0
        for marker in MARKERS.finditer(sentence):
            yield part, sentence[start : marker.start()]
            part = Part.CONSULTED if marker["consulted"] else Part.CONTRIBUTES
            start = marker.end()
        yield part, sentence[start:]
