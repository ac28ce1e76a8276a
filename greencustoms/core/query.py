"""Cleaning of what comes in by a query string."""

import unicodedata

LONGEST_VALUE = 200
HIGHEST_PAGE = 10_000
_TO_SPACE = str.maketrans("\t\r\n", "   ")
_NONCHARACTERS = "\ufffe\uffff"


def clean_text(text: str) -> str:
    """Text in NFC without control characters, surrogates and outer spaces, 200 characters at most.

    A line break or tab becomes a space, so that pasted words stay apart.
    """
    text = text[: LONGEST_VALUE * 4].translate(_TO_SPACE)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs") and c not in _NONCHARACTERS)
    return unicodedata.normalize("NFC", text).strip()[:LONGEST_VALUE].rstrip()


def page_number(text: str) -> int:
    """The page asked for: 1 to 10,000. Anything that is no such number reads as 1."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        return 1
    return min(max(int(text), 1), HIGHEST_PAGE)
