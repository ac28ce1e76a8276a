"""One meeting at a glance: its deadlines on one line of time, and what each partner owes. Pure: cards come in.

It reads nothing: `cards` are the `pages.ActionCard`s that the page has loaded already.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from greencustoms.core.templatetags.ui import axis_around, share_marks, state_icon, timeline_bar
from meetings import deadlines, progress
from meetings.choices import StoredState

MOST_MARKS = 60
# The most urgent of several deadlines of one day gives the row its look.
URGENCY = ("late", "soon", "open", "done")


class Entry(NamedTuple):
    """An action that is due: its number, its name and how it stands, in words."""

    number: str
    url: str
    title: str
    words: str
    state: str


@dataclass(slots=True)
class TimelineRow:
    """All that is due between the same two days."""

    words: str
    earliest: date | None
    latest: date
    entries: list[Entry] = field(default_factory=list)

    @property
    def state(self) -> str:
        return min((entry.state for entry in self.entries), key=URGENCY.index)

    @property
    def links(self) -> SafeString:
        return links_to(self.entries)


@dataclass(frozen=True, slots=True)
class Timeline:
    rows: list[TimelineRow]
    undated: list[Entry]
    first: date
    last: date
    is_near: bool
    today: date

    @property
    def drawn(self) -> Iterable[tuple[str, SafeString, SafeString]]:
        """Words, links and bar of each row: strings, so that the page only puts them in order."""
        for row in self.rows:
            axis = self.today, row.state, self.first, self.last, self.is_near
            yield row.words, row.links, timeline_bar(row.earliest, row.latest, *axis)

    @property
    def undated_links(self) -> SafeString:
        return links_to(self.undated)


def links_to(entries: Iterable[Entry]) -> SafeString:
    """The numbers of actions, each with the sign of its state, and its name and state for readers aloud."""
    html = " ".join(
        f'<a class="timeline-action" data-state="{entry.state}" href="{entry.url}">'
        f"{state_icon(entry.state)}{entry.number}"
        f'<span class="visually-hidden"> {escape(entry.title)}: {escape(entry.words)}</span></a>'
        for entry in entries
    )
    return mark_safe(html)  # noqa: S308 - titles and words are escaped, the rest is ours


def timeline_of(cards: Iterable, today: date) -> Timeline | None:
    """The deadlines of actions in effect on one axis, the first day due first. None without any day."""
    rows: dict[tuple[date | None, date], TimelineRow] = {}
    undated = []
    for card in cards:
        if card.stored_state != StoredState.AGREED:
            continue
        for stage in card.stages:
            title = stage.title or card.title
            entry = Entry(card.number_words, card.url, title, stage.due.words, stage.due.state)
            if stage.latest is None:
                undated.append(entry)
                continue
            key = stage.earliest, stage.latest
            if key not in rows:
                rows[key] = TimelineRow(_days_words(*key), *key)
            rows[key].entries.append(entry)
    if not rows:
        return None
    ordered = sorted(rows.values(), key=lambda row: (row.latest, row.earliest or date.min))
    start = min(row.earliest or row.latest for row in ordered)
    return Timeline(ordered, undated, *axis_around(start, ordered[-1].latest, today), today)


def _days_words(earliest: date | None, latest: date) -> str:
    if earliest is None:
        return _("by %(day)s") % {"day": deadlines.long_day(latest)}
    if earliest.day == 1 and latest == deadlines.last_of_month(earliest):
        return date_format(latest, "YEAR_MONTH_FORMAT")
    if (earliest.day, earliest.month) == (1, 1) and latest == date(earliest.year, 12, 31):
        return date_format(latest, "Y")
    return deadlines.days_between(earliest, latest)


def marks_of(tally: progress.Tally) -> SafeString:
    """A mark for each share, as long as one can take them in at a glance; beyond that the words say it alone."""
    return share_marks(**tally.marks) if tally.total <= MOST_MARKS else SafeString("")


class PartnerRow(NamedTuple):
    """What one organisation owes of a meeting: a mark for each share, and the words beside them."""

    name: str
    url: str
    marks: str
    words: str


def partners_of(cards: Iterable) -> list[PartnerRow]:
    """Each organisation's shares in actions in effect, by name. What it is only consulted on is no share to do."""
    owed: dict[int, list] = {}
    for card in cards:
        if card.stored_state != StoredState.AGREED:
            continue
        for stage in card.stages:
            for share in stage.shares:
                if share.state.counts(card.completion_rule):
                    owed.setdefault(share.partner_id, []).append(share)
    rows = []
    for shares in owed.values():
        tally = progress.tally((share.state for share in shares), rule="")
        first = shares[0]
        rows.append(PartnerRow(first.partner_name, first.partner_url, marks_of(tally), tally.words))
    return sorted(rows, key=lambda row: row.name.casefold())
