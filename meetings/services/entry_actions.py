"""The secretariat writes what was agreed: actions with their stages, owners and checklist.

Each change keeps who, when, before and after. They raise ValidationError "final" once the report is locked,
"changed_meanwhile" if somebody else was faster, and "answered" if a share to be taken away was answered already.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from greencustoms.core import audit
from greencustoms.core.editing import edit_row, sign
from greencustoms.core.models import User
from greencustoms.core.versions import claim_version
from meetings.models import AgreedAction, Deadline, Meeting, SubItem
from meetings.rules.owners import Organisations, Picked
from meetings.rules.points import Point

from . import owning
from .entry import next_number_of, open_for_editing

STAGES_CHANGED = "stages"
OWNERS_CHANGED = "owners"
POINTS_CHANGED = "points"


@dataclass(frozen=True)
class Stage:
    """One stage as it was entered. `picked` is None where the owners of the whole action owe it."""

    values: dict[str, Any] = field(default_factory=dict)
    picked: Picked | None = None
    pk: int | None = None
    version: int = 0
    is_removed: bool = False


@transaction.atomic
def add_action(
    *, meeting: Meeting, by: User, owners: Picked, stages: list[Stage], points: Sequence[Point] = (), **values: Any
) -> AgreedAction:
    """A new agreed action with the next free number."""
    meeting = open_for_editing(meeting)
    action = AgreedAction(
        meeting=meeting, number=next_number(meeting), is_for_each_partner=owners.is_each_partner, **values
    )
    sign(action, by)
    action.save()
    set_points(action, points)
    _set_stages(action, stages, owners, by)
    audit.record(action, "added", by=by)
    return action


@transaction.atomic
def edit_action(
    *,
    action: AgreedAction,
    by: User,
    version: int,
    owners: Picked,
    stages: list[Stage],
    points: Sequence[Point] = (),
    **values: Any,
) -> AgreedAction:
    """Change an action with all that hangs on it. Shares that stay keep their answers."""
    open_for_editing(action.meeting)
    stored = AgreedAction.objects.select_related("meeting").get(pk=action.pk)
    values["is_for_each_partner"] = owners.is_each_partner
    for name in ("session", "by_whom_text"):
        # Who owes a stage depends on them.
        setattr(stored, name, values.get(name, getattr(stored, name)))
    also: dict[str, tuple[Any, Any]] = _set_stages(stored, stages, owners, by)
    if changed := set_points(stored, points):
        also[POINTS_CHANGED] = changed
    return edit_row(action, by=by, version=version, values=values, also=also)


@transaction.atomic
def delete_action(*, action: AgreedAction, by: User, version: int) -> None:
    """Take an action out of a report that is being written. Its number is never used again.

    One that an earlier version holds stays in force until this one is final, and is dropped then. One that takes the
    place of others stays as long as it does: ValidationError "replaces".
    """
    open_for_editing(action.meeting)
    owning.refuse_if_answered(action.deadlines.all())
    _refuse_if_it_replaces_others(action)
    claim_version(action, version)
    audit.record(action, "deleted", by=by)
    for stage in action.deadlines.all():
        _delete_stage(stage, by)
    sign(action, by)
    action.delete()


def _refuse_if_it_replaces_others(action: AgreedAction) -> None:
    replaced = AgreedAction.objects.filter(Q(superseded_by=action) | Q(carried_over_to=action))
    names = [row.reference for row in replaced.select_related("meeting__revises").order_by("meeting", "number")]
    if names:
        raise ValidationError(
            _("This action takes the place of %(names)s. Reopen that first, so that it is in effect again."),
            params={"names": _(", ").join(names)},
            code="replaces",
        )


def is_in_force(action: AgreedAction) -> bool:
    """Whether an earlier version of the report, which this one is to replace, holds the action."""
    revises = action.meeting.revises_id
    return revises is not None and AgreedAction.objects.filter(meeting=revises, number=action.number).exists()


def next_number(meeting: Meeting) -> int:
    """The number that no action of this report ever had, in any version. See `entry.next_number_of`."""
    return next_number_of(AgreedAction, meeting)


def _set_stages(action: AgreedAction, stages: list[Stage], owners: Picked, by: User) -> dict[str, tuple[Any, Any]]:
    """Bring stages and shares up to what was entered. Returns what changed, for the audit."""
    known = owning.organisations_for(action.meeting)
    session_owners = owning.said_for_all(action.session)
    stored = {stage.pk: stage for stage in action.deadlines.prefetch_related("shares").order_by("position")}
    keeps_owners = _stages_whose_owners_stay(action, stored, stages, owners, known)
    also: dict[str, tuple[Any, Any]] = {}
    gone = [stored[entry.pk] for entry in stages if entry.is_removed and entry.pk in stored]
    owning.refuse_if_answered([stage.pk for stage in gone])
    for stage in gone:
        also.setdefault(STAGES_CHANGED, ([], []))[0].append(str(stage))
        _delete_stage(stage, by)
    position = _last_position(action)
    for entry in stages:
        if entry.is_removed:
            continue
        if entry.pk in stored:
            before = stored[entry.pk]
            stage = edit_row(before, by=by, version=entry.version, values=_as_of_today(entry.values, before))
            changed = stage.version != before.version
        else:
            position += 1
            stage = Deadline(action=action, position=position, **entry.values)
            sign(stage, by)
            stage.save()
            changed = True
        if changed:
            also.setdefault(STAGES_CHANGED, ([], []))[1].append(str(stage))
        if entry.pk in keeps_owners:
            continue
        change = owning.set_owners(
            stage=stage,
            picked=owners if entry.picked is None else entry.picked,
            session_owners=session_owners,
            # What was said for the whole session counts where neither words nor a tick name who leads.
            takes_over=not action.by_whom_text,
            known=known,
            by=by,
        )
        if change:
            old, new = also.get(OWNERS_CHANGED, ([], []))
            also[OWNERS_CHANGED] = ([*old, *change[0]], [*new, *change[1]])
    _close_gaps(action)
    return also


def _stages_whose_owners_stay(
    action: AgreedAction, stored: dict[int, Deadline], stages: list[Stage], owners: Picked, known: Organisations
) -> set[int]:
    """Stages for which nobody changed who owes them: a comma must not move a share, whatever became of a group since.

    Owners come from what was picked, and from the session where the action has no words of its own.
    """
    if not stored:
        return set()
    before = AgreedAction.objects.get(pk=action.pk)
    if (before.session_id, bool(before.by_whom_text)) != (action.session_id, bool(action.by_whom_text)):
        return set()
    base, own = owning.picks_of(before, stored.values(), known=known)
    return {
        entry.pk
        for entry in stages
        if entry.pk in stored and own.get(entry.pk) == entry.picked and (entry.picked is not None or base == owners)
    }


def _last_position(action: AgreedAction) -> int:
    """The highest position of a stage. The next version takes the report over by position, so it counts there too."""
    reports = [action.meeting_id, action.meeting.revises_id]
    stages = Deadline.objects.filter(action__meeting__in=reports, action__number=action.number)
    return stages.aggregate(last=Max("position"))["last"] or 0


def _close_gaps(action: AgreedAction) -> None:
    """Stages are counted from one, also after one was taken away; but never anew in the next version of a report."""
    if action.meeting.revises_id:
        return
    for position, stage in enumerate(action.deadlines.order_by("position"), start=1):
        if stage.position != position:
            stage.position = position
            stage.save(update_fields=["position"])


def _as_of_today(values: dict[str, Any], stage: Deadline) -> dict[str, Any]:
    """Another day counts as entered today: a day that had passed by then reminds nobody (design section 5)."""
    if all(values.get(name) == getattr(stage, name) for name in ("latest", "review_on")):
        return values
    return {**values, "entered_on": timezone.localdate()}


def _delete_stage(stage: Deadline, by: User) -> None:
    for share in stage.shares.all():
        sign(share, by)
        share.delete()
    sign(stage, by)
    stage.delete()


def points_of(action: AgreedAction) -> list[Point]:
    """The checklist as it is stored."""
    numbers: dict[int, int] = {}
    points = []
    for item in action.sub_items.all():
        numbers[item.pk] = item.number
        parent = numbers.get(item.parent_id) if item.parent_id else None
        points.append(Point(item.number, item.text, parent, item.block, item.by_whom_text))
    return points


def set_points(action: AgreedAction, points: Sequence[Point]) -> tuple[list[str], list[str]] | None:
    """Put this checklist in place of the one there is. Returns the texts before and after, None if nothing changed."""
    before = points_of(action)
    if before == list(points):
        return None
    action.sub_items.all().delete()
    made: dict[int, SubItem] = {}
    for point in points:
        made[point.number] = SubItem.objects.create(
            action=action,
            number=point.number,
            parent=made.get(point.parent) if point.parent else None,
            block=point.block,
            text=point.text,
            by_whom_text=point.by_whom_text,
        )
    return [point.text for point in before], [point.text for point in points]
