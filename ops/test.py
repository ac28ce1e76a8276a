"""Everything that CI runs: lint, the tests on SQLite, the same on PostgreSQL and Redis, then the start itself.

ops/test.py [what pytest should be told]     with words of one's own only the tests run
FULL=1        also the tests marked `full`
WORKERS=2     how many run side by side
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import servers

HERE = Path(__file__).resolve().parent.parent
NOT_OURS = (
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "DJANGO_SETTINGS_MODULE",
    "VAR_DIR",
    "DEBUG",
    "SECRET_KEY",
    "PORT",
    "SHORT",
    "SCENARIO",
    "DATABASE",
    "MAILS",
    "KILLS",
)


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))
    os.chdir(HERE)
    stages = Stages({name: value for name, value in os.environ.items() if name not in NOT_OURS})
    tests = [sys.executable, "-m", "pytest", "-n", os.environ.get("WORKERS", "2"), "--dist", "worksteal", *arguments]
    start = [sys.executable, "ops/trial.py"]
    chaos = [sys.executable, "-m", "ops.chaos"]
    try:
        if not arguments and not stages.run("lint", ["sh", "ops/lint.sh"]):
            return stages.summary()
        stages.run("tests, SQLite", tests)
        if not arguments:
            stages.run("start and stop, SQLite", start)
        with servers.both() as addresses:
            stages.run("tests, PostgreSQL and Redis", tests, addresses)
            if not arguments:
                stages.run("start and stop, PostgreSQL and Redis", start, addresses)
        if not arguments:
            stages.run("chaos", chaos, {} if os.environ.get("FULL") else {"SHORT": "1"})
    except servers.Missing as error:
        stages.failed("PostgreSQL and Redis", str(error))
    except KeyboardInterrupt:
        stages.failed("stopped by Ctrl-C", "")
    return stages.summary()


class Stages:
    def __init__(self, environment):
        self.environment = environment
        self.done = []
        self.started = time.monotonic()

    def run(self, name, command, more=None) -> bool:
        print(f"\n=== {name} ===", flush=True)
        before = time.monotonic()
        code = subprocess.run(command, env={**self.environment, **(more or {})}, check=False).returncode
        self.done.append((name, code == 0, time.monotonic() - before))
        return code == 0

    def failed(self, name, why):
        print(f"\n{name}: {why}", flush=True)
        self.done.append((name, False, 0))

    def summary(self) -> int:
        print("\n=== Summary ===")
        for name, is_well, seconds in self.done:
            print(f"{'passed' if is_well else 'FAILED'}  {seconds:5.0f} s  {name}")
        all_well = all(is_well for _, is_well, _ in self.done)
        print(f"{'All passed' if all_well else 'Something failed'} after {time.monotonic() - self.started:.0f} s.")
        return 0 if all_well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
