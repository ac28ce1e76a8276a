"""HS codes and CAS numbers as values."""

import re
from dataclasses import dataclass


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

    @classmethod
    def read(cls, text: str) -> "HSCode | None":
        """The code somebody typed, in any spelling ("2903.77", "2903 77", "290377"); None if it is none.

        Longer national codes are read by their first six digits. A single digit or three or five is no code.
        """
        compact = re.sub(r"[.\s-]", "", text)
        if not re.fullmatch(r"[0-9]{2,12}", compact) or _looks_like_cas(text):
            return None
        length = 6 if len(compact) >= 6 else len(compact)
        return cls(compact[:length]) if length in (2, 4, 6) else None

    @classmethod
    def is_national(cls, text: str) -> bool:
        """Whether more digits were typed than the HS has, as national tariff lines do."""
        return len(re.sub(r"[.\s-]", "", text)) > 6


def _looks_like_cas(text: str) -> bool:
    return re.fullmatch(r"\s*[0-9]{2,7}-[0-9]{2}-[0-9]\s*", text) is not None


@dataclass(frozen=True)
class CasNumber:
    """A CAS Registry Number such as 75-69-4; the last digit checks the others."""

    text: str

    @classmethod
    def read(cls, text: str) -> "CasNumber | None":
        """The number somebody typed, or None if it does not have the form of one."""
        return cls(text.strip()) if _looks_like_cas(text) else None

    @property
    def is_valid(self) -> bool:
        """Whether the check digit is right: the digits weighted 1, 2, 3 ... from the right, modulo 10."""
        digits = [int(c) for c in self.text if c.isdigit()]
        *body, check = digits
        return sum(weight * digit for weight, digit in enumerate(reversed(body), start=1)) % 10 == check
