"""HS codes and CAS numbers as values."""

import re
import unicodedata
from dataclasses import dataclass

_SEPARATORS = re.compile(r"[.,·:/\s-]+")
_PREFIX = re.compile(
    r"^\s*(?:ex|hs|h\.s\.|tariff|customs|commodity|code|no\.?|nr\.?|20[0-9]{2}:|:|\s)+(?=[0-9])", re.IGNORECASE
)
_CAS = re.compile(r"(?:cas(?:[\s-]*(?:no|nr|number|rn))?[.:\s#]*)?([0-9]{2,7}-[0-9]{2}-[0-9])", re.IGNORECASE)
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-")


@dataclass(frozen=True, order=True)
class HSCode:
    """A Harmonized System chapter, heading or subheading: 2, 4 or 6 digits, kept without dots ("290319").

    Raises ValueError for anything else, national lines of eight or ten digits included.
    Source: WCO HS Convention. Digits 1-2 are the chapter, 1-4 the heading.
    """

    digits: str

    def __post_init__(self):
        if not re.fullmatch(r"[0-9]{2}|[0-9]{4}|[0-9]{6}", self.digits):
            raise ValueError(f"not an HS code: {self.digits!r}")

    def __str__(self):
        return f"{self.digits[:4]}.{self.digits[4:]}" if len(self.digits) == 6 else self.digits

    @property
    def chapter(self) -> str:
        return self.digits[:2]

    @property
    def heading(self) -> str:
        return self.digits[:4] if len(self.digits) >= 4 else ""

    @property
    def levels(self) -> list[str]:
        """The digits of the code and of all that lies above it, deepest first: 290377, 2903, 29."""
        return [self.digits[:length] for length in (6, 4, 2) if length <= len(self.digits)]

    @classmethod
    def read(cls, text: str) -> "HSCode | None":
        """The code somebody typed, in any spelling ("2903.77", "2903 77", "HS 290377"); None if it is none.

        Longer national codes are read by their first six digits. A single digit or three or five is no code.
        """
        typed = digits_typed(text)
        length = 6 if len(typed) >= 6 else len(typed)
        return cls(typed[:length]) if length in (2, 4, 6) else None

    @classmethod
    def is_national(cls, text: str) -> bool:
        """Whether more digits were typed than the HS has, as national tariff lines do."""
        return len(digits_typed(text)) > 6


def digits_typed(text: str) -> str:
    """The digits of what looks like a tariff code (1 to 12 of them), or nothing for any other text."""
    text = _plain(text)
    if _CAS.fullmatch(text):
        return ""
    compact = _SEPARATORS.sub("", _PREFIX.sub("", text))
    return compact if re.fullmatch(r"[0-9]{1,12}", compact) else ""


def _plain(text: str) -> str:
    """Digits of every script as 0 to 9, dashes of every length as a hyphen."""
    text = unicodedata.normalize("NFKC", text).translate(_DASHES)
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text).strip()


@dataclass(frozen=True)
class CasNumber:
    """A CAS Registry Number such as 75-69-4; the last digit checks the others."""

    text: str

    def __str__(self):
        return self.text

    @classmethod
    def read(cls, text: str) -> "CasNumber | None":
        """The number somebody typed ("75-69-4", "CAS No. 75-69-4"), or None if it does not have the form of one."""
        match = _CAS.fullmatch(_plain(text))
        return cls(match[1]) if match else None

    @property
    def is_valid(self) -> bool:
        """Whether the check digit is right: the digits weighted 1, 2, 3 ... from the right, modulo 10."""
        digits = [int(c) for c in self.text if c.isdigit()]
        *body, check = digits
        return sum(weight * digit for weight, digit in enumerate(reversed(body), start=1)) % 10 == check
