"""Where the page of an action leads: other actions, forms for its shares, the page on which one decides."""

from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from greencustoms.core.statements import KeptRows
from meetings import access
from meetings.choices import ReportState, StoredState
from meetings.pages import cards as pages


class Link(NamedTuple):
    words: str
    url: str


@dataclass(slots=True)
class Others:
    """Other actions: the neighbours in the report, what takes the place of this one, whose place it takes."""

    previous: Link | None = None
    next: Link | None = None
    superseded_by: Link | None = None
    carried_over_to: Link | None = None
    supersedes: list[Link] = field(default_factory=list)
    carries_on: list[Link] = field(default_factory=list)


@KeptRows
def _other_rows(level: str, *, action, meeting, previous, following, superseded_by, carried_over_to):
    near = Q(meeting=meeting, number__in=[previous, following])
    after = Q(pk__in=[superseded_by, carried_over_to])
    others = access.actions_to_read_for(level).filter(
        near | after | Q(superseded_by=action) | Q(carried_over_to=action)
    )
    return others.order_by("pk").values_list(
        "pk", "number", "title", "meeting__code", "meeting__revises__code", "meeting_id", "superseded_by_id",
        "carried_over_to_id",
    )  # fmt: skip


def others(action, *, level: str) -> Others:
    """One statement. `action` is the ActionHead of the page; nothing is said of what may not be read at the level."""
    found = Others()
    rows = _other_rows(
        level, action=action.pk, meeting=action.meeting_id, previous=action.number - 1, following=action.number + 1,
        superseded_by=action.superseded_by_id or 0, carried_over_to=action.carried_over_to_id or 0,
    )  # fmt: skip
    for pk, number, title, code, revised, meeting_id, superseded_by, carried_over_to in rows:
        url = reverse("action_detail", args=[code, number])
        reference = pages.reference(revised or code, number)
        full = Link(_("%(reference)s %(title)s") % {"reference": reference, "title": title}, url)
        if meeting_id == action.meeting_id and number == action.number - 1:
            found.previous = Link(title, url)
        if meeting_id == action.meeting_id and number == action.number + 1:
            found.next = Link(title, url)
        if pk == action.superseded_by_id:
            found.superseded_by = full
        if pk == action.carried_over_to_id:
            found.carried_over_to = full
        if superseded_by == action.pk:
            found.supersedes.append(full)
        if carried_over_to == action.pk:
            found.carries_on.append(full)
    return found


def add_links_to_shares(user, action, card) -> list[tuple[str, str, str]]:
    """Give each share that a person may confirm or enter for its organisation a link to its form.

    Returns the links to those of own organisations: name, stage, address. An action that is not or no longer in effect
    has no forms.
    """
    if card.stored_state != StoredState.AGREED:
        return []
    rights = access.RightsOnShares(user)
    is_final = action.meeting_state == ReportState.FINAL
    base = reverse("my_home")
    mine = []
    for stage in card.stages:
        for share in stage.shares:
            url = f"{base}shares/{share.pk}/report/"
            if share.partner_id in rights.own:
                mine.append((share.partner_name, stage.label, url))
            elif is_final and rights.may_open(share):
                share.link = Link(_words(share, is_to_confirm=rights.may_confirm(share)), url)
    return mine


def _words(share, *, is_to_confirm: bool) -> str:
    if is_to_confirm:
        return _("Look and confirm")
    return _("Look at it again") if share.state.is_done else _("Enter what it told you")


def may_decide(user, action) -> bool:
    return action.meeting_state == ReportState.FINAL and access.keeps_meetings(user)


def add_links_to_reminders(card) -> None:
    """Give each stage whose day had passed when it was entered a link to the form that asks for reminders."""
    if card.stored_state != StoredState.AGREED:
        return
    for stage in card.stages:
        if stage.is_past_when_entered:
            stage.reminders_url = reverse("desk_deadline_reopen", args=[stage.pk])
