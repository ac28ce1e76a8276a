"""Where the page of an action leads: other actions, forms for its shares, the page on which one decides."""

from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from meetings import access
from meetings.choices import ReportState, StoredState
from meetings.models import Deadline
from meetings.pages import cards as pages
from partners.access import memberships_of


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


def others(action, *, visible) -> Others:
    """One statement. `visible` are the actions that the reader may see; nothing is said of others."""
    found = Others()
    near = Q(meeting=action.meeting_id, number__in=[action.number - 1, action.number + 1])
    after = Q(pk__in=[key for key in (action.superseded_by_id, action.carried_over_to_id) if key])
    rows = visible.filter(near | after | Q(superseded_by=action.pk) | Q(carried_over_to=action.pk)).order_by("pk")
    for pk, number, title, code, revised, meeting_id, superseded_by, carried_over_to in rows.values_list(
        "pk", "number", "title", "meeting__code", "meeting__revises__code", "meeting_id", "superseded_by_id",
        "carried_over_to_id",
    ):  # fmt: skip
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

    Returns the links to those of own organisations: name, stage, address. An action that is no longer in effect has
    no forms.
    """
    if action.stored_state != StoredState.AGREED:
        return []
    own = {belonging.partner_id for belonging in memberships_of(user)}
    may_open = set(access.shares_open_to(user).filter(deadline__action=action.pk).values_list("pk", flat=True))
    may_confirm = set(access.shares_to_confirm(user).filter(deadline__action=action.pk).values_list("pk", flat=True))
    mine = []
    for stage in card.stages:
        for share in stage.shares:
            url = reverse("share_report", args=[share.pk])
            if share.partner_id in own:
                mine.append((share.partner_name, stage.label, url))
            elif share.pk in may_open:
                share.link = Link(_words(share, is_to_confirm=share.pk in may_confirm), url)
    return mine


def _words(share, *, is_to_confirm: bool) -> str:
    if is_to_confirm:
        return _("Look and confirm")
    return _("Look at it again") if share.state.is_done else _("Enter what it told you")


def may_decide(user, action) -> bool:
    return action.meeting.state == ReportState.FINAL and access.keeps_meetings(user)


def add_links_to_reminders(action, card) -> None:
    """Give each stage whose day had passed when it was entered a link to the form that asks for reminders."""
    past = Deadline.objects.in_effect().past_when_entered().filter(action=action.pk)
    keys = set(past.values_list("pk", flat=True))
    for stage in card.stages:
        if stage.pk in keys:
            stage.reminders_url = reverse("desk_deadline_reopen", args=[stage.pk])
