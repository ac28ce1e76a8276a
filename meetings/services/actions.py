"""What becomes of an agreed action as a whole: dropped, superseded, carried over, reopened (design section 4).

The secretariat decides. Each keeps who, when, before and after; they raise PermissionDenied, and ValidationError
"changed_meanwhile", "not_open" (the action does not stand as the act needs it) or "not_possible" (that other one).
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from greencustoms.core import audit
from greencustoms.core.editing import set_fields, sign
from greencustoms.core.versions import claim_version
from meetings import access, deadlines, decisions
from meetings.choices import ReportState, StoredState
from meetings.models import ActionShare, AgreedAction, Deadline, MeetingSession
from meetings.reminders import ledger
from meetings.rules import action_acts

from . import telling
from .entry import next_number_of, open_for_editing
from .entry_actions import next_number, points_of, set_points
from .shares import required_reason

COPIED_OF_ACTION = ("topic_heading", "title", "text", "by_whom_text", "by_whom_note", "completion_rule", "is_flagged",
                    "is_for_each_partner")  # fmt: skip
COPIED_OF_STAGE = ("label", "by_when_text", "kind", "earliest", "latest", "edtf", "is_inherited",
                   "is_read_from_text", "event", "linked_meeting", "offset_days", "reading_note",
                   "request_kind", "request_question", "request_labels")  # fmt: skip


@transaction.atomic
def drop_action(*, action, by, version, reason, now=None):
    """Give an action up, and say why. Nobody owes or is reminded of it any more; what was done stays."""
    _begin(action_acts.DROP, action, by, version)
    return _save(action, "dropped", StoredState.DROPPED, required_reason(reason), by=by, now=now)


@transaction.atomic
def supersede_action(*, action, by, version, superseded_by, reason="", now=None):
    """Say that another action takes the place of this one. Each page leads to the other."""
    _begin(action_acts.SUPERSEDE, action, by, version)
    if not decisions.replacements(action).filter(pk=superseded_by.pk).exists():
        raise ValidationError(
            {"superseded_by": _("Choose another action that is in effect or stands in a report being written.")},
            code="not_possible",
        )
    _refuse_circle(action, superseded_by)
    return _save(
        action, "superseded", StoredState.SUPERSEDED, reason.strip(), by=by, now=now, superseded_by=superseded_by
    )


@transaction.atomic
def carry_over_action(*, action, by, version, meeting, reason="", now=None):
    """Take an action up again at a later meeting whose report is being written.

    There it becomes a new action with the next number and the same words; whoever still owed a share owes it there.
    Its reminders start anew: what has no day is looked at again so long after the later meeting, and a day that has
    passed counts as reopened. Returns the new action.
    """
    _begin(action_acts.CARRY_OVER, action, by, version)
    if not decisions.later_drafts(action).filter(pk=meeting.pk).exists():
        raise ValidationError(
            {"meeting": _("Choose a later meeting whose report is still being written.")}, code="not_possible"
        )
    meeting, now = open_for_editing(meeting), now or timezone.now()
    copy = _copy(action, meeting, by=by, now=now)
    _save(action, "carried over", StoredState.CARRIED_OVER, reason.strip(), by=by, now=now, carried_over_to=copy)
    audit.record(copy, "carried over from an earlier meeting", by=by, after={"from": str(action)})
    return copy


@transaction.atomic
def reopen_action(*, action, by, version, reason, now=None):
    """Put an action back into effect that was dropped, superseded or carried over, and say why.

    The other action stays as it is; it is only no longer the one that takes the place of this one.
    """
    _begin(action_acts.REOPEN, action, by, version)
    _save(
        action, "reopened", StoredState.AGREED, required_reason(reason), by=by, now=now,
        superseded_by=None, carried_over_to=None,
    )  # fmt: skip
    telling.tell_of_reopened_action(action=action, by=by, now=now or timezone.now())
    return action


def _begin(act, action, by, version) -> None:
    if not access.keeps_meetings(by):
        raise PermissionDenied
    claim_version(action, version)
    action.refresh_from_db()
    if action.meeting.state != ReportState.FINAL:
        raise ValidationError(
            _("The report of this action is still being written. Change the action there."), code="not_open"
        )
    if why_not := action_acts.why_not(act, action.stored_state):
        raise ValidationError(why_not, code="not_open")


def _refuse_circle(action, other) -> None:
    """An action that stands, by way of others, in the place of `other` cannot be replaced by it."""
    seen = {action.pk}
    while other is not None:
        if other.pk in seen:
            raise ValidationError(
                {"superseded_by": _("That action was itself superseded by this one.")}, code="not_possible"
            )
        seen.add(other.pk)
        other = other.superseded_by or other.carried_over_to


def _save(action, did, state, reason, *, by, now, **links):
    before = {"stored_state": action.stored_state, "state_reason": action.state_reason}
    changes = {
        "stored_state": state, "state_reason": reason, "state_changed_at": now or timezone.now(),
        "state_changed_by": by, **links,
    }  # fmt: skip
    set_fields(action, changes, by=by)
    after = {"stored_state": str(state), "state_reason": reason} | {name: str(row or "") for name, row in links.items()}
    audit.record(action, did, by=by, before=before, after=after)
    ledger.follow(action.deadlines.all())
    return action


def _copy(action, meeting, *, by, now: datetime):
    """The same action in another meeting: its words, its checklist, and the stages and shares still to be done."""
    copy = AgreedAction(
        meeting=meeting, session=_session_for_carried_over(meeting, by), number=next_number(meeting),
        **{name: getattr(action, name) for name in COPIED_OF_ACTION},
    )  # fmt: skip
    sign(copy, by)
    copy.save()
    set_points(copy, points_of(action))
    open_shares: dict[int, list[ActionShare]] = {}
    for share in ActionShare.objects.open().filter(deadline__action=action).order_by("pk"):
        open_shares.setdefault(share.deadline_id, []).append(share)
    stages = list(action.deadlines.order_by("position"))
    stages = [stage for stage in stages if stage.pk in open_shares] or stages
    for position, stage in enumerate(stages, start=1):
        new = Deadline(
            action=copy, position=position, entered_on=now.date(), review_on=_review_day(stage, meeting),
            **{name: getattr(stage, name) for name in COPIED_OF_STAGE},
        )  # fmt: skip
        if new.is_past_when_entered:
            new.reopened_at, new.reopened_by = now, by
        sign(new, by)
        new.save()
        for share in open_shares.get(stage.pk, []):
            owed = ActionShare(
                deadline=new, partner_id=share.partner_id, part=share.part, via_group_id=share.via_group_id,
                is_inherited=share.is_inherited,
            )  # fmt: skip
            sign(owed, by)
            owed.save()
    return copy


def _review_day(stage, meeting):
    """When what has no day is looked at first, counted from the meeting that took it up again."""
    if stage.latest:
        return stage.review_on
    days = (stage.review_on, deadlines.review_day(stage.kind, meeting.ends_on))
    return max((day for day in days if day), default=None)


def _session_for_carried_over(meeting, by):
    """The session of a meeting that takes up what earlier ones left: the one that did so before, or a new last one."""
    sessions = MeetingSession.objects.filter(meeting=meeting)
    found = sessions.filter(actions__carries_on__isnull=False).order_by("number").first()
    if found is None:
        found = sessions.filter(title=_("Matters arising")).order_by("number").first()
    if found is None:
        number = next_number_of(MeetingSession, meeting)
        found = MeetingSession(meeting=meeting, number=number, title=_("Matters arising"))
        sign(found, by)
        found.save()
    return found
