"""What a scenario is given and gives back."""

from collections.abc import Callable
from dataclasses import dataclass, field

from .verdict import Verdict
from .world import DATABASES

# Patience, not limits of speed: a busy machine may take its time.
PATIENCE = 240


@dataclass(frozen=True)
class Size:
    """How much of everything, and which dice."""

    mails: int
    kills: int
    seed: int


@dataclass
class Outcome:
    """The verdict on the mails, what to tell, and what else is not as it should be."""

    verdict: Verdict | None = None
    told: list[str] = field(default_factory=list)
    not_so: list[str] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        return not self.not_so and (self.verdict is None or self.verdict.is_well)

    def expect(self, is_so: bool, otherwise: str):
        if not is_so:
            self.not_so.append(otherwise)


@dataclass(frozen=True)
class Scenario:
    name: str
    databases: tuple[str, ...]
    play: Callable[[str, Size], Outcome]


SCENARIOS: dict[str, Scenario] = {}


def scenario(name: str, databases=DATABASES):
    """Register a function as a scenario; without `databases` it is played on both."""

    def register(function):
        SCENARIOS[name] = Scenario(name, databases, function)
        return function

    return register
