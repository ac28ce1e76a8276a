"""The portal's outbox: a mail is a row first, and the row says what became of it (security section 2)."""

import logging
import uuid
from datetime import datetime, timedelta
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils import timezone

from .choices import MailState, MailStream
from .models import OutboundMail
from .postman import Letter, LineLost, MaybeTaken, Postman, Refused, ServerAway

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)
WAIT_MINUTES = (1, 5, 15, 60, 240)
MOST_ATTEMPTS = 8
BATCH = 200
# A connection that keeps breaking is no mail's fault: the rest waits for the next round.
MOST_LINES_LOST = 3


def one_time_key(what: str) -> str:
    """A key for a mail that may be sent any number of times, such as a password link."""
    return f"{what}:{uuid.uuid4()}"[:200]


def enqueue(
    *, key: str, stream: MailStream, to_address: str, subject: str, body_text: str, body_html: str = "", recipient=None
) -> OutboundMail:
    """Put a mail into the outbox, once for each key. It leaves after the transaction has been committed."""
    row, is_new = OutboundMail.objects.get_or_create(
        key=key,
        defaults={
            "stream": stream,
            "recipient": recipient,
            "to_address": to_address,
            "subject": subject[:250],
            "body_text": body_text,
            "body_html": body_html,
            "message_id": make_msgid(domain=_domain()),
            "state": MailState.KEPT if settings.MAIL_STAYS_HERE else MailState.PENDING,
        },
    )
    if is_new and row.state == MailState.PENDING:
        transaction.on_commit(ring)
    return row


def render_and_enqueue(
    template: str,
    context: dict,
    *,
    key: str,
    stream: MailStream,
    to_address: str,
    recipient=None,
    subject_prefix: str = "",
    body: str = "body",
) -> OutboundMail:
    """Put in a mail made of `<template>_subject.txt`, `..._body.txt` and, if there is one, `..._body.html`."""
    context = {"site_name": settings.SITE_NAME, "portal_url": settings.PORTAL_URL, **context}
    subject = " ".join(render_to_string(f"{template}_subject.txt", context).split())
    html = f"{template}_{body}.html"
    try:
        body_html = str(render_to_string(html, context))
    except TemplateDoesNotExist as error:
        if error.args != (html,):
            raise
        body_html = ""
    return enqueue(
        key=key,
        stream=stream,
        to_address=to_address,
        recipient=recipient,
        subject=subject_prefix + subject,
        body_text=render_to_string(f"{template}_{body}.txt", context).strip() + "\n",
        body_html=body_html,
    )


def ring() -> None:
    """Tell a worker that mail is waiting. If the broker is away the tick sends it."""
    from .tasks import send_mail

    try:
        send_mail.delay()
    except Exception as error:
        logger.warning("Mail: the broker did not take the message (%s)", error)


def send_due(now: datetime) -> int:
    """Send what is due, up to 200 mails over one connection. Returns how many left."""
    _take_back_expired(now)
    due = OutboundMail.objects.filter(state__in=[MailState.PENDING, MailState.DEFERRED], next_at__lte=now).order_by(
        "next_at", "pk"
    )
    sent = lost = 0
    postman = Postman()
    try:
        for row in due[:BATCH]:
            if not _claim(row):
                continue
            try:
                sent += _send(row, postman)
            except ServerAway as error:
                # Nobody's fault, so it does not count as an attempt.
                _move(row, MailState.PENDING, next_at=now + timedelta(minutes=1), last_error=str(error)[:300])
                break
            except LineLost as error:
                _try_later(row, str(error))
                lost += 1
                if lost == MOST_LINES_LOST:
                    break
    finally:
        postman.close()
    return sent


def _claim(row: OutboundMail) -> bool:
    """Compare-and-swap on the version: of several senders one gets the row."""
    won = OutboundMail.objects.filter(pk=row.pk, version=row.version, state=row.state).update(
        state=MailState.CLAIMED, version=F("version") + 1, lease_until=timezone.now() + LEASE
    )
    row.version += 1
    return bool(won)


def _send(row: OutboundMail, postman: Postman) -> int:
    """Claimed, announced, handed over, sent: each step is on the row before the next one begins."""
    try:
        letter = Letter.made_of(_message(row))
    except Exception as error:  # no header or no address can be made of it; the others must not wait for it
        logger.exception("Mail %s cannot be written", row.pk)
        _move(row, MailState.FAILED, attempts=row.attempts + 1, last_error=str(error)[:300])
        return 0
    postman.open()
    try:
        postman.announce(letter)
        if not _move(row, MailState.HANDING):
            postman.forget()
            return 0
        postman.hand_over(letter)
    except Refused as error:
        _refused(row, error)
        return 0
    except MaybeTaken as error:
        # It is not sent again.
        _move(row, MailState.UNKNOWN, last_error=str(error)[:300])
        return 0
    _move(row, MailState.SENT, sent_at=timezone.now(), last_error="")
    return 1


def _message(row: OutboundMail) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        row.subject,
        row.body_text,
        to=[row.to_address],
        headers={"Message-ID": row.message_id, "Auto-Submitted": "auto-generated"},
    )
    if row.body_html:
        message.attach_alternative(row.body_html, "text/html")
    return message


def _refused(row: OutboundMail, error: Refused) -> None:
    if 400 <= error.code < 500:
        _try_later(row, str(error))
    else:
        _move(row, MailState.FAILED, attempts=row.attempts + 1, last_error=str(error)[:300])


def _try_later(row: OutboundMail, words: str) -> None:
    attempts = row.attempts + 1
    if attempts < MOST_ATTEMPTS:
        wait = WAIT_MINUTES[min(attempts, len(WAIT_MINUTES)) - 1]
        next_at = timezone.now() + timedelta(minutes=wait)
        _move(row, MailState.DEFERRED, attempts=attempts, next_at=next_at, last_error=words[:300])
    else:
        _move(row, MailState.FAILED, attempts=attempts, last_error=words[:300])


def _move(row: OutboundMail, state: MailState, **changes) -> bool:
    """Move a row this sender holds. Says no if its lease was taken away in the meantime."""
    moved = OutboundMail.objects.filter(pk=row.pk, version=row.version).update(
        state=state, version=F("version") + 1, **changes
    )
    row.version += 1
    return bool(moved)


def _take_back_expired(now: datetime) -> None:
    expired = OutboundMail.objects.filter(lease_until__lt=now)
    expired.filter(state=MailState.CLAIMED).update(state=MailState.PENDING, version=F("version") + 1)
    expired.filter(state=MailState.HANDING).update(state=MailState.UNKNOWN, version=F("version") + 1)


def _domain() -> str:
    return urlsplit(settings.PORTAL_URL).hostname or "localhost"
