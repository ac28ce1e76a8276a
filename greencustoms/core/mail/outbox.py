"""The portal's outbox: a mail is a row first, and the row says what became of it (security section 2)."""

import logging
import math
import uuid
from collections.abc import Iterable
from datetime import date
from email.utils import make_msgid
from itertools import islice
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from greencustoms.core.choices import MailState, MailStream
from greencustoms.core.models import OutboundMail

from .drafts import Draft, one_line, render

logger = logging.getLogger(__name__)

# How many mails a sender takes over one connection: one message to the broker for so many.
ROUND = 200
# SQLite accepts a limited number of values in one statement.
ROWS_A_STATEMENT = 500


def one_time_key(what: str) -> str:
    """A key for a mail that may be sent any number of times, such as a password link."""
    return f"{what}:{uuid.uuid4()}"[:200]


@transaction.atomic
def enqueue_many(drafts: Iterable[Draft]) -> list[OutboundMail]:
    """Put in many mails with a few statements. Answers with those that are new.

    Left out are keys that exist, and digests for people who have one of that day.
    """
    new: list[OutboundMail] = []
    left = iter(drafts)
    while rows := [_row_of(draft) for draft in islice(left, ROWS_A_STATEMENT)]:
        OutboundMail.objects.bulk_create(rows, ignore_conflicts=True)
        # The database does not say which rows it took. The message's own number tells.
        ours = OutboundMail.objects.filter(message_id__in=[row.message_id for row in rows])
        keys = dict(ours.values_list("message_id", "pk"))
        for row in rows:
            row.pk = keys.get(row.message_id)
        new += [row for row in rows if row.pk is not None]
    waiting = sum(row.state == MailState.PENDING for row in new)
    for _bell in range(math.ceil(waiting / ROUND)):
        transaction.on_commit(ring)
    return new


@transaction.atomic
def enqueue(
    *,
    key: str,
    stream: MailStream,
    to_address: str,
    subject: str,
    body_text: str,
    body_html: str = "",
    recipient=None,
    local_day: date | None = None,
    is_last_chance: bool = False,
    content_key: str = "",
) -> OutboundMail:
    """Put a mail into the outbox, once for each key. It leaves after the transaction has been committed."""
    existing = OutboundMail.objects.filter(key=key)
    if row := existing.first():
        return row
    draft = Draft(
        key, stream, to_address, subject, body_text, body_html, recipient, local_day, is_last_chance, content_key
    )
    new = enqueue_many([draft])
    return new[0] if new else existing.get()


def render_and_enqueue(
    template: str,
    context: dict,
    *,
    key: str,
    stream: MailStream,
    to_address: str,
    recipient=None,
    local_day: date | None = None,
    subject_prefix: str = "",
    body: str = "body",
    is_last_chance: bool = False,
    content_key: str = "",
) -> OutboundMail:
    """Put in a mail made of templates (`render`)."""
    words = render(template, context, body=body)
    return enqueue(
        key=key,
        stream=stream,
        to_address=to_address,
        recipient=recipient,
        local_day=local_day,
        subject=subject_prefix + words.subject,
        body_text=words.body_text,
        body_html=words.body_html,
        is_last_chance=is_last_chance,
        content_key=content_key,
    )


def ring() -> None:
    """Tell a worker that mail is waiting. If the broker is away the tick sends it."""
    from greencustoms.core.tasks import send_mail

    try:
        send_mail.delay()
    except Exception as error:
        logger.warning("Mail: the broker did not take the message (%s)", error)


def _row_of(draft: Draft) -> OutboundMail:
    return OutboundMail(
        key=draft.key,
        stream=draft.stream,
        recipient=draft.recipient,
        local_day=draft.local_day,
        to_address=draft.to_address,
        subject=one_line(draft.subject)[:250],
        body_text=draft.body_text,
        body_html=draft.body_html,
        is_last_chance=draft.is_last_chance,
        content_key=draft.content_key,
        message_id=make_msgid(domain=_domain()),
        state=MailState.KEPT if settings.MAIL_STAYS_HERE else MailState.PENDING,
    )


def _domain() -> str:
    return urlsplit(settings.PORTAL_URL).hostname or "localhost"
