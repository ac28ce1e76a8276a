"""A mail server that fails on purpose. Whatever it accepts is on disk before it says so.

python -m ops.chaos.sink PORT JOURNAL PLAN

The journal has one JSON object a line: `accepted`, `refused`, `fault`, and `left` where a connection ended without
QUIT, with the mail it was about and how far that had come.
"""

import asyncio
import json
import os
import random
import sys
import time
from collections import Counter
from email.parser import BytesHeaderParser
from email.policy import default as modern

from .faults import Fault, Plan

HANGS_FOR = 60
REFUSES_FOR = 0.7
BYE = (Fault.RCPT_421, Fault.DOT_421)
ANSWERS = {
    Fault.RCPT_4XX: "451 4.2.0 Try again later",
    Fault.RCPT_5XX: "550 5.1.1 No such mailbox",
    Fault.RCPT_421: "421 4.3.2 Closing",
    Fault.DOT_4XX: "452 4.3.1 No room at the moment",
    Fault.DOT_5XX: "554 5.7.1 Not wanted",
    Fault.DOT_421: "421 4.3.2 Closing",
}
HANGS = (Fault.BANNER_HANGS, Fault.RCPT_HANGS, Fault.DATA_HANGS, Fault.TAKEN_HANGS, Fault.LEFT_HANGS)


class Dropped(Exception):
    """Raised when the line is to be cut."""


class Sink:
    def __init__(self, port: int, journal, plan: Plan):
        self.port, self.journal, self.plan = port, journal, plan
        self.connections = 0
        self.visits: Counter[str] = Counter()
        self.listener = None
        self.dice = random.Random(plan.seed)  # noqa: S311

    async def listen(self):
        self.listener = await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=2**20)

    async def refuse_for_a_while(self):
        if self.listener is not None:
            self.listener.close()
            self.listener = None
            await asyncio.sleep(REFUSES_FOR)
            await self.listen()

    def note(self, event: str, **more):
        line = json.dumps({"at": time.time(), "event": event, **more}) + "\n"
        os.write(self.journal, line.encode())

    async def _serve(self, reader, writer):
        self.connections += 1
        talk = Talk(self, reader, writer)
        try:
            await talk.whole(self.plan.at_connection(self.connections))
        except (Dropped, ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            if not talk.has_quit:
                self.note("left", to=talk.to, stage=talk.stage)
            writer.transport.abort()


class Talk:
    """One connection."""

    def __init__(self, sink: Sink, reader, writer):
        self.sink, self.reader, self.writer = sink, reader, writer
        self.to, self.stage, self.has_quit = "", "banner", False
        self.fault: Fault | None = None

    async def whole(self, fault: Fault | None):
        if fault is not None:
            await self._fail(fault)
        await self._say("220 chaos")
        while line := await self.reader.readline():
            verb = line[:4].upper().strip()
            if verb == b"EHLO":
                await self._say("250-chaos\r\n250 SIZE 10000000")
            elif verb == b"RCPT":
                await self._recipient(line)
            elif verb == b"DATA":
                await self._text()
            elif verb == b"QUIT":
                self.has_quit = True
                await self._say("221 Bye")
                return
            else:
                await self._say("250 OK")

    async def _recipient(self, line: bytes):
        self.to, self.stage = line.decode().partition("<")[2].partition(">")[0], "RCPT"
        self.sink.visits[self.to] += 1
        self.fault = self.sink.plan.at_letter(self.to, self.sink.visits[self.to])
        await self._breathe()
        if self.fault in (Fault.RCPT_4XX, Fault.RCPT_5XX, Fault.RCPT_421):
            await self._refuse()
        elif self.fault == Fault.RCPT_HANGS:
            await self._fail(self.fault)
        else:
            await self._say("250 OK")
            if self.fault == Fault.RCPT_DROPS:
                await self._fail(self.fault)

    async def _text(self):
        self.stage = "DATA"
        await self._breathe()
        if self.fault in (Fault.DATA_HANGS, Fault.DATA_DROPS):
            await self._fail(self.fault)
        await self._say("354 Go on")
        text = await self.reader.readuntil(b"\r\n.\r\n")
        self.stage = "dot"
        await self._breathe()
        header = BytesHeaderParser(policy=modern).parsebytes(text)
        if self.fault in (Fault.DOT_4XX, Fault.DOT_5XX, Fault.DOT_421):
            await self._refuse(header["Message-ID"])
            return
        if self.fault in (Fault.LEFT_DROPS, Fault.LEFT_HANGS):
            await self._fail(self.fault)
        self.sink.note("accepted", to=self.to, id=header["Message-ID"], subject=header["Subject"])
        os.fsync(self.sink.journal)
        self.stage = "taken"
        await self._breathe()
        if self.fault in (Fault.TAKEN_DROPS, Fault.TAKEN_HANGS):
            await self._fail(self.fault)
        await self._say("250 Taken")
        self.stage = "answered"

    async def _refuse(self, message_id: str | None = None):
        words = ANSWERS[self.fault]
        self.sink.note("refused", to=self.to, code=int(words[:3]), id=message_id, fault=self.fault)
        await self._say(words)
        self.stage = "answered"
        if self.fault in BYE:
            raise Dropped

    async def _fail(self, fault: Fault):
        """Does not come back."""
        self.sink.note("fault", to=self.to, fault=fault)
        if fault == Fault.BANNER_421:
            await self._say("421 4.3.2 Too busy")
        elif fault == Fault.REFUSED:
            self.writer.transport.abort()
            await self.sink.refuse_for_a_while()
        elif fault in HANGS:
            # Until the other side gives up.
            try:
                await asyncio.wait_for(self.reader.read(), HANGS_FOR)
            except TimeoutError:
                pass
        raise Dropped

    async def _say(self, words: str):
        self.writer.write(words.encode() + b"\r\n")
        await self.writer.drain()

    async def _breathe(self):
        await asyncio.sleep(self.sink.dice.random() * self.sink.plan.pace)


async def serve(port: str, journal: str, plan: str):
    descriptor = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    await Sink(int(port), descriptor, Plan.from_text(plan)).listen()
    await asyncio.Event().wait()


if __name__ == "__main__":
    try:
        asyncio.run(serve(*sys.argv[1:4]))
    except KeyboardInterrupt:
        pass
