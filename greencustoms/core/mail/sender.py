"""Sends what lies in the outbox: each step is on the row before the next one begins (security section 2)."""

import logging
from datetime import datetime, timedelta

from django.core.mail import EmailMultiAlternatives
from django.db.models import F
from django.utils import timezone

from greencustoms.core.choices import MailState
from greencustoms.core.models import OutboundMail

from .checks import Cancelled, checks_of
from .days import OVERTAKEN, is_overtaken
from .postman import Letter, LineLost, MaybeTaken, Postman, Refused, ServerAway

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)
WAIT_MINUTES = (1, 5, 15, 60, 240)
MOST_ATTEMPTS = 8
BATCH = 200
# A connection that keeps breaking is no mail's fault: the rest waits for the next round.
MOST_LINES_LOST = 3


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
            if not _claim(row) or not _is_still_right(row, now):
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


def _is_still_right(row: OutboundMail, now: datetime) -> bool:
    if is_overtaken(row, now):
        _move(row, MailState.CANCELLED, last_error=OVERTAKEN)
        return False
    for check in checks_of(row.stream):
        verdict = check([row], now).get(row.pk)
        if isinstance(verdict, Cancelled):
            _move(row, MailState.CANCELLED, last_error=verdict.why[:300])
            return False
        if verdict is not None:
            row.subject, row.body_text = verdict.rendered.subject, verdict.rendered.body_text
            row.body_html = verdict.rendered.body_html
            _move(
                row,
                MailState.CLAIMED,
                subject=row.subject,
                body_text=row.body_text,
                body_html=row.body_html,
                is_last_chance=verdict.is_last_chance,
                content_key=verdict.content_key,
            )
    return True


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
