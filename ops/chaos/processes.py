"""Processes of the portal, forked from one that has loaded it: a killed sender is back within half a second."""

import ctypes
import importlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path

PORTAL = "ops.chaos.portal"
PR_SET_PDEATHSIG = 1
ESTABLISHED = "01"
MOST_SHOWN = 3_000


class Processes:
    """Starts functions of `ops.chaos.portal` by name, each in a process with a log of its own."""

    def __init__(self, logs: Path):
        self.logs = logs
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([PORTAL])
        self._running = []

    def start(self, function: str, *arguments):
        process = self._context.Process(
            target=_run, args=(self.logs / f"{function}.log", function, arguments), name=function
        )
        process.start()
        self._running.append(process)
        return process

    def run(self, function: str, *arguments):
        """To its end. Raises RuntimeError with the end of the log if that is not a good one."""
        process = self.start(function, *arguments)
        process.join()
        if process.exitcode:
            raise RuntimeError(f"“{function}” ended with {process.exitcode}:\n{self.log(function)}")

    def log(self, function: str) -> str:
        """The end of what processes of this name said."""
        path = self.logs / f"{function}.log"
        return path.read_text(errors="replace")[-MOST_SHOWN:] if path.exists() else ""

    def named(self, function: str) -> list:
        return [process for process in self._running if process.name == function]

    def end(self):
        for process in self._running:
            process.kill()
        for process in self._running:
            process.join()
        self._running.clear()


def _run(log: Path, function: str, arguments):
    """In the new process: away from our terminal, and gone when we are."""
    os.setsid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(descriptor, stream.fileno())
    getattr(importlib.import_module(PORTAL), function)(*arguments)


def connected(pids: Iterable[int], port: int) -> list[int]:
    """Those of these processes that have a connection to this port of the loopback address."""
    wanted = f"0100007F:{port:04X}"
    sockets = set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        columns = line.split()
        if columns[2] == wanted and columns[3] == ESTABLISHED:
            sockets.add(f"socket:[{columns[9]}]")
    return [pid for pid in pids if sockets & _open_files(pid)]


def _open_files(pid: int) -> set[str]:
    found = set()
    try:
        for path in Path(f"/proc/{pid}/fd").iterdir():
            try:
                found.add(os.readlink(path))
            except OSError:
                continue
    except OSError:
        pass
    return found
