"""Matters arising: which actions of earlier meetings the next one takes up again (design section 4).

They raise PermissionDenied, and ValidationError "final" once the report of the meeting is final.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Min, OuterRef, Q, Subquery
from django.utils import timezone

from greencustoms.core import audit, publication
from meetings import access
from meetings.choices import ActionState, StoredState
from meetings.models import ActionShare, AgendaItem, AgreedAction

from . import entry


def still_in_effect(meeting):
    """Actions of earlier meetings that are neither ended nor confirmed, the one that is late longest first."""
    actions = AgreedAction.objects.in_final_reports().filter(
        stored_state=StoredState.AGREED, meeting__starts_on__lt=meeting.starts_on
    )
    actions = actions.exclude(pk__in=AgreedAction.objects.in_state(ActionState.CONFIRMED).values("pk"))
    return _late_first(actions.exclude(meeting=meeting))


def to_choose_from(meeting):
    """What is still in effect, and what stands on the agenda though it has ended since."""
    on_agenda = AgendaItem.objects.filter(meeting=meeting).values("action")
    is_in_effect = Q(pk__in=still_in_effect(meeting).order_by().values("pk"))
    return _late_first(AgreedAction.objects.filter(is_in_effect | Q(pk__in=on_agenda)))


def _late_first(actions):
    owed = ActionShare.objects.owed().filter(deadline__action=OuterRef("pk")).order_by()
    first = owed.values("deadline__action").annotate(day=Min("deadline__latest")).values("day")
    return actions.annotate(owed_on=Subquery(first)).order_by(
        F("owed_on").asc(nulls_last=True), "-meeting__starts_on", "meeting_id", "number", "pk"
    )


@transaction.atomic
def put_on_agenda(*, meeting, by, action=None, note="") -> int:
    """Take up one action, or all that are still in effect. One that is on the agenda gets the new note if there is one.

    Returns how many came to it.
    """
    _begin(meeting, by)
    wanted = still_in_effect(meeting).order_by()
    if action is not None:
        wanted = wanted.filter(pk=action.pk)
        if note:
            AgendaItem.objects.filter(meeting=meeting, action=action).update(note=note)
    missing = wanted.exclude(agenda_items__meeting=meeting).values_list("pk", flat=True)
    now = timezone.now()
    items = [AgendaItem(meeting=meeting, action_id=pk, note=note, added_at=now, added_by=by) for pk in missing]
    AgendaItem.objects.bulk_create(items, ignore_conflicts=True, batch_size=500)
    # Rows made or changed at once send no signal.
    publication.raise_version()
    if items:
        audit.record(meeting, "put on the agenda", by=by, after={"actions": [item.action_id for item in items]})
    return len(items)


@transaction.atomic
def take_off_agenda(*, meeting, by, action) -> None:
    _begin(meeting, by)
    found = AgendaItem.objects.filter(meeting=meeting, action=action)
    if found.exists():
        audit.record(meeting, "took off the agenda", by=by, after={"action": action.pk})
        found.delete()


def _begin(meeting, by) -> None:
    if not access.keeps_meetings(by):
        raise PermissionDenied
    entry.open_for_editing(meeting)
