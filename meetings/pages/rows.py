"""Rows of long lists of actions. Fifty of them are drawn for each page, so each is one string put together here.

A template takes longer for a table of fifty rows than everything else on the page (performance.md, "How").
"""

import datetime
import functools
from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from greencustoms.core import time_zones
from greencustoms.core.statements import RowsByKeys
from greencustoms.core.templatetags.marks import mark_uses
from meetings import access, deadlines, progress
from meetings.choices import Part, StoredState
from meetings.models import Deadline
from meetings.pages import card_words
from meetings.pages.cards import DONE_STATES, reference, state_html


class RowStage(NamedTuple):
    quote: str
    note: str
    state_html: SafeString
    tally_words: str


class ActionRow(NamedTuple):
    reference: str
    url: str
    title: str
    meeting_title: str
    by_whom: str
    state_html: SafeString
    stages: list[RowStage]
    stages_html: str
    own_html: str


COLUMNS = (
    "pk", "number", "title", "by_whom_text", "completion_rule", "stored_state",
    "meeting__code", "meeting__title", "meeting__time_zone",
)  # fmt: skip
STAGE_COLUMNS = (
    "action_id", "pk", "label", "by_when_text", "kind", "latest", "is_inherited", "review_on",
    "shares__part", "shares__acceptance", "shares__progress", "shares__confirmed_at",
    "shares__partner__slug", "shares__partner__acronym", "shares__partner__sort_name",
)  # fmt: skip


@RowsByKeys
def _stage_rows(action_ids):
    stages = Deadline.objects.filter(action__in=action_ids)
    return stages.order_by("action_id", "position", "shares__partner__sort_key").values_list(*STAGE_COLUMNS)


@RowsByKeys
def _action_rows(keys, level: str):
    return access.actions_for(level).order_by().filter(pk__in=keys).values_list(*COLUMNS)


def read(level: str, keys: list[int]) -> list[tuple]:
    """Those of these actions that may be read at a level, as tuples of COLUMNS in the order of the keys."""
    found = {row[0]: row for row in _action_rows(keys, level)}
    return [found[key] for key in keys if key in found]


class _Stage(NamedTuple):
    """A deadline with its shares, as far as a row shows them."""

    columns: tuple
    shares: list[progress.ShareState]
    leads: list[str]
    own: list[tuple[str, str]]


def rows_of(actions: list[tuple], *, now: datetime.datetime, partner: str = "") -> list[ActionRow]:
    """Rows of a list from tuples of COLUMNS. One statement for all their stages and shares.

    With the slug of a `partner`, each row says what became of that partner's own shares.
    """
    base = reverse("meeting_list")
    stages = _stages([row[0] for row in actions], partner)
    language = get_language()
    between = _(", ")
    days: dict[str, datetime.date] = {}
    rows = []
    for pk, number, title, by_whom_text, rule, stored_state, code, meeting_title, zone in actions:
        if zone not in days:
            days[zone] = time_zones.day_in(zone, now)
        mine = stages.get(pk, [])
        drawn = [
            _draw_stage(stage.columns, tuple(stage.shares), rule, days[zone], stored_state, language) for stage in mine
        ]
        rows.append(
            ActionRow(
                reference=reference(code, number),
                url=f"{base}{code}/actions/{number}/",
                title=title,
                meeting_title=meeting_title,
                by_whom=card_words.quoted(by_whom_text) if by_whom_text else _owners(mine, between),
                state_html=_state(stored_state, rule, tuple(tuple(stage.shares) for stage in mine), language),
                stages=[stage for stage, _html in drawn],
                stages_html="".join(html for _stage, html in drawn),
                own_html="".join(_own(*own, language) for own in dict.fromkeys(o for stage in mine for o in stage.own)),
            )
        )
    return rows


def html_of(rows: Iterable[ActionRow]) -> SafeString:
    """The lines of the table of actions. Its heads stand in action_list.html."""
    whom, when, state = (escape(words) for words in (_("By whom"), _("By when"), _("State")))
    lines = (
        f'<tr>\n<th scope="row" class="is-main"><a href="{escape(row.url)}">{escape(row.title)}</a><br>'
        f'<span class="hint"><span class="nowrap">{escape(row.reference)}</span> · {escape(row.meeting_title)}</span>'
        f'</th>\n<td data-label="{whom}">{escape(row.by_whom)}</td>\n'
        f'<td data-label="{when}" class="is-second">{row.stages_html}</td>\n'
        f'<td data-label="{state}">{row.state_html}{row.own_html}</td>\n</tr>\n'
        for row in rows
    )
    return mark_safe("".join(lines))  # noqa: S308 - what is not ours is escaped


def _stages(action_ids: list[int], partner: str) -> dict[int, list[_Stage]]:
    found: dict[int, list[_Stage]] = {}
    last = None
    for row in _stage_rows(action_ids):
        part, acceptance, share_progress, confirmed_at, slug, acronym, sort_name = row[8:]
        if row[1] != last:
            last = row[1]
            stage = _Stage(row[2:8], [], [], [])
            found.setdefault(row[0], []).append(stage)
        if part is not None:
            share = progress.share_state(part, acceptance, share_progress, confirmed_at is not None)
            stage.shares.append(share)
            if part == Part.LEAD:
                stage.leads.append(acronym or sort_name)
            if slug == partner and part != Part.CONSULTED:
                stage.own.append((acronym or sort_name, share.mark))
    return found


@functools.lru_cache(maxsize=4096)
def _draw_stage(
    columns: tuple, shares: tuple, rule: str, today: datetime.date, stored_state: str, language: str | None
) -> tuple[RowStage, str]:
    """One deadline in words, and as markup. Kept, since many stand alike; the language keeps each one's words apart."""
    label, by_when_text, kind, latest, is_inherited, review_on = columns
    is_done = progress.stage_is_done(shares, rule)
    due = deadlines.due_words(kind=kind, latest=latest, today=today, review_on=review_on, is_done=is_done)
    tally = progress.tally(shares, rule)
    stage = RowStage(
        quote=card_words.quoted(by_when_text) if by_when_text else "",
        note=_("no date was stated; taken from the session") if is_inherited else label,
        state_html=SafeString("") if stored_state != StoredState.AGREED else state_html(due.state, due.words),
        tally_words=tally.words,
    )
    note = f' <span class="hint">{escape(stage.note)}</span>' if stage.note else ""
    shares_html = (
        f'<br>{mark_uses(**tally.marks)}<span class="hint">{escape(tally.words)}</span>' if tally.total else ""
    )
    return stage, f'<p class="stage-line">{escape(stage.quote)}{note} {stage.state_html}{shares_html}</p>'


@functools.lru_cache(maxsize=4096)
def _state(stored_state: str, rule: str, stages: tuple, language: str | None) -> SafeString:
    state = progress.action_state(stored_state, rule, stages)
    return state_html("done" if state in DONE_STATES else "open", str(state.label))


@functools.lru_cache(maxsize=512)
def _own(name: str, mark: str, language: str | None) -> str:
    """Where the partner that the list is narrowed to stands itself."""
    words = _("%(organisation)s: %(standing)s") % {"organisation": name, "standing": progress.mark_words(mark)}
    drawn = mark_uses(**{mark: 1}) if mark in progress.MARKS else ""
    return f'<p class="stage-line">{drawn}{escape(words)}</p>'


def _owners(stages: list[_Stage], between: str) -> str:
    return between.join(dict.fromkeys(name for stage in stages for name in stage.leads))
