"""A working copy of a final report: everything it says, nothing of what became of it since."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db import models
from django.db.models import Max, QuerySet
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

from .later_owners import JOINED, NAMED

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

    Sessions, actions, stages and owners that an earlier version has taken out are not in it.
    """
    in_force = _InForce(meeting)
    copy = _copied(
        meeting, code=code, state=ReportState.DRAFT, report_version=report_version, revises=meeting,
        reopening_reason=reason, comments_until=None, circulated_at=None, circulated_by=None, finalised_at=None,
        finalised_by=None,
    )  # fmt: skip
    sign(copy, by, COPIED)
    copy.save()
    copy.partners.set(meeting.partners.all())
    sessions = _copy_all(in_force.sessions(), by, lambda row: {"meeting": copy})
    _copy_owners_of_sessions(sessions)
    actions = _copy_all(
        in_force.actions(), by,
        lambda row: {"meeting": copy, "session": sessions[row.session_id], **NOTHING_DECIDED},
    )  # fmt: skip
    deadlines = _copy_all(
        in_force.stages(actions), by,
        lambda row: {"action": actions[row.action_id], **NOTHING_ASKED},
    )  # fmt: skip
    _copy_shares(in_force.shares(deadlines), deadlines, by)
    _copy_sub_items(actions)
    _copy_all(meeting.annexes.all(), by, lambda row: {"meeting": copy})
    _copy_all(meeting.attendance.all(), by, lambda row: {"meeting": copy})
    _copy_all(meeting.matters_arising.all(), by, lambda row: {"meeting": copy})
    return copy


class _InForce:
    """What the version in force says. More may be stored: what an earlier one said, kept for what was done about it."""

    def __init__(self, meeting: Meeting):
        self.meeting = meeting
        versions = meeting.report_versions.filter(number=meeting.report_version)
        self.content = versions.values_list("content", flat=True).first()

    def sessions(self) -> QuerySet[MeetingSession]:
        sessions = self.meeting.sessions.all()
        if self.content is None:
            return sessions
        return sessions.filter(number__in=[row["number"] for row in self.content["sessions"]])

    def actions(self) -> QuerySet[AgreedAction]:
        actions = self.meeting.actions.exclude(stored_state=StoredState.PROPOSED)
        if self.content is None:
            return actions
        return actions.filter(number__in=[row["number"] for row in self.content["actions"]])

    def stages(self, actions: Iterable[int]) -> list[Deadline]:
        stages = list(Deadline.objects.filter(action__in=actions).select_related("action"))
        if self.content is None:
            return stages
        said = {(row["number"], stage["position"]) for row in self.content["actions"] for stage in row["stages"]}
        return [stage for stage in stages if (stage.action.number, stage.position) in said]

    def shares(self, stages: Iterable[int]) -> list[ActionShare]:
        """Those named in it, and those who joined, or were named for a group or nobody, since it was drafted."""
        shares = ActionShare.objects.filter(deadline__in=stages).order_by("pk")
        if self.content is None:
            return list(shares)
        said = {
            (row["number"], stage["position"], share["partner"])
            for row in self.content["actions"] for stage in row["stages"] for share in stage["shares"]
        }  # fmt: skip
        since = self._came_since()
        return [
            share
            for share in shares.select_related("deadline__action", "partner")
            if share.pk in since or (share.deadline.action.number, share.deadline.position, share.partner.slug) in said
        ]

    def _came_since(self) -> set[int]:
        came = ActionShare.history.filter(history_change_reason__in=[JOINED, NAMED])
        came = came.filter(deadline__action__meeting=self.meeting)
        drafts = Meeting.history.filter(
            revises=self.meeting, report_version=self.meeting.report_version, history_change_reason=COPIED
        )
        drafted_at = drafts.aggregate(last=Max("history_date"))["last"]
        if drafted_at is not None:
            came = came.filter(history_date__gt=drafted_at)
        return set(came.values_list("id", flat=True))


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


def _copy_shares(rows: Iterable[ActionShare], deadlines: dict[int, Deadline], by: User) -> None:
    columns = ("partner_id", "part", "via_group_id", "is_inherited")
    shares = [
        ActionShare(deadline=deadlines[row.deadline_id], **{name: getattr(row, name) for name in columns})
        for row in rows
    ]
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
