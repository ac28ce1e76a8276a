"""Mails of this room: one short function each."""

from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from greencustoms.core import mail
from greencustoms.core.choices import MailStream
from greencustoms.core.models import OutboundMail

from . import deadlines
from .choices import DeadlineKind


def deadline_digest(*, user, today: date, key: str, lines) -> OutboundMail:
    """What a person's organisations owe, overdue first; each line leads to the form that answers it.

    What has no day is never due: there the mail asks how far it is.
    """
    with translation.override(user.language):
        entries = [_entry(line, today) for line in lines]
        context = {
            "name": user.name,
            "overdue": [entry for entry in entries if entry["state"] == "late"],
            "coming": [entry for entry in entries if entry["is_dated"] and entry["state"] != "late"],
            "questions": [entry for entry in entries if not entry["is_dated"]],
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
            local_day=today,
        )


def report_circulated(*, user, meeting) -> OutboundMail:
    """Asks a member of a partner that took part to comment on a report. Each new day for comments is a new mail."""
    with translation.override(user.language):
        context = {
            "name": user.name,
            "meeting": meeting,
            "until": deadlines.long_day(meeting.comments_until),
            "comments_url": settings.PORTAL_URL + reverse("report_comments", args=[meeting.code]),
        }
        return mail.render_and_enqueue(
            "meetings/emails/report_circulated",
            context,
            key=f"report:{meeting.pk}:{meeting.report_version}:{meeting.circulated_at.isoformat()}:{user.pk}",
            stream=MailStream.WORK,
            to_address=user.email,
            recipient=user,
        )


def _entry(line, today: date) -> dict:
    if line.is_dated:
        due = deadlines.due_words(kind=DeadlineKind.DAY, latest=line.due_on, today=today)
    else:
        due = deadlines.DueWords(_("How far is it, and does it still hold?"), "open")
    return {
        "is_dated": line.is_dated,
        "reference": line.reference,
        "title": line.title,
        "stage": line.stage,
        "partner": line.partner_name,
        "by_when_text": line.by_when_text,
        "words": due.words,
        "state": due.state,
        "url": settings.PORTAL_URL + reverse("share_report", args=[line.share_id]),
    }
