"""What the search finds of this room: final reports and their agreed actions.

Those for partners only are marked, and shown to partners only; what is not final is not given to the search at all.
"""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from greencustoms.core import search
from greencustoms.core.search import Findable
from greencustoms.core.text import to_plain
from meetings.pages import cards as pages

from .choices import StoredState, Visibility
from .models import AgreedAction, Meeting, MeetingSession

ACTION = "action"


def findables() -> Iterator[Findable]:
    yield from meetings()
    yield from actions()


def of_meeting(meeting: Meeting) -> Iterator[Findable]:
    """What is found of one final report, to be known to the search at once."""
    yield from meetings(Meeting.objects.final().filter(pk=meeting.pk))
    yield from actions(AgreedAction.objects.in_final_reports().filter(meeting=meeting))


def meetings(rows=None) -> Iterator[Findable]:
    rows = Meeting.objects.final() if rows is None else rows
    for meeting in rows.prefetch_related(Prefetch("sessions", _sessions_in_force())):
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
            is_public=meeting.visibility == Visibility.PUBLIC,
            rank=60,
        )


def _sessions_in_force():
    """Without those that are only the heading of actions which a later version has taken out."""
    actions, dropped = AgreedAction.objects.filter(session=OuterRef("pk")), Q(stored_state=StoredState.DROPPED)
    are_left_over = Exists(actions.filter(dropped)) & ~Exists(actions.exclude(dropped))
    return MeetingSession.objects.exclude(are_left_over & Q(summary=""))


def actions(rows=None) -> Iterator[Findable]:
    rows = AgreedAction.objects.in_final_reports() if rows is None else rows
    rows = rows.values_list(
        "pk", "number", "title", "text", "topic_heading", "by_whom_text", "meeting__code", "meeting__title",
        "meeting__visibility",
    )  # fmt: skip
    for pk, number, title, text, topic, by_whom, code, meeting_title, visibility in rows:
        reference = pages.reference(code, number)
        yield Findable(
            kind=ACTION,
            key=str(pk),
            title=title,
            body=f"{reference} {topic} {text} {by_whom}",
            url=reverse("action_detail", args=[code, number]),
            summary=_("%(reference)s · %(meeting)s") % {"reference": reference, "meeting": meeting_title},
            is_public=visibility == Visibility.PUBLIC,
            rank=80,
        )


def actions_with(words: str, *, with_partners_only: bool) -> list[int]:
    """Keys of the actions of final reports in which all the words stand, whatever their endings and accents."""
    found = search.find(words, kinds=[ACTION], limit=search.MOST_CANDIDATES, with_partners_only=with_partners_only)
    return [int(document.key) for document in found]
