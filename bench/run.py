"""Measures the portal's pages as ratios to bare Django, in one run. See bench/README.md."""

import argparse
import http.client
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent
TICKS = os.sysconf("SC_CLK_TCK")
CONNECTIONS = 2


@dataclass
class Target:
    """One thing to measure: where, how, and which figure must hold (times L1 or L2)."""

    name: str
    server: str
    path: str
    limit: str = ""
    must: float = 0
    headers: dict = field(default_factory=dict)
    figures: list = field(default_factory=list)

    @property
    def cpu_ms(self) -> float:
        return statistics.median(self.figures)


PAGES = [  # name, path, kind
    ("home", "/", "page"),
    ("partners", "/partners/", "page"),
    ("agreement", "/agreements/cites/", "detail"),
    ("courses", "/courses/", "page"),
    ("courses, last page", "/courses/?page=9999", "page"),
    ("course", "/courses/bench-7/", "detail"),
    ("HS codes", "/hs/?agreement=cites", "page"),
    ("HS answer", "/hs/0507.10/", "detail"),
    ("actions", "/actions/", "page"),
    ("actions, one partner", "/actions/?partner=wco", "page"),
    ("actions, last page", "/actions/?page=9999", "page"),
    ("actions, overdue", "/actions/?state=overdue", "page"),
    ("actions, reported done", "/actions/?state=reported_done", "page"),
    ("actions, due before", "/actions/?due_before=2021-01-01", "page"),
    ("actions, one partner, last page", "/actions/?partner=wco&page=9999", "page"),
    ("action", "/meetings/gci-2007-03/actions/4/", "detail"),
    ("meeting", "/meetings/gci-2007-03/", "detail"),
    ("search", "/search/?q=halocarbon", "search"),
    ("actions, by words", "/actions/?q=halocarbon", "search"),
    ("guide", "/guide/2026/", "page"),
    ("flyer", "/flyer/", "page"),
]
SIGNED_IN = [
    ("/my/", "/my/", "page"),
    ("/my/, last page", "/my/?page=9999", "page"),
    ("actions, signed in", "/actions/", "page"),
    ("action, signed in", "/meetings/gci-2007-03/actions/4/", "detail"),
    ("meeting, signed in", "/meetings/gci-2007-03/", "detail"),
]
COLD_MUST = {"page": ("L2", 3), "detail": ("L2", 2), "search": ("L2", 3)}


class Server:
    """A gunicorn as in production, with two workers on a free port, and the processor time its processes have used."""

    def __init__(self, name: str, application: str, environment: dict):
        self.name, self.database = name, environment["BENCH_DATABASE"]
        self.port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "ops/gunicorn.py", application,
             "--bind", f"127.0.0.1:{self.port}", "--workers", "2", "--threads", "2", "--max-requests", "0"],
            cwd=PROJECT,
            env={**os.environ, **environment},
        )  # fmt: skip

    def wait(self, path: str) -> None:
        for _ in range(150):
            try:
                fetch(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30), path, {})
            except OSError:
                time.sleep(0.2)
            else:
                return
        raise SystemExit(f"{self.name} did not start")

    def cpu_seconds(self) -> float:
        pids = [self.process.pid, *children(self.process.pid)]
        return sum(cpu_of(pid) for pid in pids + backends_of(self.database))

    def memory_mb(self) -> float:
        return sum(memory_of(pid) for pid in [self.process.pid, *children(self.process.pid)])

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(15)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *children(int(child))]
    return found


def cpu_of(pid: int) -> float:
    """Seconds used by a process and by its children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except FileNotFoundError:
        return 0
    return sum(int(value) for value in fields[11:15]) / TICKS


def backends_of(address: str) -> list[int]:
    """Processes of PostgreSQL on this machine that work for this database; none for SQLite."""
    if address.startswith("sqlite"):
        return []
    ask = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    done = subprocess.run(["psql", address, "-Atc", ask], capture_output=True, text=True, check=True)
    return [int(line) for line in done.stdout.split()]


def memory_of(pid: int) -> float:
    """Proportional set size in MB: shared pages are counted once."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, PermissionError):
        return 0
    return int(re.search(r"^Pss:\s+(\d+)", text, re.M)[1]) / 1024


def fetch(connection, path, headers):
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    return response.status, response.headers, body


def measure(server: Server, target: Target, requests: int) -> None:
    """CPU milliseconds a request over the wire, with two connections at once."""
    errors: list[str] = []

    def work():
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        for _ in range(requests // CONNECTIONS):
            status, _headers, _body = fetch(connection, target.path, target.headers)
            if status not in (200, 304):
                errors.append(f"{target.name}: {status}")
                return
        connection.close()

    if server.name == "limits":
        # Quick to answer, and every ratio hangs on them.
        requests *= 4
    before = server.cpu_seconds()
    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise SystemExit(errors[0])
    target.figures.append((server.cpu_seconds() - before) * 1000 / (requests // CONNECTIONS * CONNECTIONS))


def sign_in_cookie(environment: dict) -> str:
    """A session of the filled-in member, made in the database itself."""
    code = (
        "import django, time; django.setup()\n"
        "from django.contrib.sessions.backends.db import SessionStore\n"
        "from greencustoms.core.models import User\n"
        "u = User.objects.get(email='bench@office.example'); s = SessionStore()\n"
        "s.update({'_auth_user_id': str(u.pk), '_auth_user_backend': 'greencustoms.core.people.PersonBackend',"
        " '_auth_user_hash': u.get_session_auth_hash()})\n"
        "s.create(); print(s.session_key)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **environment}, cwd=PROJECT, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return "sessionid=" + done.stdout.strip().splitlines()[-1]


def ready(address: str, var: Path) -> dict:
    """The environment that points at a database that is filled."""
    var.mkdir(exist_ok=True)
    return {
        "DJANGO_SETTINGS_MODULE": "bench.settings", "VAR_DIR": str(var), "DATABASE_URL": address,
        "BENCH_DATABASE": address, "PYTHONPATH": str(PROJECT),
    }  # fmt: skip


def empty_database(name: str, var: Path) -> str:
    """The address of a new database: beside the one of DATABASE_URL, else a file in this folder."""
    var.mkdir(exist_ok=True)
    base = os.environ.get("DATABASE_URL", "")
    if not base:
        return f"sqlite:///{var / 'portal.sqlite3'}"
    name = f"bench_{os.getpid()}_{name}"
    subprocess.run(["psql", base, "-qc", f"CREATE DATABASE {name}"], check=True)
    return urlunsplit(urlsplit(base)._replace(path=f"/{name}"))


def prepare(rows: int, folder: Path) -> dict:
    """A filled database and the environment that points at it."""
    var = folder / f"var-{rows}"
    address = empty_database(str(rows), var)
    environment = ready(address, var)
    quiet = {**os.environ, **environment}
    manage = [sys.executable, "manage.py"]
    for command in (["migrate", "-v0"], ["createcachetable"], ["load_reference", "--meeting-2007"], ["load_demo"]):
        subprocess.run(manage + command, cwd=PROJECT, env=quiet, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([sys.executable, "-m", "bench.fill", str(rows)], cwd=PROJECT, env=quiet, check=True)
    if not address.startswith("sqlite"):
        subprocess.run(["psql", address, "-qc", "VACUUM ANALYZE"], check=True)
    return environment


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer requests and rows")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--only", nargs="+", default=[], metavar="WORD", help="only targets with this in their name")
    parser.add_argument("--ready", nargs=2, metavar=("BIG", "SMALL"), help="addresses of databases filled before")
    options = parser.parse_args()
    requests, rounds = (60, 3) if options.quick else (200, 3)
    folder = Path(tempfile.mkdtemp(prefix="greencustoms-bench-"))
    servers: dict[str, Server] = {}
    try:
        if options.ready:
            big, small = ready(options.ready[0], folder / "big"), ready(options.ready[1], folder / "small")
        else:
            print(f"Filling two databases with {options.small:,} and {options.rows:,} rows ...", flush=True)
            big, small = prepare(options.rows, folder), prepare(options.small, folder)
        for name, application, environment in [
            ("limits", "bench.limits_app:application", big),
            ("warm", "greencustoms.wsgi:application", big),
            ("cold", "greencustoms.wsgi:application", {**big, "BENCH_CACHE": "off"}),
            ("cold, small", "greencustoms.wsgi:application", {**small, "BENCH_CACHE": "off"}),
        ]:
            servers[name] = Server(name, application, environment)
        for name, server in servers.items():
            server.wait("/l1" if name == "limits" else "/")
        targets = make_targets(servers, big, small)
        if options.only:
            targets = only_these(targets, options.only)
        for target in targets:
            measure(servers[target.server], target, 10)
            target.figures.clear()
        for number in range(rounds):
            print(f"Round {number + 1} of {rounds} ...", flush=True)
            for target in targets:
                measure(servers[target.server], target, requests)
        report(targets, servers["warm"])
    finally:
        for server in servers.values():
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def make_targets(servers, big, small) -> list[Target]:
    targets = [Target("L1 constant", "limits", "/l1"), Target("L2 fifty rows", "limits", "/l2")]
    for name, path, kind in PAGES:
        limit, must = COLD_MUST[kind]
        targets.append(Target(f"{name}, warm", "warm", path, "L1", 5))
        targets.append(Target(f"{name}, cold", "cold", path, limit, must))
        targets.append(Target(f"{name}, small", "cold, small", path))
        connection = http.client.HTTPConnection("127.0.0.1", servers["warm"].port)
        etag = fetch(connection, path, {})[1].get("ETag", "")
        targets.append(Target(f"{name}, 304", "warm", path, "L1", 5, {"If-None-Match": etag}))
    cookies = {"big": {"Cookie": sign_in_cookie(big)}, "small": {"Cookie": sign_in_cookie(small)}}
    for name, path, kind in SIGNED_IN:
        targets.append(Target(f"{name}, cold", "cold", path, *COLD_MUST[kind], cookies["big"]))
        targets.append(Target(f"{name}, small", "cold, small", path, headers=cookies["small"]))
    return targets


def only_these(targets: list[Target], words: list[str]) -> list[Target]:
    """The limits, and those whose name has one of the words in it."""
    return [target for target in targets if target.name[:3] in ("L1 ", "L2 ") or any(w in target.name for w in words)]


def report(targets: list[Target], warm: Server) -> None:
    by_name = {target.name: target for target in targets}
    l1, l2 = by_name["L1 constant"].cpu_ms, by_name["L2 fifty rows"].cpu_ms
    print(f"\nL1 {l1:.2f} ms, L2 {l2:.2f} ms of processor time a request\n")
    print(f"{'page':40} {'ms':>8} {'ratio':>10} {'must':>10}")
    for target in targets:
        if target.limit:
            limit = l1 if target.limit == "L1" else l2
            ratio = target.cpu_ms / limit
            mark = "" if ratio <= target.must else "  above"
            figures = f"{ratio:6.2f} x {target.limit} {target.must:5.1f} x {target.limit}"
            print(f"{target.name:40} {target.cpu_ms:8.2f} {figures}{mark}")
    print(f"\n{'growth from small to large':40} {'':8} {'ratio':>10} {'must':>10}")
    for target in targets:
        if target.name.endswith(", cold"):
            grown = target.cpu_ms / by_name[target.name.removesuffix("cold") + "small"].cpu_ms
            print(f"{target.name:40} {'':8} {grown:8.2f} x {1.2:8.1f} x{'  above' if grown > 1.2 else ''}")
    print(f"\nmemory of the two web workers and their master: {warm.memory_mb():.0f} MB (must: 200 MB)")


if __name__ == "__main__":
    main()
