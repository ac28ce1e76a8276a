"""Why words cannot be read as a date, in a sentence that says what to do."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _


class Code(StrEnum):
    VAGUE = "vague"  # spring, soon, in due course
    AMBIGUOUS = "ambiguous"  # 05/06/2007: there are readings to choose from
    IMPOSSIBLE = "impossible"  # 31 February
    SEVERAL = "several"  # two dates, and no telling which one counts
    ONLY_START = "only_start"  # after June 2007
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Problem:
    code: Code
    sentence: str


class CannotRead(Exception):
    """Stops a reading. `choices` are other ways to write the same words, each of which can be read."""

    def __init__(self, code: Code, sentence: str, choices: tuple[str, ...] = ()):
        super().__init__(sentence)
        self.problem = Problem(code, sentence)
        self.choices = choices


def vague() -> str:
    return _(
        "These words name no day that one can hold to. Write a day, a month or a period, or “as soon as possible”."
    )


def only_start() -> str:
    return _("This says only when to begin. Fill in the last day.")
