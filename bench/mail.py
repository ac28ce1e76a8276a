"""Measures reminders next to a bare loop over one reused connection, in one run. See bench/README.md.

python -m bench.mail [--people 5000] [--notices 20000]
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from .run import PROJECT, empty_database, free_port, ready

SINK = """
import asyncio, sys

async def serve(reader, writer):
    writer.write(b"220 sink\\r\\n")
    while line := await reader.readline():
        word = line[:4].upper()
        if word == b"EHLO":
            writer.write(b"250-sink\\r\\n250 8BITMIME\\r\\n")
        elif word == b"DATA":
            writer.write(b"354 go on\\r\\n")
            await writer.drain()
            await reader.readuntil(b"\\r\\n.\\r\\n")
            writer.write(b"250 taken\\r\\n")
        elif word == b"QUIT":
            writer.write(b"221 bye\\r\\n")
            break
        else:
            writer.write(b"250 yes\\r\\n")
        await writer.drain()
    writer.close()

async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]), limit=2**22)
    await server.serve_forever()

asyncio.run(main())
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--notices", type=int, default=20_000)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="greencustoms-bench-"))
    port = free_port()
    made = ""
    sink = subprocess.Popen([sys.executable, "-c", SINK, str(port)])
    try:
        time.sleep(0.5)
        environment = mail_environment(port, folder)
        made = environment["DATABASE_URL"]
        command = [sys.executable, "-m", "bench.mail_work", str(options.people), str(options.notices)]
        subprocess.run(command, cwd=PROJECT, env={**os.environ, **environment}, check=True)
    finally:
        sink.terminate()
        sink.wait(10)
        if made.startswith("postgres"):
            drop = f'DROP DATABASE "{urlsplit(made).path[1:]}"'
            subprocess.run(["psql", os.environ["DATABASE_URL"], "-qc", drop], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def mail_environment(port: int, folder: Path) -> dict:
    """A migrated database with nothing in it, its own broker, and the sink as the mail server."""
    var = folder / "var"
    address = empty_database("mail", var)
    environment = ready(address, var)
    for name in ("messages", "control"):
        (var / "broker" / name).mkdir(parents=True, exist_ok=True)
    environment |= {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "BENCH_MAIL": "leaves"}
    for command in (["migrate", "-v0"], ["createcachetable"]):
        quiet = {**os.environ, **environment}
        subprocess.run([sys.executable, "manage.py", *command], cwd=PROJECT, env=quiet, check=True)
    return environment


if __name__ == "__main__":
    main()
