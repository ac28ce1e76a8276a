"""Plays one scenario on one database, and tells in a few lines what was found.

python -m ops.chaos.play SCENARIO DATABASE MAILS KILLS SEED
"""

import signal
import sys
import time

from ops import servers

from . import scenarios  # noqa: F401 - they register themselves
from .outcome import SCENARIOS, Outcome, Size

MOST_NAMED = 20


def main(name: str, database: str, mails: str, kills: str, seed: str) -> int:
    signal.signal(signal.SIGTERM, _end)
    began = time.monotonic()
    print(f"\n--- {name}, {database}, seed {seed} ---", flush=True)
    try:
        outcome = SCENARIOS[name].play(database, Size(int(mails), int(kills), int(seed)))
    except (servers.Missing, RuntimeError) as error:
        print(f"Could not be played: {error}")
        return 1
    except KeyboardInterrupt:
        return 130
    tell(outcome)
    print(f"  {'All is well' if outcome.is_well else 'NOT WELL'} after {time.monotonic() - began:.0f} s")
    return 0 if outcome.is_well else 1


def _end(number, frame):
    """Once: clearing up is not to be interrupted."""
    signal.signal(number, signal.SIG_IGN)
    sys.exit(143)


def tell(outcome: Outcome):
    for line in outcome.told:
        print(f"  {line}")
    verdict = outcome.verdict
    if verdict is not None:
        print(
            f"  {sum(verdict.states.values())} mails:", ", ".join(f"{n} {s}" for s, n in verdict.states.most_common())
        )
        print(f"  lost {len(verdict.lost)}, doubled {len(verdict.doubled)}", end="")
        print(f"; last chances sent once more and taken twice {len(verdict.sent_once_more)}")
        _name("LOST", verdict.lost)
        _name("DOUBLED", verdict.doubled)
        _name("WRONG", verdict.wrong)
        _name("unknown, the server has it", verdict.unknown_taken, all_of_them=True)
        _name("unknown, the server does not have it", verdict.unknown_not_taken, all_of_them=True)
    _name("NOT SO", outcome.not_so)


def _name(what: str, found: list[str], *, all_of_them=False):
    if found:
        shown = found if all_of_them else found[:MOST_NAMED]
        print(f"  {what} ({len(found)}): {', '.join(shown)}{' ...' if len(shown) < len(found) else ''}")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
