"""What became of agreed actions, as a PDF of one day: of a meeting, or of one partner across all meetings."""

import datetime
from collections import Counter
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from greencustoms.core import pdf
from meetings import deadlines, progress
from meetings.choices import ActionState, Part, StoredState
from meetings.models import AgreedAction, Meeting
from meetings.pages import cards as pages
from partners.models import Partner

from . import common

# A PDF of more is no reading matter; the tables of /actions/ hold everything.
MOST_ACTIONS = 300
LINES_ON_HALF_A_PAGE = 30
LONGEST_IN_HEADER = 90
MARKS = (*progress.MARKS, "not_applicable")
LATE, OPEN, DONE, CLOSED = "late", "open", "done", "closed"


@dataclass(frozen=True)
class Facts:
    """Of which meeting an action is, beside its card."""

    meeting_title: str
    is_invented: bool


@dataclass
class Stage:
    """A stage and the marks of its shares, one by one."""

    card: pages.StageCard

    @property
    def marks(self) -> list[str]:
        return [name for name, number in self.card.tally.marks.items() for _one in range(number)]

    @property
    def told(self) -> list[pages.ShareCard]:
        """The shares of which somebody said something."""
        return [share for share in self.card.shares if share.state.mark != "silent"]

    @property
    def silent_names(self) -> str:
        """Who has not answered. Who is only consulted need not."""
        shares = [share for share in self.card.shares if share.state.mark == "silent" and share.part != Part.CONSULTED]
        return _(", ").join(share.partner_name for share in shares)


@dataclass
class Action:
    card: pages.ActionCard
    meeting_title: str = ""

    @property
    def stages(self) -> list[Stage]:
        return [Stage(stage) for stage in self.card.stages]

    @property
    def direction(self) -> str:
        return common.direction(self.card.title)

    @property
    def is_short(self) -> bool:
        """Whether it fits on half a page, and so is never divided."""
        rows = [share for stage in self.stages for share in stage.told]
        words = sum(len(share.what_was_done) + len(share.decline_reason) for share in rows)
        return words // 45 + 2 * len(rows) + 4 * len(self.card.stages) <= LINES_ON_HALF_A_PAGE


@dataclass
class Group:
    """The actions that stand alike, late ones first."""

    anchor: str
    title: str
    actions: list[Action] = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    """One line of the table of counts."""

    name: str
    numbers: list[int]


def meeting_source(meeting: Meeting, actions, *, today: datetime.date) -> pdf.PdfSource:
    """What became of the actions of a meeting. `actions` is what the asker may read, `today` the day at its place."""
    with translation.override(settings.LANGUAGE_CODE):
        cards = _decided(pages.cards_of(actions, today=today))
        context = {
            "kind": _("What became of the agreed actions"),
            "title": meeting.title,
            "subtitle": deadlines.days_between(meeting.starts_on, meeting.ends_on),
            "header": pgettext("header of a progress report", "Progress · %(title)s")
            % {"title": Truncator(meeting.title).chars(LONGEST_IN_HEADER)},
            "is_invented": meeting.is_invented,
            "shows_partners": True,
            **_common(cards, today, {}),
            "tallies": _tallies(cards),
        }
    return common.source("meetings/pdf/progress.html", context, sheet="report")


def partner_source(partner: Partner, actions, *, today: datetime.date) -> pdf.PdfSource:
    """What one organisation did of all its shares. The newest meetings first, if there are too many."""
    with translation.override(settings.LANGUAGE_CODE):
        newest = actions.owed_by(partner).newest_meeting_first()
        facts = {
            pk: Facts(title, is_invented)
            for pk, title, is_invented in newest.values_list("pk", "meeting__title", "meeting__is_invented")[
                : MOST_ACTIONS + 1
            ]
        }
        is_cut = len(facts) > MOST_ACTIONS
        wanted = list(facts)[:MOST_ACTIONS]
        cards = _decided(pages.cards_of(AgreedAction.objects.filter(pk__in=wanted), today=today))
        place = {pk: number for number, pk in enumerate(wanted)}
        cards.sort(key=lambda card: place[card.pk])
        for card in cards:
            _only_of(card, partner, today)
        context = {
            "kind": _("What became of its shares of agreed actions"),
            "title": partner.name,
            "subtitle": "",
            "header": pgettext("header of a progress report", "Progress · %(title)s") % {"title": partner.short_name},
            "is_invented": any(facts[card.pk].is_invented for card in cards),
            "shows_partners": False,
            "is_cut": is_cut,
            "most": MOST_ACTIONS,
            **_common(cards, today, {pk: fact.meeting_title for pk, fact in facts.items()}),
            "tallies": [],
        }
    return common.source("meetings/pdf/progress.html", context, sheet="report")


def _common(cards: list[pages.ActionCard], today: datetime.date, meeting_titles: dict[int, str]) -> dict:
    states = Counter(card.state for card in cards)
    return {
        "today": deadlines.long_day(today),
        "day": today,
        "count_words": ngettext("%(number)d agreed action", "%(number)d agreed actions", len(cards))
        % {"number": len(cards)},
        "groups": _groups(cards, meeting_titles),
        "states": [Row(str(state.label), [states[state]]) for state in ActionState if states[state]],
        "mark_names": [(name, progress.mark_words(name)) for name in MARKS],
    }


def _decided(cards: list[pages.ActionCard]) -> list[pages.ActionCard]:
    """Without those that nobody agreed to yet."""
    return [card for card in cards if card.stored_state != StoredState.PROPOSED][:MOST_ACTIONS]


def _only_of(card: pages.ActionCard, partner: Partner, today: datetime.date) -> None:
    """Leave the shares of one organisation, and count how they stand."""
    for stage in card.stages:
        stage.shares = [
            share for share in stage.shares if share.partner_id == partner.pk and share.part != Part.CONSULTED
        ]
    card.stages = [stage for stage in card.stages if stage.shares]
    for stage in card.stages:
        stage.finish(card, today)


def _groups(cards: list[pages.ActionCard], meeting_titles: dict[int, str]) -> list[Group]:
    groups = {
        LATE: Group(LATE, _("Late")),
        OPEN: Group(OPEN, _("Open")),
        DONE: Group(DONE, _("Done")),
        CLOSED: Group(CLOSED, _("No longer in effect")),
    }
    for card in cards:
        groups[_group_of(card)].actions.append(Action(card, meeting_titles.get(card.pk, "")))
    groups[LATE].actions.sort(key=_first_late_day)
    return [group for group in groups.values() if group.actions]


def _group_of(card: pages.ActionCard) -> str:
    if card.stored_state != StoredState.AGREED:
        return CLOSED
    if any(stage.due.state == "late" for stage in card.stages):
        return LATE
    if card.stages and all(stage.due.state == "done" for stage in card.stages):
        return DONE
    return OPEN


def _first_late_day(action: Action) -> datetime.date:
    return min(stage.latest for stage in action.card.stages if stage.latest and stage.due.state == "late")


def _tallies(cards: list[pages.ActionCard]) -> list[Row]:
    """Organisation by organisation how many shares stand where; who is only consulted owes nothing."""
    found: dict[str, Counter] = {}
    for card in cards:
        for stage in card.stages:
            for share in stage.shares:
                if share.part != Part.CONSULTED:
                    found.setdefault(share.partner_name, Counter())[share.state.mark] += 1
    return [Row(name, [numbers[mark] for mark in MARKS]) for name, numbers in sorted(found.items(), key=_name)]


def _name(item) -> str:
    return item[0].casefold()
