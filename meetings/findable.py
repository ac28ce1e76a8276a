"""What the search finds of this room: public meetings and their agreed actions."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from greencustoms.core.search import Findable
from greencustoms.core.text import to_plain

from . import pages
from .models import AgreedAction, Meeting


def findables() -> Iterator[Findable]:
    yield from meetings()
    yield from actions()


def meetings() -> Iterator[Findable]:
    for meeting in Meeting.objects.public().prefetch_related("sessions"):
        texts = [meeting.introduction, meeting.opening, meeting.conclusion, meeting.afterwards]
        texts += [f"{session.title}\n\n{session.summary}" for session in meeting.sessions.all()]
        body = " ".join(to_plain(text) for text in texts if text)
        place = " ".join(part for part in (meeting.city, meeting.place, str(meeting.starts_on.year)) if part)
        yield Findable(
            kind="meeting",
            key=meeting.code,
            title=meeting.title,
            body=f"{meeting.code} {place} {body}",
            url=meeting.get_absolute_url(),
            summary=place,
            rank=60,
        )


def actions() -> Iterator[Findable]:
    rows = AgreedAction.objects.public().values_list(
        "number", "title", "text", "topic_heading", "by_whom_text", "meeting__code", "meeting__title"
    )
    for number, title, text, topic, by_whom, code, meeting_title in rows:
        reference = pages.reference(code, number)
        yield Findable(
            kind="action",
            key=reference,
            title=title,
            body=f"{reference} {topic} {text} {by_whom}",
            url=reverse("action_detail", args=[code, number]),
            summary=_("%(reference)s · %(meeting)s") % {"reference": reference, "meeting": meeting_title},
            rank=80,
        )
