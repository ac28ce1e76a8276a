"""Changes of deadlines: what hangs on an event moves with it. Each keeps who, when, before and after."""

from django.db import transaction

from greencustoms.core import audit
from meetings import deadlines
from meetings.models import Deadline


@transaction.atomic
def follow_event(*, event, by=None) -> list[Deadline]:
    """Give the deadlines that have only the days of this event the days it has now. Returns those that moved.

    Days written with an action stay (design section 4). Only a last day counts where the words say "by" or "before".
    """
    moved = []
    for deadline in Deadline.objects.with_the_days_of(event).order_by("pk"):
        earliest = None if deadlines.earliest_is_open(deadline.by_when_text) else event.starts_on
        days = {"earliest": earliest, "latest": event.ends_on, "review_on": None}
        before = {name: getattr(deadline, name) for name in days}
        if before == days:
            continue
        for name, day in days.items():
            setattr(deadline, name, day)
        deadline._history_user = by
        deadline.save(update_fields=list(days))
        audit.record(deadline, "moved with its event", by=by, before=_plain(before), after=_plain(days))
        moved.append(deadline)
    return moved


def _plain(days) -> dict[str, str]:
    return {name: day.isoformat() if day else "" for name, day in days.items()}
