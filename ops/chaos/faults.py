"""What goes wrong at the mail server, decided by the seed alone. Pure."""

import json
import random
from dataclasses import asdict, dataclass
from enum import StrEnum


class Fault(StrEnum):
    """Where it happens, and what."""

    # To a connection.
    REFUSED = "connections refused for a while"
    BANNER_HANGS = "hangs before the banner"
    BANNER_DROPS = "drops the line before the banner"
    BANNER_421 = "421 instead of the banner"
    # To a mail, before its text was asked for.
    RCPT_4XX = "4xx at RCPT"
    RCPT_5XX = "5xx at RCPT"
    RCPT_421 = "421 at RCPT"
    RCPT_HANGS = "hangs after RCPT"
    RCPT_DROPS = "drops the line before DATA"
    # To a mail, once DATA was said.
    DATA_HANGS = "hangs after DATA"
    DATA_DROPS = "drops the line after DATA"
    DOT_4XX = "4xx after the final dot"
    DOT_5XX = "5xx after the final dot"
    DOT_421 = "421 after the final dot"
    TAKEN_DROPS = "takes it and drops the line after the final dot"
    TAKEN_HANGS = "takes it and hangs after the final dot"
    LEFT_DROPS = "drops the line after the final dot without taking it"
    LEFT_HANGS = "hangs after the final dot without taking it"


CONNECTION_FAULTS = {Fault.REFUSED: 3, Fault.BANNER_HANGS: 1, Fault.BANNER_DROPS: 2, Fault.BANNER_421: 2}
# Hanging costs a sender the whole of its patience, so it is rarer.
LETTER_FAULTS = {
    Fault.RCPT_4XX: 6,
    Fault.RCPT_5XX: 3,
    Fault.RCPT_421: 2,
    Fault.RCPT_HANGS: 1,
    Fault.RCPT_DROPS: 3,
    Fault.DATA_HANGS: 1,
    Fault.DATA_DROPS: 3,
    Fault.DOT_4XX: 6,
    Fault.DOT_5XX: 3,
    Fault.DOT_421: 2,
    Fault.TAKEN_DROPS: 4,
    Fault.TAKEN_HANGS: 1,
    Fault.LEFT_DROPS: 4,
    Fault.LEFT_HANGS: 1,
}
# A mail that was hindered so often goes through, so that a run ends.
MOST_VISITS = 3
# Addresses beginning like this never take anything.
GONE = "gone"


@dataclass(frozen=True, slots=True)
class Plan:
    """The same seed gives the same connection, and the same visit of the same mail, the same fault."""

    seed: int = 0
    share_of_connections: float = 0
    share_of_letters: float = 0
    # One fault for all, in place of chance.
    every_connection: str = ""
    every_letter: str = ""
    # How long each of the four steps of a mail takes at most, in seconds: the time in which a kill can land.
    pace: float = 0

    def at_connection(self, number: int) -> Fault | None:
        if self.every_connection:
            return Fault(self.every_connection)
        return self._chosen(f"connection {number}", self.share_of_connections, CONNECTION_FAULTS)

    def at_letter(self, address: str, visit: int) -> Fault | None:
        if self.every_letter:
            return Fault(self.every_letter)
        if address.startswith(GONE):
            return Fault.RCPT_5XX
        if visit > MOST_VISITS:
            return None
        return self._chosen(f"{address} {visit}", self.share_of_letters, LETTER_FAULTS)

    def _chosen(self, what: str, share: float, faults: dict[Fault, int]) -> Fault | None:
        dice = random.Random(f"{self.seed} {what}")  # noqa: S311 - it shall repeat itself
        if dice.random() >= share:
            return None
        return dice.choices(list(faults), list(faults.values()))[0]

    def as_text(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> "Plan":
        return cls(**json.loads(text))
