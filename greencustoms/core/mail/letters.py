"""A row of the outbox as a letter, ready to be handed over. Made again it is the same letter, with the same number."""

from dataclasses import dataclass
from email.utils import format_datetime
from functools import lru_cache

from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address

from greencustoms.core.choices import MailStream
from greencustoms.core.models import OutboundMail

from . import unsubscribe


@dataclass(frozen=True)
class Letter:
    message: EmailMultiAlternatives
    sender: str
    recipient: str
    data: bytes


def letter_of(row: OutboundMail) -> Letter:
    """Whatever is wrong with its addresses or headers shows here (ValueError)."""
    message = EmailMultiAlternatives(row.subject, row.body_text, to=[row.to_address], headers=_headers(row))
    if row.body_html:
        message.attach_alternative(row.body_html, "text/html")
    data = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's own addition
    return Letter(message, _sender(message.from_email), _on_the_envelope(message.to[0]), data)


def _on_the_envelope(address: str) -> str:
    address = sanitize_address(address, "utf-8")
    address.encode("ascii")
    return address


_sender = lru_cache(maxsize=8)(_on_the_envelope)


def _headers(row: OutboundMail) -> dict[str, str]:
    headers = {
        "Message-ID": row.message_id,
        "Date": format_datetime(row.created_at),
        # RFC 3834: nobody's machine answers; Exchange listens to a word of its own ([MS-OXCMAIL] 2.1.3.2.20).
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
    }
    if row.stream == MailStream.DIGEST and row.recipient is not None:
        # RFC 8058: a mail program may ask for this address with POST, without any sign-in.
        headers["List-Unsubscribe"] = f"<{unsubscribe.address_for(row.recipient)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers
