"""A real mail server on this machine that misbehaves as told."""

import asyncio
import email
import email.policy

from aiosmtpd.controller import Controller

from greencustoms.core import mail
from greencustoms.core.choices import MailStream
from greencustoms.core.models import OutboundMail


class MailServer:
    """Takes mail and keeps it; `faults` says what it does at a step of the mail to an address.

    A fault is an answer ("451 later"), "hang up", "hang up after taking" or "hang" (no answer at all).
    """

    def __init__(self):
        self.received = []
        self.faults = {}
        self.connections = 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        answer = await self._fault("mail", "", server)
        if answer is None:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = await self._fault("rcpt", address, server)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server, session, envelope):
        address = envelope.rcpt_tos[0]
        answer = await self._fault("data", address, server)
        if answer is None or self.faults["data", address] == "hang up after taking":
            self.received.append((address, email.message_from_bytes(envelope.content, policy=email.policy.default)))
        return answer or "250 OK"

    async def _fault(self, step, address, server):
        fault = self.faults.get((step, address))
        if fault == "hang":
            await asyncio.sleep(60)
        if fault and fault.startswith("hang up"):
            server.transport.abort()
            return "421 gone"
        return fault

    @property
    def addresses(self):
        return [address for address, _message in self.received]


class AnyPort(Controller):
    """Listens on a port that was free."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def put(name, **changes):
    """A mail of this key in the outbox, as if so much had become of it already."""
    row = mail.enqueue(
        key=name, stream=MailStream.ACCOUNT, to_address=f"{name}@office.example", subject=f"To {name}", body_text="Text"
    )
    return changed(row, **changes)


def put_digest(person, local_day, **changes):
    """A digest of this day for a person."""
    row = mail.enqueue(
        key=f"digest:{person.pk}:{local_day}",
        stream=MailStream.DIGEST,
        to_address=person.email,
        subject="3 actions",
        body_text="Text",
        recipient=person,
        local_day=local_day,
    )
    return changed(row, **changes)


def changed(row, **changes):
    if changes:
        OutboundMail.objects.filter(pk=row.pk).update(**changes)
        row.refresh_from_db()
    return row


def states():
    return dict(OutboundMail.objects.values_list("key", "state"))
