"""Runs the whole portal on one machine: `make run`. Ends when asked to, and then nothing of it is left.

PORT=8000           where it answers
DEMO_PASSWORD=      password of the demo accounts, otherwise made at random
DATABASE_URL, REDIS_URL  use PostgreSQL and Redis instead of files below var/
"""

import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR") or HERE / "var").absolute()
FOLDERS = ("broker/messages", "broker/control", "tmp", "files", "media", "private", "static")
SECONDS_TO_STOP = 8


class Stopped(Exception):
    """Raised when someone asked the run to end."""


def main():
    port = chosen_port()
    os.umask(0o077)
    for folder in FOLDERS:
        (VAR_DIR / folder).mkdir(parents=True, exist_ok=True, mode=0o700)
    VAR_DIR.chmod(0o700)
    lock = hold_lock(port)  # noqa: F841 - held until this process ends
    environment = portal_environment(port, free_addresses(port))
    listen_to_signals()
    processes = Processes(environment)
    try:
        prepared = processes.start("prepare", '"$PYTHON" ops/prepare.py')
        if processes.wait_for(prepared) != 0:
            return prepared.returncode
        for line in (HERE / "ops" / "Procfile").read_text().splitlines():
            name, command = line.split(":", 1)
            processes.start(name, command.strip())
        threading.Thread(target=say_when_ready, args=(port,), daemon=True).start()
        name, ended = processes.wait_for_first()
        print(f"{name} ended by itself ({ended.returncode}); stopping the rest.", flush=True)
        return 1
    except Stopped:
        print("\nStopping ...", flush=True)
        return 0
    finally:
        processes.stop()


def chosen_port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        sys.exit(f"PORT={text} is not a port number. For example: make run PORT=8001")
    return int(text)


def hold_lock(port):
    """Two runs over the same files would do each reminder's work side by side."""
    lock = open(VAR_DIR / "run.lock", "a+")  # noqa: SIM115 - stays open on purpose
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        sys.exit(f"The portal is already running: http://localhost:{lock.read().strip()}/  (stop it there with Ctrl-C)")
    lock.truncate(0)
    lock.write(str(port))
    lock.flush()
    return lock


def free_addresses(port) -> list[str]:
    """Both loopback addresses, because `localhost` may mean either."""
    found = []
    for family, host, written in ((socket.AF_INET, "127.0.0.1", "127.0.0.1"), (socket.AF_INET6, "::1", "[::1]")):
        try:
            probe = socket.socket(family)
        except OSError:
            continue  # a machine without IPv6
        with probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except PermissionError:
                sys.exit(f"Port {port} is reserved for the system. Choose a higher one: make run PORT=8000")
            except OSError as error:
                if error.errno == 99:  # the address does not exist here
                    continue
                sys.exit(f"Port {port} is taken by another program. Choose another: make run PORT={port + 1}")
        found.append(f"{written}:{port}")
    return found


def portal_environment(port, addresses) -> dict[str, str]:
    environment = dict(os.environ)
    environment.setdefault("DJANGO_SETTINGS_MODULE", "greencustoms.settings.development")
    environment.setdefault("PORTAL_URL", f"http://localhost:{port}")
    environment.update(
        BIND=",".join(addresses),
        PYTHON=sys.executable,
        PYTHONUNBUFFERED="1",
        # The embedded broker's messages pass through the folder for temporary files.
        TMPDIR=str(VAR_DIR / "tmp"),
        VAR_DIR=str(VAR_DIR),
        # Celery advises against the administrator's account; on a machine of one's own that is one's own choice.
        PYTHONWARNINGS="ignore:You're running the worker with superuser",
    )
    return environment


def listen_to_signals():
    def stop(number, frame):
        raise Stopped

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup stays nohup
            signal.signal(number, stop)


class Processes:
    """Started together, stopped together. Each leads a session of its own, so Ctrl-C reaches only this program."""

    def __init__(self, environment):
        self.environment = environment
        self.running = {}
        self.made_by_make = parent_is_make()
        # Should this program be killed outright, the kernel tells its children.
        setpriv = shutil.which("setpriv")
        self.prefix = [setpriv, "--pdeathsig", "TERM"] if setpriv else []

    def start(self, name, command):
        process = subprocess.Popen(
            [*self.prefix, "/bin/sh", "-c", f"exec {command}"],
            cwd=HERE,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.running[name] = process
        threading.Thread(target=pass_on, args=(name, process.stdout), daemon=True).start()
        return process

    def wait_for(self, process):
        while process.poll() is None:
            self.breathe()
        return process.returncode

    def wait_for_first(self):
        del self.running["prepare"]
        while True:
            for name, process in self.running.items():
                if process.poll() is not None:
                    return name, process
            self.breathe()

    def breathe(self):
        time.sleep(0.2)
        if self.made_by_make and not parent_is_make():
            raise Stopped

    def stop(self):
        """Ask, wait, then insist; whoever a process left behind goes too."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        until = time.monotonic() + SECONDS_TO_STOP
        for process in self.running.values():
            try:
                process.wait(max(0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                pass
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()


def parent_is_make() -> bool:
    """Whether make started this and still listens. Signalled alone, make waits for us and never passes SIGINT on."""
    try:
        status = Path(f"/proc/{os.getppid()}/status").read_text()
    except OSError:
        return False
    caught = re.search(r"^SigCgt:\s*(\w+)$", status, re.MULTILINE)
    return status.startswith("Name:\tmake\n") and bool(caught) and bool(int(caught[1], 16) & 1 << signal.SIGINT - 1)


def pass_on(name, lines):
    for line in lines:
        prefix = b"" if name == "prepare" else f"{name:7}| ".encode()
        sys.stdout.buffer.write(prefix + line)
        sys.stdout.buffer.flush()


def say_when_ready(port):
    """Only what is true: the address is printed when it answers."""
    address = f"http://localhost:{port}/"
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"{address}healthz", timeout=5):
                break
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
    else:
        print("The portal has not answered for a minute; the lines above may say why.", flush=True)
        return
    accounts = VAR_DIR / "demo-accounts.txt"
    print(f"\n  The portal is ready:   {address}", flush=True)
    if accounts.exists():
        shown = accounts.relative_to(HERE) if accounts.is_relative_to(HERE) else accounts
        print(f"  Demo accounts:         {shown}", flush=True)
    print("  Stop it with Ctrl-C.\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
