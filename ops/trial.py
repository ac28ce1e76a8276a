"""Starts the portal as a newcomer does, looks around, stops it with Ctrl-C and counts what is left: nothing."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from servers import free_port

HERE = Path(__file__).resolve().parent.parent
PAGES = (
    "/",
    "/readyz",
    "/partners/",
    "/agreements/",
    "/meetings/",
    "/actions/",
    "/courses/",
    "/hs/",
    "/guide/",
    "/accounts/login/",
)
MARK = "GREENCUSTOMS_TRIAL"


def main():
    with tempfile.TemporaryDirectory(prefix="green customs trial ") as folder:
        environment = {
            **os.environ,
            "VAR_DIR": folder,
            "PORT": str(free_port()),
            # Everything started from here carries this, and is found by it.
            MARK: f"{os.getpid()}",
        }
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        first = one_start(environment, look_around)
        entered = changed_by_a_user(environment)
        second = one_start(environment, lambda *_: expect_still_there(environment, entered))
        print(f"First start {first:.0f} s, second {second:.0f} s; both ended without leaving a process.")
        # A closed terminal, and Ctrl-C at an awkward moment.
        one_start(environment, lambda *_: None, ask_with=signal.SIGHUP)
        interrupt_early(environment)


def one_start(environment, look, *, ask_with=signal.SIGINT) -> float:
    log = Path(environment["VAR_DIR"]) / "trial.log"
    began = time.monotonic()
    with log.open("wb") as lines:
        run = start(environment, lines)
        try:
            wait_for("The portal is ready", log, run)
            took = time.monotonic() - began
            look(environment, f"http://localhost:{environment['PORT']}")
        except Exception:
            print(log.read_text(errors="replace"))
            raise
        finally:
            end(run, ask_with)
    expect("Traceback" not in log.read_text(errors="replace"), f"a stack trace:\n{log.read_text(errors='replace')}")
    expect(run.returncode == 0, f"the run ended with {run.returncode}")
    expect_nothing_left(environment)
    return took


def interrupt_early(environment):
    """While things are still starting there must be no trace either."""
    for wait in (0.3, 2, 4):
        log = Path(environment["VAR_DIR"]) / "trial.log"
        with log.open("wb") as lines:
            run = start(environment, lines)
            time.sleep(wait)
            end(run, signal.SIGINT)
        expect("Traceback" not in log.read_text(errors="replace"), f"a stack trace:\n{log.read_text(errors='replace')}")
        expect_nothing_left(environment)


def start(environment, lines):
    return subprocess.Popen(
        [sys.executable, "ops/run.py"],
        cwd=HERE,
        env=environment,
        stdout=lines,
        stderr=lines,
        start_new_session=True,
        # Tests may themselves run under nohup, and that is handed down.
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
    )


def end(run, number):
    """To the whole group, as a terminal does."""
    if run.poll() is None:
        os.killpg(run.pid, number)
    try:
        run.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(run.pid, signal.SIGKILL)
        raise


def look_around(environment, address):
    for page in PAGES:
        try:
            with urllib.request.urlopen(address + page, timeout=20) as answer:
                expect(answer.status == 200, f"{page} answered {answer.status}")
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{page} answered {error.code}") from error
    accounts = Path(environment["VAR_DIR"]) / "demo-accounts.txt"
    expect("@cites.example" in accounts.read_text(), "demo-accounts.txt names no account")
    expect(accounts.stat().st_mode & 0o077 == 0, "demo-accounts.txt can be read by others")
    # Both workers hear the broker and answer.
    answer = django(
        environment,
        "from greencustoms.celery import app; print(sorted(app.control.inspect(timeout=5).ping() or []))",
    )
    expect("main@" in answer and "pdf@" in answer, f"not all workers answered: {answer}")


def changed_by_a_user(environment) -> str:
    return django(
        environment,
        "from partners.models import Partner; row = Partner.objects.order_by('pk').first();"
        "row.name += ' (edited)'; row.save(); print(Partner.objects.count(), row.name)",
    )


def expect_still_there(environment, entered):
    found = django(
        environment,
        "from partners.models import Partner; row = Partner.objects.order_by('pk').first();"
        "print(Partner.objects.count(), row.name)",
    )
    expect(found == entered, f"entered “{entered}”, found “{found}” after the second start")


def django(environment, code) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "--command", code],
        cwd=HERE,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    expect(done.returncode == 0, done.stderr)
    return done.stdout.strip()


def wait_for(words, log, run, seconds=180):
    until = time.monotonic() + seconds
    while words not in log.read_text(errors="replace"):
        expect(run.poll() is None, "the run ended by itself")
        expect(time.monotonic() < until, f"nothing was ready after {seconds} s")
        time.sleep(0.1)


def expect_nothing_left(environment):
    mark = f"{MARK}={environment[MARK]}".encode()
    left = []
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and mark in (folder / "environ").read_bytes().split(b"\0"):
                left.append(f"{folder.name} {(folder / 'cmdline').read_text()}".replace("\0", " "))
        except OSError:
            continue
    expect(not left, "processes are left:\n" + "\n".join(left))


def expect(is_so, otherwise):
    if not is_so:
        raise AssertionError(otherwise)


if __name__ == "__main__":
    try:
        main()
    except AssertionError as error:
        sys.exit(f"Not so: {error}")
