"""The meeting that a report's page is about, and the long part of the page: sessions with actions, pictures, shares.

The long part is drawn once a day for each reading level and kept until something is published, for final reports: those
who are signed in see the same there as everyone on their level. Nothing that depends on a person belongs in it.
"""

from datetime import date
from typing import NamedTuple

from django.db import connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import mark_safe

from greencustoms.core import publication
from greencustoms.core.statements import KeptRows
from greencustoms.core.text import to_html
from meetings import access
from meetings.choices import ReportState
from meetings.models import Meeting
from meetings.pages import card_html, overview
from meetings.pages import cards as pages


class Host(NamedTuple):
    """The organisation at whose place a meeting was."""

    name: str
    url: str


def meeting_of(level: str, code: str) -> tuple[Meeting, Host | None] | None:
    """The meeting with this code and its host, or None if there is none that may be read. One statement."""
    rows = _meeting_rows(level, code=code)
    if not rows:
        return None
    *columns, name, slug = rows[0]
    host = Host(name, reverse("partner_detail", args=[slug])) if slug else None
    return Meeting.from_db(connection.alias, _meeting_columns(), columns), host


def _meeting_columns() -> list[str]:
    return [field.attname for field in Meeting._meta.concrete_fields]


@KeptRows
def _meeting_rows(level: str, *, code):
    meetings = access.meetings_for(level).filter(code=code).order_by()
    return meetings.values_list(*_meeting_columns(), "host__name", "host__slug")


def drawn(meeting, *, level: str, today: date) -> dict:
    """Markup and numbers. Three statements, or none where it is kept."""
    if meeting.state != ReportState.FINAL:
        return _draw(meeting, level, today)
    asked = {"meeting": meeting.pk, "level": level, "today": today}
    return publication.kept("report-body", asked, lambda: _draw(meeting, level, today))


def _draw(meeting, level: str, today: date) -> dict:
    cards = pages.cards_of(access.actions_to_read_for(level).filter(meeting=meeting), today=today)
    timeline, shares = overview.timeline_of(cards, today), overview.partners_of(cards)
    return {
        "action_count": len(cards),
        "sessions": [_session(session, cards) for session in meeting.sessions.order_by("number")],
        "timeline": timeline and render_to_string("meetings/_timeline.html", {"timeline": timeline}),
        "partner_shares": shares and render_to_string("meetings/_partner_shares.html", {"rows": shares}),
    }


def _session(session, cards) -> dict:
    mine = [card for card in cards if card.session_id == session.pk]
    lines = []
    for topic, card in pages.with_new_topics(mine):
        if topic:
            lines.append(f'<p class="topic">{escape(topic)}</p>')
        lines.append(card_html.article(card))
    return {
        "number": session.number,
        "title": session.title,
        "action_count": len(mine),
        "summary_html": to_html(session.summary, id_prefix=f"s{session.number}"),
        "footnotes_html": to_html(session.footnotes),
        "actions_html": mark_safe("".join(lines)),  # noqa: S308 - topics are escaped, cards are markup
    }
