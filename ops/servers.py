"""A PostgreSQL and a Redis of one's own, thrown away afterwards: the machine's own servers are not touched."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path


class Missing(Exception):
    """Raised with a plain sentence when a server cannot be started here."""


class PostgreSQL:
    """A server with an empty database. It may be stopped in the midst of things and started again on the same data."""

    def __init__(self, folder: Path, *, survives_a_crash=False):
        self.programs = newest_postgresql()
        self.folder = folder
        self.port = free_port()
        self.address = f"postgres://portal@127.0.0.1:{self.port}/portal"
        self.survives_a_crash = survives_a_crash
        self.server = None
        self.as_user = {}
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(folder, account.pw_uid, account.pw_gid)
            self.as_user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def make_empty(self):
        options = ("--username=portal", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        made = subprocess.run(
            [self.programs / "initdb", "-D", self.folder / "data", *options],
            capture_output=True,
            text=True,
            cwd=self.folder,
            check=False,
            **self.as_user,
        )
        if made.returncode:
            raise Missing(f"PostgreSQL could not make a database: {made.stderr.strip()}")
        self.start("postgres")
        ours = (self.programs / "createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "portal", "portal")
        subprocess.run(ours, capture_output=True, check=True)

    def start(self, database="portal"):
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            # Nothing here has to survive a power cut.
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "on" if self.survives_a_crash else "off",
        }
        log = self.folder / "log"
        with log.open("ab") as lines:
            self.server = subprocess.Popen(
                [
                    *ends_with_us("INT"),
                    *(self.programs / "postgres", "-D", self.folder / "data"),
                    *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
                ],
                stdout=lines,
                stderr=lines,
                cwd=self.folder,
                start_new_session=True,
                **self.as_user,
            )
        look = (self.programs / "psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "portal", "-c", "", database)
        wait_until(lambda: subprocess.run(look, capture_output=True, check=False).returncode == 0, self.server, log)

    def stop(self, *, ask_with="INT"):
        """INT breaks off what is under way; QUIT is a crash, after which the log is read back."""
        if self.server is not None:
            end(self.server, ask_with=ask_with)


@contextmanager
def postgresql():
    """Gives the address of an empty database. As root the server runs as `postgres`, which it insists on."""
    with running_postgresql() as server:
        yield server.address


@contextmanager
def running_postgresql(*, survives_a_crash=False):
    """Gives the server itself."""
    folder = Path(tempfile.mkdtemp(prefix="greencustoms-postgresql-"))
    server = PostgreSQL(folder, survives_a_crash=survives_a_crash)
    try:
        server.make_empty()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def redis():
    """Gives the address of an empty Redis."""
    program = shutil.which("redis-server")
    if program is None:
        raise Missing("redis-server is missing.")
    folder = Path(tempfile.mkdtemp(prefix="greencustoms-redis-"))
    port = free_port()
    log = folder / "log"
    server = None
    try:
        with log.open("wb") as lines:
            server = subprocess.Popen(
                [
                    *(*ends_with_us("TERM"), program),
                    *("--port", str(port), "--bind", "127.0.0.1", "--dir", folder),
                    *("--save", "", "--appendonly", "no"),
                ],
                stdout=lines,
                stderr=lines,
                start_new_session=True,
            )
        wait_until(lambda: b"PONG" in ask_redis(port), server, log)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        if server is not None:
            end(server, ask_with="TERM")
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def both():
    """The environment variables that put the portal on both servers."""
    with ExitStack() as stack:
        yield {
            "DATABASE_URL": stack.enter_context(postgresql()),
            "REDIS_URL": stack.enter_context(redis()),
        }


def newest_postgresql() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise Missing("PostgreSQL is missing.")
    return Path(on_path).resolve().parent


def ends_with_us(signal_name: str) -> list[str]:
    """Should this program be killed outright, the kernel tells the server."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", signal_name] if setpriv else []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask_redis(port) -> bytes:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            line.sendall(b"PING\r\n")
            return line.recv(100)
    except OSError:
        return b""


def wait_until(is_ready, server, log, seconds=30):
    until = time.monotonic() + seconds
    while not is_ready():
        if server.poll() is not None or time.monotonic() > until:
            raise Missing(f"A server did not start:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)


def end(server, *, ask_with: str):
    """By its own number, never by name: others may run the same program."""
    if server.poll() is None:
        server.send_signal(signal.Signals[f"SIG{ask_with}"])
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
