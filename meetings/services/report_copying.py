"""A working copy of a final report: everything it says, nothing of what became of it since."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db import models
from simple_history.utils import bulk_create_with_history

from greencustoms.core.editing import sign
from greencustoms.core.models import User
from meetings.choices import Acceptance, Progress, ReportState, StoredState
from meetings.models import (
    ActionShare,
    AgreedAction,
    Deadline,
    Meeting,
    MeetingSession,
    SubItem,
)

# How the history names the state in which a row came into the copy.
COPIED = "copied into the next version"
BATCH = 500
Row = TypeVar("Row", bound=models.Model)
NOTHING_DECIDED = {
    "stored_state": StoredState.AGREED, "state_reason": "", "state_changed_at": None, "state_changed_by": None,
    "superseded_by": None, "carried_over_to": None,
}  # fmt: skip
NOTHING_ASKED = {"reopened_at": None, "reopened_by": None}
NOTHING_DONE = {"acceptance": Acceptance.NO_ANSWER, "progress": Progress.NOT_STARTED}


def copy_of(meeting: Meeting, *, code: str, report_version: int, reason: str, by: User) -> Meeting:
    """A draft with the same sessions, actions, stages, owners, points, annexes and attendance, under the same numbers.

    Actions that an earlier version has taken out are not in it.
    """
    copy = _copied(
        meeting, code=code, state=ReportState.DRAFT, report_version=report_version, revises=meeting,
        reopening_reason=reason, comments_until=None, circulated_at=None, circulated_by=None, finalised_at=None,
        finalised_by=None,
    )  # fmt: skip
    sign(copy, by, COPIED)
    copy.save()
    copy.partners.set(meeting.partners.all())
    sessions = _copy_all(meeting.sessions.all(), by, lambda row: {"meeting": copy})
    _copy_owners_of_sessions(sessions)
    actions = _copy_all(
        _actions_of_this_version(meeting), by,
        lambda row: {"meeting": copy, "session": sessions[row.session_id], **NOTHING_DECIDED},
    )  # fmt: skip
    deadlines = _copy_all(
        Deadline.objects.filter(action__in=actions), by,
        lambda row: {"action": actions[row.action_id], **NOTHING_ASKED},
    )  # fmt: skip
    _copy_shares(deadlines, by)
    _copy_sub_items(actions)
    _copy_all(meeting.annexes.all(), by, lambda row: {"meeting": copy})
    _copy_all(meeting.attendance.all(), by, lambda row: {"meeting": copy})
    _copy_all(meeting.matters_arising.all(), by, lambda row: {"meeting": copy})
    return copy


def _actions_of_this_version(meeting: Meeting):
    actions = meeting.actions.exclude(stored_state=StoredState.PROPOSED)
    content = meeting.report_versions.filter(number=meeting.report_version).values_list("content", flat=True).first()
    if content is None:
        return actions
    return actions.filter(number__in=[row["number"] for row in content["actions"]])


def _copied(row: Row, **changes) -> Row:
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key and field.name != "version"
    }
    new = type(row)(**values)
    for name, value in changes.items():
        setattr(new, name, value)
    return new


def _copy_all(rows: Iterable[Row], by: User, changes: Callable[[Row], dict]) -> dict[int, Row]:
    """New rows by the key of the old one."""
    old = list(rows)
    if not old:
        return {}
    model = type(old[0])
    new = [_copied(row, **changes(row)) for row in old]
    if hasattr(model, "history"):
        new = bulk_create_with_history(new, model, batch_size=BATCH, default_user=by, default_change_reason=COPIED)
    else:
        new = model._default_manager.bulk_create(new, batch_size=BATCH)
    return {row.pk: made for row, made in zip(old, new, strict=True)}


def _copy_owners_of_sessions(sessions: dict[int, MeetingSession]) -> None:
    through = MeetingSession.default_owners.through
    rows = through.objects.filter(meetingsession__in=sessions).values_list("meetingsession_id", "partner_id")
    through.objects.bulk_create(
        through(meetingsession=sessions[session], partner_id=partner) for session, partner in rows
    )


def _copy_shares(deadlines: dict[int, Deadline], by: User) -> None:
    columns = ("deadline_id", "partner_id", "part", "via_group_id", "is_inherited")
    rows = ActionShare.objects.filter(deadline__in=deadlines).order_by("pk").values(*columns)
    shares = [ActionShare(**{**row, "deadline_id": deadlines[row["deadline_id"]].pk}) for row in rows]
    bulk_create_with_history(shares, ActionShare, batch_size=BATCH, default_user=by, default_change_reason=COPIED)


def _copy_sub_items(actions: dict[int, AgreedAction]) -> None:
    """Level by level, since each point names the one above it."""
    waiting = list(SubItem.objects.filter(action__in=actions).order_by("action_id", "number"))
    made: dict[int | None, SubItem | None] = {None: None}
    while waiting:
        level = [row for row in waiting if row.parent_id in made]
        waiting = [row for row in waiting if row.parent_id not in made]
        new = SubItem.objects.bulk_create(
            [_copied(row, action=actions[row.action_id], parent=made[row.parent_id]) for row in level],
            batch_size=BATCH,
        )
        made |= {row.pk: copy for row, copy in zip(level, new, strict=True)}
