"""Mails of this room: one short function each."""

from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from greencustoms.core import mail
from greencustoms.core.choices import MailStream
from greencustoms.core.models import OutboundMail

from . import deadlines
from .choices import DeadlineKind


def deadline_digest(*, user, today: date, key: str, lines) -> OutboundMail:
    """What a person's organisations owe, overdue first; each line leads to the form that answers it."""
    with translation.override(user.language):
        entries = [_entry(line, today) for line in lines]
        context = {
            "name": user.name,
            "overdue": [entry for entry in entries if entry["state"] == "late"],
            "coming": [entry for entry in entries if entry["state"] != "late"],
            "home_url": settings.PORTAL_URL + reverse("my_home"),
            "count": len(entries),
        }
        return mail.render_and_enqueue(
            "meetings/emails/deadline_digest",
            context,
            key=key,
            stream=MailStream.DIGEST,
            to_address=user.email,
            recipient=user,
        )


def _entry(line, today: date) -> dict:
    due = deadlines.due_words(
        kind=DeadlineKind.DAY if line.is_dated else DeadlineKind.ASAP,
        latest=line.due_on if line.is_dated else None,
        review_on=line.due_on,
        today=today,
    )
    return {
        "reference": line.reference,
        "title": line.title,
        "stage": line.stage,
        "partner": line.partner_name,
        "by_when_text": line.by_when_text,
        "words": due.words,
        "state": due.state,
        "url": settings.PORTAL_URL + reverse("share_report", args=[line.share_id]),
    }
