"""What pages show of actions: plain values and words, made once, so that templates only put them in order.

Each function reads what it needs with one statement, however many rows there are (performance.md, "How").
"""

import datetime
import functools
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from greencustoms.core.statements import RowsByKeys
from greencustoms.core.templatetags.ui import deadline_band, share_marks, state_icon
from meetings import deadlines, progress
from meetings.choices import ActionState, Part, StoredState
from meetings.models import Deadline
from meetings.pages import card_words, share_words
from partners.choices import Standing

DONE_STATES = (ActionState.CONFIRMED, ActionState.REPORTED_DONE)


@dataclass(slots=True)
class ShareCard:
    """One organisation's share, in words."""

    pk: int
    partner_id: int
    partner_name: str
    partner_full_name: str
    partner_url: str
    partner_standing: str
    via_group: str
    is_inherited: bool
    is_without_owner: bool
    state: progress.ShareState
    what_was_done: str
    evidence_url: str
    decline_reason: str
    reported_on: datetime.date | None
    answered_on: datetime.date | None
    confirmed_on: datetime.date | None
    reported_by_id: int | None
    is_reported_on_behalf: bool
    sent_back_reason: str = ""
    on_behalf: str = ""
    on_behalf_with_note: str = ""
    link: tuple[str, str] | None = None

    @property
    def part(self) -> str:
        return self.state.part

    @property
    def words(self) -> str:
        return progress.mark_words(self.state.mark)

    @property
    def part_words(self) -> str:
        return card_words.part_words(self.part)

    @property
    def mark(self) -> SafeString:
        name = self.state.mark
        return share_marks(**{name: 1}) if name in progress.MARKS else SafeString("")


@dataclass(slots=True)
class StageCard:
    """One deadline of an action with the shares that hang on it, in words."""

    pk: int
    position: int
    label: str
    by_when_text: str
    kind: str
    earliest: datetime.date | None
    latest: datetime.date | None
    edtf: str
    is_inherited: bool
    is_read_from_text: bool
    review_on: datetime.date | None
    reading_note: str
    entered_on: datetime.date
    reopened_at: datetime.datetime | None
    request_kind: str
    request_question: str
    request_labels: str
    event_words: str
    shares: list[ShareCard] = field(default_factory=list)
    due: deadlines.DueWords = field(default_factory=lambda: deadlines.DueWords("", "open"))
    tally: progress.Tally = field(default_factory=progress.Tally)
    title: str = ""
    whom: list[card_words.Line] = field(default_factory=list)
    when: str = ""
    state_html: str = ""
    band: str = ""
    reminders_url: str = ""

    def finish(self, card: "ActionCard", today: datetime.date) -> None:
        """Work out the words, once all shares of the action are in."""
        rule, is_in_effect = card.completion_rule, card.stored_state == StoredState.AGREED
        states = [share.state for share in self.shares]
        self.tally = progress.tally(states, rule)
        self.due = deadlines.due_words(
            kind=self.kind, latest=self.latest, today=today, review_on=self.review_on,
            is_done=progress.stage_is_done(states, rule),
        )  # fmt: skip
        if not is_in_effect and self.due.state != "done":
            self.due = deadlines.DueWords(_("no longer in effect"), "open")
        self.title = card_words.stage_title(self, card)
        self.whom = card_words.by_whom(self, card)
        self.when = card_words.by_when(self, card)
        self.state_html = state_html(self.due.state, self.due.words)
        if self.latest:
            self.band = deadline_band(self.earliest, self.latest, today, self.due.state)

    @property
    def is_past_when_entered(self) -> bool:
        return deadlines.is_past_when_entered(
            latest=self.latest, review_on=self.review_on, entered_on=self.entered_on, reopened_at=self.reopened_at
        )

    @property
    def days_words(self) -> str:
        """From the first to the last possible day, or the last one only."""
        if self.latest is None:
            return ""
        if self.earliest is None:
            return deadlines.long_day(self.latest)
        return deadlines.days_between(self.earliest, self.latest)

    @property
    def marks(self) -> SafeString:
        return share_marks(**self.tally.marks)

    @property
    def has_unnamed_owner(self) -> bool:
        return any(share.is_without_owner for share in self.shares)

    def names(self, part: str) -> str:
        return _(", ").join(share.partner_name for share in self.shares if share.part == part)


@dataclass(slots=True)
class SubItemCard:
    number: int
    text: str
    block: str
    by_whom: str
    children: list["SubItemCard"] = field(default_factory=list)


@dataclass(slots=True)
class ActionCard:
    """An agreed action with all its stages, in words."""

    pk: int
    session_id: int
    number: int
    reference: str
    url: str
    topic_heading: str
    title: str
    text: str
    by_whom_text: str
    by_whom_note: str
    completion_rule: str
    is_flagged: bool
    stored_state: str
    state_reason: str
    session_by_whom: str
    session_by_when: str
    sub_items: list[SubItemCard] = field(default_factory=list)
    stages: list[StageCard] = field(default_factory=list)

    @property
    def number_words(self) -> str:
        return f"{self.number:02d}"

    @property
    def state_html(self) -> SafeString:
        return state_html(self.state_tone, str(self.state.label))

    @property
    def state(self) -> ActionState:
        return progress.action_state(
            self.stored_state, self.completion_rule, ([share.state for share in stage.shares] for stage in self.stages)
        )

    @property
    def state_tone(self) -> str:
        return "done" if self.state in DONE_STATES else "open"

    @property
    def owner_is_inherited(self) -> bool:
        """Whether the report names no owner of this action, and the session's one stands in."""
        leads = [share for stage in self.stages for share in stage.shares if share.part == Part.LEAD]
        return not self.by_whom_text and bool(leads) and all(share.is_inherited for share in leads)

    @property
    def has_stages(self) -> bool:
        return len(self.stages) > 1

    @property
    def stages_read_from_text(self) -> bool:
        return bool(self.stages) and all(stage.is_read_from_text for stage in self.stages)


ACTION_ORDER = ("number", "sub_items__number")
ACTION_COLUMNS = (
    "pk", "session_id", "number", "meeting__code", "meeting__revises__code", "topic_heading", "title", "text",
    "by_whom_text", "by_whom_note", "completion_rule", "is_flagged", "stored_state", "state_reason",
    "session__default_by_whom_text", "session__default_by_when_text",
    "sub_items__number", "sub_items__text", "sub_items__block", "sub_items__by_whom_text",
    "sub_items__parent__number",
)  # fmt: skip


def cards_of(actions, *, today: datetime.date) -> list[ActionCard]:
    """Cards of the actions of one meeting with sub-items, stages and shares. Two statements.

    `actions` is a queryset; `today` is the day at the place of the meeting.
    """
    return cards_from(actions.order_by(*ACTION_ORDER).values_list(*ACTION_COLUMNS), today=today)


def cards_from(rows: Iterable[tuple], *, today: datetime.date) -> list[ActionCard]:
    """As `cards_of`, from rows of ACTION_COLUMNS in ACTION_ORDER: one for each sub-item. One statement."""
    cards: dict[int, ActionCard] = {}
    items: dict[tuple[int, int], SubItemCard] = {}
    for pk, session_id, number, code, revised, *columns, item_number, text, block, by_whom, parent in rows:
        card = cards.get(pk)
        if card is None:
            url = reverse("action_detail", args=[code, number])
            # A working copy cites the report it revises.
            cited = reference(revised or code, number)
            card = cards[pk] = ActionCard(pk, session_id, number, cited, url, *columns)
        if item_number is not None:
            by_whom = card_words.quoted(by_whom) if by_whom else ""
            item = items[pk, item_number] = SubItemCard(item_number, text, block, by_whom)
            siblings = items[pk, parent].children if (pk, parent) in items else card.sub_items
            siblings.append(item)
    for stage, action_id in _stage_cards(_rows_of_actions(cards)):
        cards[action_id].stages.append(stage)
    for card in cards.values():
        for stage in card.stages:
            stage.finish(card, today)
    return list(cards.values())


def reference(code: str, number: int) -> str:
    """As people cite an action: GCI-2007-03/08."""
    return f"{code.upper()}/{number:02d}"


STAGE_COLUMNS = (
    "action_id", "pk", "position", "label", "by_when_text", "kind", "earliest", "latest", "edtf", "is_inherited",
    "is_read_from_text", "review_on", "reading_note", "entered_on", "reopened_at", "request_kind", "request_question",
    "request_labels", "event__name", "event__dates_words",
)  # fmt: skip
SHARE_COLUMNS = (
    "shares__pk", "shares__part", "shares__acceptance", "shares__progress", "shares__confirmed_at",
    "shares__is_inherited", "shares__what_was_done", "shares__evidence_url", "shares__decline_reason",
    "shares__reported_at", "shares__answered_at", "shares__partner_id", "shares__partner__slug",
    "shares__partner__acronym", "shares__partner__sort_name", "shares__partner__name", "shares__partner__standing",
    "shares__via_group__sort_name", "shares__is_answered_on_behalf", "shares__is_reported_on_behalf",
    "shares__behalf_note", "shares__sent_back_reason", "shares__reported_by_id",
)  # fmt: skip


def stages_of(which: Q) -> Iterable[tuple[StageCard, int]]:
    """Stages with their shares, in order, and the action each belongs to."""
    return _stage_cards(_in_order(Deadline.objects.filter(which)))


@RowsByKeys
def _rows_of_actions(action_ids):
    return _in_order(Deadline.objects.filter(action__in=action_ids))


def _in_order(stages):
    rows = stages.order_by("action_id", "position", "shares__partner__sort_key")
    return rows.values_list(*STAGE_COLUMNS, *SHARE_COLUMNS)


def _stage_cards(rows: Iterable[tuple]) -> Iterable[tuple[StageCard, int]]:
    partner_base = reverse("partner_list")
    stage: StageCard | None = None
    action_id = 0
    for row in rows:
        columns, share = row[: len(STAGE_COLUMNS)], row[len(STAGE_COLUMNS) :]
        if stage is None or stage.pk != columns[1]:
            if stage is not None:
                yield stage, action_id
            action_id = columns[0]
            event_words = _event_words(*columns[-2:])
            stage = StageCard(*columns[1:-2], event_words=event_words)
        if share[0] is not None:
            stage.shares.append(_share(share, partner_base))
    if stage is not None:
        yield stage, action_id


def _event_words(name: str | None, dates_words: str | None) -> str:
    if not name:
        return ""
    return _("%(event)s, %(dates)s") % {"event": name, "dates": dates_words} if dates_words else name


def _share(columns: tuple, partner_base: str) -> ShareCard:
    (
        pk, part, acceptance, share_progress, confirmed_at, is_inherited, what_was_done, evidence_url, decline_reason,
        reported_at, answered_at, partner_id, slug, acronym, sort_name, name, standing, group, is_answered_on_behalf,
        is_reported_on_behalf, behalf_note, sent_back_reason, reported_by_id,
    ) = columns  # fmt: skip
    state = progress.share_state(part, acceptance, share_progress, confirmed_at is not None)
    is_group = standing == Standing.GROUP
    partner_name = acronym or sort_name or name
    return ShareCard(
        pk=pk,
        partner_id=partner_id,
        partner_name=partner_name,
        partner_full_name=name,
        partner_url="" if is_group or standing == Standing.OTHER else f"{partner_base}{slug}/",
        partner_standing=standing,
        via_group=group or "",
        is_inherited=is_inherited,
        is_without_owner=is_group and part == Part.LEAD and acceptance not in progress.SET_ASIDE,
        state=state,
        what_was_done=what_was_done,
        evidence_url=evidence_url,
        decline_reason=decline_reason,
        reported_on=reported_at and reported_at.date(),
        answered_on=answered_at and answered_at.date(),
        confirmed_on=confirmed_at and confirmed_at.date(),
        reported_by_id=reported_by_id,
        is_reported_on_behalf=is_reported_on_behalf,
        sent_back_reason=sent_back_reason,
        on_behalf=share_words.entered_for(
            partner_name, is_answered=is_answered_on_behalf, is_reported=is_reported_on_behalf
        ),
        on_behalf_with_note=share_words.said_on_behalf(
            partner_name, is_answered=is_answered_on_behalf, is_reported=is_reported_on_behalf, note=behalf_note
        ),
    )


@functools.lru_cache(maxsize=512)
def state_html(state: str, words: str) -> SafeString:
    html = f'<span class="state" data-state="{state}">{state_icon(state)}{escape(words)}</span>'
    return mark_safe(html)  # noqa: S308 - the words are escaped, the rest is ours


def with_new_topics(cards: Iterable[ActionCard]) -> list[tuple[str, ActionCard]]:
    """Each card with its topic heading where a new topic begins, and with nothing below the same one."""
    found = []
    last = ""
    for card in cards:
        found.append(("" if card.topic_heading == last else card.topic_heading, card))
        last = card.topic_heading
    return found
