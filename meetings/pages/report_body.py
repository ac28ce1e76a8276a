"""The long part of a report's page: sessions with their actions, and the pictures of their deadlines and shares.

Drawn once a day for each reading level and kept until something is published, for final reports: those who are signed
in see the same there as everyone on their level. Nothing that depends on a person belongs here.
"""

from datetime import date

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import mark_safe

from greencustoms.core import publication
from greencustoms.core.text import to_html
from meetings import access
from meetings.choices import ReportState
from meetings.pages import card_html, overview
from meetings.pages import cards as pages


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
