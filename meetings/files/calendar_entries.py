"""Deadlines as calendars show them: a day as a day, a period as its days, and never a day nobody wrote."""

from collections import defaultdict
from datetime import datetime

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from greencustoms.core.calendar_files import CANCELLED, CONFIRMED, TENTATIVE, Entry, midnight, with_change
from meetings import deadlines, progress
from meetings.choices import ActionState, StoredState
from meetings.models import ActionShare, AgreedAction, Deadline

# More than that no calendar program wants to draw.
MOST_ENTRIES = 5_000
STATUS = {StoredState.PROPOSED: TENTATIVE, StoredState.AGREED: CONFIRMED}


def of_actions(actions) -> list[Entry]:
    """One entry for each stage of these actions that has a last day; of too many, those with the latest days.

    What was dropped, replaced or carried over is cancelled. Two statements.
    """
    rows = with_days(Deadline.objects.dated().filter(action__in=actions.order_by().values("pk")))
    rows = list(with_all_changes(rows).order_by("-latest", "-pk")[:MOST_ENTRIES])
    states = _states_of({row.action_id for row in rows})
    return [
        entry_of(row, state=states[row.action_id], changed_at=_latest_of(row))
        for row in sorted(rows, key=lambda row: (row.first, row.latest, row.pk))
    ]


def _states_of(action_ids: set[int]) -> dict[int, ActionState]:
    facts: dict[int, tuple[str, str]] = {}
    stages: dict[int, dict[int, list[progress.ShareState]]] = defaultdict(dict)
    rows = Deadline.objects.filter(action__in=action_ids).order_by().values_list(
        "action_id", "pk", "action__stored_state", "action__completion_rule",
        "shares__part", "shares__acceptance", "shares__progress", "shares__confirmed_at",
    )  # fmt: skip
    for action_id, stage, stored_state, rule, part, acceptance, share_progress, confirmed_at in rows:
        facts[action_id] = stored_state, rule
        shares = stages[action_id].setdefault(stage, [])
        if part is not None:
            shares.append(progress.share_state(part, acceptance, share_progress, confirmed_at is not None))
    return {pk: progress.action_state(*facts[pk], stages[pk].values()) for pk in facts}


def of_shares(shares) -> list[Entry]:
    """One entry for each of these shares whose stage has a last day, leading to the form that reports on it."""
    rows = shares.filter(deadline__latest__isnull=False).select_related("deadline__action__meeting", "partner")
    entries = []
    for share in with_change(rows).order_by("deadline__latest", "pk")[:MOST_ENTRIES]:
        stage = share.deadline
        stage.first = stage.earliest or stage.latest
        entries.append(
            Entry(
                uid=f"share-{share.pk}",
                kind="share",
                title=_("%(partner)s: %(title)s") % {"partner": share.partner.short_name, "title": title_of(stage)},
                first=stage.first,
                last=stage.latest,
                changed_at=share.row_changed_at or midnight(stage.entered_on),
                url=reverse("share_report", args=[share.pk]),
                words=words_of(stage),
                status=CONFIRMED,
            )
        )
    return entries


def entry_of(stage: Deadline, *, state: ActionState | None = None, changed_at: datetime | None = None) -> Entry:
    """A stage with `first` (see `with_days`) and the meeting of its action."""
    action = stage.action
    return Entry(
        uid=f"deadline-{action.meeting.code}-{action.number}-{stage.position}",
        kind="deadline",
        title=title_of(stage),
        first=stage.first,
        last=stage.latest,
        changed_at=changed_at or midnight(stage.entered_on),
        url=reverse("action_detail", args=[action.meeting.code, action.number]),
        words=words_of(stage),
        status=STATUS.get(action.stored_state, CANCELLED),
        categories=(str(_("agreed action")), str(state.label)) if state else (),
    )


def title_of(stage: Deadline) -> str:
    """What is due, and how: on this day, within these days, or by this day where only the last one is known."""
    action = stage.action
    words = {"reference": action.reference, "title": action.title, "stage": stage.label}
    what = _("%(reference)s %(title)s (%(stage)s)") if stage.label else _("%(reference)s %(title)s")
    words["what"] = what % words
    if stage.earliest is None:
        return _("By %(day)s: %(what)s") % {**words, "day": deadlines.long_day(stage.latest)}
    if stage.earliest == stage.latest:
        return _("Due: %(what)s") % words
    return _("Due within these days: %(what)s") % words


def words_of(stage: Deadline) -> str:
    lines = []
    if stage.by_when_text:
        lines.append(_("By when, as written: “%(words)s”") % {"words": stage.by_when_text})
    if stage.action.meeting.is_invented:
        lines.append(_("Invented for demonstration."))
    return "\n".join(lines)


def with_days(rows):
    """The first day to draw: that of a period, or the last one where nothing says when it begins."""
    return rows.annotate(first=Coalesce("earliest", F("latest"))).select_related("action__meeting")


def with_all_changes(rows):
    """When the stage, its action or one of its shares last changed."""
    of_action = AgreedAction.history.filter(id=OuterRef("action_id")).order_by("-history_date")
    of_share = ActionShare.history.filter(deadline_id=OuterRef("pk")).order_by("-history_date")
    return with_change(rows).annotate(
        action_changed_at=Subquery(of_action.values("history_date")[:1]),
        share_changed_at=Subquery(of_share.values("history_date")[:1]),
    )


def _latest_of(row) -> datetime:
    moments = (row.row_changed_at, row.action_changed_at, row.share_changed_at)
    return max((moment for moment in moments if moment), default=midnight(row.entered_on))
