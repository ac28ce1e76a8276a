"""The portal's outbox: a mail is a row first, and the row says what became of it (security section 2)."""

import logging
import uuid
from datetime import date
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string

from greencustoms.core.choices import MailState, MailStream
from greencustoms.core.models import OutboundMail

logger = logging.getLogger(__name__)


def one_time_key(what: str) -> str:
    """A key for a mail that may be sent any number of times, such as a password link."""
    return f"{what}:{uuid.uuid4()}"[:200]


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
) -> OutboundMail:
    """Put a mail into the outbox, once for each key. It leaves after the transaction has been committed."""
    row, is_new = OutboundMail.objects.get_or_create(
        key=key,
        defaults={
            "stream": stream,
            "recipient": recipient,
            "local_day": local_day,
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
    local_day: date | None = None,
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
        local_day=local_day,
        subject=subject_prefix + subject,
        body_text=render_to_string(f"{template}_{body}.txt", context).strip() + "\n",
        body_html=body_html,
    )


def ring() -> None:
    """Tell a worker that mail is waiting. If the broker is away the tick sends it."""
    from greencustoms.core.tasks import send_mail

    try:
        send_mail.delay()
    except Exception as error:
        logger.warning("Mail: the broker did not take the message (%s)", error)


def _domain() -> str:
    return urlsplit(settings.PORTAL_URL).hostname or "localhost"
