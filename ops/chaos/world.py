"""A portal of its own for one run: database, broker, mail server and folder, all thrown away afterwards."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from ops import servers

from . import rows
from .faults import Plan
from .journal import Follower, Journal
from .processes import Processes

HERE = Path(__file__).resolve().parent.parent.parent
SENDERS = 3
SQLITE, POSTGRESQL = "sqlite", "postgresql"
DATABASES = (SQLITE, POSTGRESQL)


class World:
    """Use it with `with`; whatever it started has ended afterwards, and nothing is left on disk."""

    def __init__(self, database: str, *, clock="fast", with_redis=True):
        self.database, self.clock, self.with_redis = database, clock, with_redis
        self.postgresql = None
        self.sink = None
        self.sink_port = servers.free_port()
        self.senders = {}
        self._hurried_at = 0.0
        self._stack = ExitStack()

    def __enter__(self) -> "World":
        try:
            self.folder = Path(tempfile.mkdtemp(prefix="greencustoms-chaos-"))
            self._stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
            self.journal_path = self.folder / "journal"
            self.journal_path.touch()
            self.keys_path, self.owing_path = self.folder / "keys", self.folder / "owing"
            self._set_environment()
            os.environ.update(self._servers())
            self.address = os.environ["DATABASE_URL"]
            self._stack.callback(self.stop_sink)
            self.processes = Processes(self.folder)
            self._stack.callback(self.processes.end)
            self.processes.run("prepare", self.folder)
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *error):
        self._stack.close()

    def _set_environment(self):
        for name in ("DATABASE_URL", "REDIS_URL", "DEBUG", "SECRET_KEY", "MAIL_STAYS_HERE"):
            os.environ.pop(name, None)
        (self.folder / "tmp").mkdir()
        os.environ.update(
            DJANGO_SETTINGS_MODULE="ops.chaos.settings",
            VAR_DIR=str(self.folder),
            TMPDIR=str(self.folder / "tmp"),
            EMAIL_URL=f"smtp://127.0.0.1:{self.sink_port}",
            CHAOS_CLOCK=self.clock,
            PYTHONWARNINGS="ignore:You're running the worker with superuser",
        )

    def _servers(self) -> dict[str, str]:
        if self.database == SQLITE:
            return {"DATABASE_URL": f"sqlite:///{self.folder / 'portal.sqlite3'}"}
        self.postgresql = self._stack.enter_context(servers.running_postgresql(survives_a_crash=True))
        # Without Redis nobody answers at its address.
        redis = f"redis://127.0.0.1:{servers.free_port()}/0"
        if self.with_redis:
            redis = self._stack.enter_context(servers.redis())
        return {"DATABASE_URL": self.postgresql.address, "REDIS_URL": redis}

    def start_sink(self, plan: Plan):
        """Again and again, with another plan; the journal goes on."""
        self.stop_sink()
        arguments = (str(self.sink_port), str(self.journal_path), plan.as_text())
        with (self.folder / "sink.log").open("ab") as log:
            self.sink = subprocess.Popen(
                [*servers.ends_with_us("KILL"), sys.executable, "-m", "ops.chaos.sink", *arguments],
                cwd=HERE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        servers.wait_until(self._sink_listens, self.sink, self.folder / "sink.log")

    def _sink_listens(self) -> bool:
        listening = f":{self.sink_port:04X} 00000000:0000 0A"
        return listening in Path("/proc/net/tcp").read_text()

    def stop_sink(self):
        if self.sink is not None:
            self.sink.kill()
            self.sink.wait()
            self.sink = None

    def start_senders(self, count=SENDERS):
        """With what rings for them, as in production: beat, and the ticker should beat be of no use."""
        self.senders = {number: self.processes.start("sender", number) for number in range(count)}
        self.processes.start("beat", self.folder / "celerybeat")
        self.processes.start("ticker")

    def replace_ended_senders(self):
        for number, process in self.senders.items():
            if not process.is_alive():
                self.senders[number] = self.processes.start("sender", number)

    def wait_until(self, is_so, *, seconds: float, hurry=True) -> bool:
        """Whether it became so. Meanwhile nothing in the outbox has to wait for minutes."""
        until = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > until:
                return False
            if hurry:
                self.hurry_now_and_then()
            time.sleep(0.1)
        return True

    def hurry_now_and_then(self):
        if time.monotonic() > self._hurried_at + 1:
            rows.hurry(self.address)
            self._hurried_at = time.monotonic()

    def put_in(self) -> dict[str, str]:
        """The mails that were put in: Message-ID by key."""
        lines = self.keys_path.read_text().splitlines() if self.keys_path.exists() else []
        return dict(json.loads(line) for line in lines)

    def owing(self) -> list[str]:
        return self.owing_path.read_text().split() if self.owing_path.exists() else []

    def rows(self) -> list[rows.Row]:
        return rows.all_rows(self.address)

    def journal(self) -> Journal:
        return Journal.read(self.journal_path)

    def follower(self) -> Follower:
        return Follower(self.journal_path)

    def is_all_final(self, mails: int) -> bool:
        """Whether there are so many, and none waits any more."""
        states = rows.states(self.address)
        return sum(states.values()) >= mails and not any(states.get(state) for state in rows.WAITING)

    def expect_senders_alive(self, outcome):
        """A sender that fell over by itself is a fault, even if another did its work."""
        fallen = [number for number, process in self.senders.items() if not process.is_alive()]
        outcome.expect(not fallen, f"senders {fallen} fell over by themselves:\n{self.processes.log('sender')}")
