"""`make chaos`: kills senders and stops servers while mail goes out, and accounts for every mail afterwards.

SCENARIO=      one of them by name; otherwise all
DATABASE=      sqlite or postgresql; otherwise both, side by side
MAILS=5000     how many mails
KILLS=80       how often a sender is killed
SEED=          repeats the plan of faults and kills of another run; otherwise a new one
SHORT=1        only the kills, 500 mails and 10 kills, tables without migrations: the form of `make test`
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from ops import servers

from . import scenarios  # noqa: F401 - they register themselves
from .outcome import SCENARIOS
from .world import DATABASES

HERE = Path(__file__).resolve().parent.parent.parent
SHORT = {"MAILS": "500", "KILLS": "10", "SCENARIO": "kills"}
LONG = {"MAILS": "5000", "KILLS": "80", "SCENARIO": ""}
SECONDS_TO_CLEAR_UP = 30


def main() -> int:
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))
    is_short = bool(os.environ.get("SHORT"))
    asked = {name: os.environ.get(name) or usual for name, usual in (SHORT if is_short else LONG).items()}
    mails, kills = _number("MAILS", asked["MAILS"]), _number("KILLS", asked["KILLS"])
    seed = _number("SEED", os.environ.get("SEED") or str(random.randrange(10**6)))  # noqa: S311 - told below
    names = _chosen("SCENARIO", asked["SCENARIO"], list(SCENARIOS))
    databases = _chosen("DATABASE", os.environ.get("DATABASE", ""), DATABASES)
    began = time.monotonic()
    print(f"{mails} mails, {kills} kills, SEED={seed}", flush=True)
    if is_short:
        os.environ["CHAOS_TABLES"] = "models"
    bad = []
    for name in names:
        plays = [Play(name, database, mails, kills, seed) for database in databases if _fits(name, database)]
        try:
            for play in plays:
                play.wait()
        finally:
            for play in plays:
                play.ask_to_end()
            for play in plays:
                play.end()
        bad += [play.title for play in plays if play.code]
    print(f"\n{'NOT WELL: ' + '; '.join(bad) if bad else 'All is well'}, after {time.monotonic() - began:.0f} s.")
    print(f"The same faults again: make chaos SEED={seed} MAILS={mails} KILLS={kills}")
    return 1 if bad else 0


class Play:
    """One scenario on one database, in a process of its own. What it says is printed in one piece at its end."""

    def __init__(self, name: str, database: str, mails: int, kills: int, seed: int):
        self.title = f"{name}, {database}"
        self.said = b""
        self.process = subprocess.Popen(
            [
                *(*servers.ends_with_us("TERM"), sys.executable, "-m", "ops.chaos.play"),
                *(name, database, str(mails), str(kills), str(seed)),
            ],
            cwd=HERE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # Ctrl-C reaches only this program, which then asks for the end.
            start_new_session=True,
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def code(self) -> int:
        return self.process.returncode

    def _listen(self):
        self.said = self.process.stdout.read()
        sys.stdout.write(self.said.decode(errors="replace"))
        sys.stdout.flush()

    def wait(self):
        self.process.wait()
        self._listener.join()

    def ask_to_end(self):
        if self.process.poll() is None:
            self.process.terminate()

    def end(self):
        try:
            self.process.wait(SECONDS_TO_CLEAR_UP)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _fits(name: str, database: str) -> bool:
    return database in SCENARIOS[name].databases


def _number(name: str, text: str) -> int:
    if not text.isdigit():
        sys.exit(f"{name}={text} is not a number.")
    return int(text)


def _chosen(name: str, text: str, known) -> list[str]:
    if text and text not in known:
        sys.exit(f"{name}={text} is unknown. There are: {', '.join(known)}")
    return [text] if text else list(known)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
