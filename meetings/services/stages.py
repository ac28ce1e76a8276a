"""Changes of deadlines: what hangs on an event or a meeting moves with it. Each keeps who, when, before and after."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from greencustoms.core import audit
from greencustoms.core.editing import sign
from greencustoms.core.versions import claim_version
from meetings import access
from meetings.by_when import days_beside
from meetings.deadlines import review_day
from meetings.models import Deadline
from meetings.reminders import ledger


@transaction.atomic
def follow_event(*, event, by=None) -> list[Deadline]:
    """Give the deadlines that have only the days of this event the days it has now. Returns those that moved.

    Days written with an action stay (design section 4). A deadline that moved is reminded of anew: the ledger knows
    each reminder by the day it was due.
    """
    return _follow(Deadline.objects.with_the_days_of(event), event, "moved with its event", by)


@transaction.atomic
def follow_meeting(*, meeting, by=None) -> list[Deadline]:
    """As `follow_event`, for what hangs on another meeting: "before the next meeting"."""
    return _follow(Deadline.objects.with_the_days_of_meeting(meeting), meeting, "moved with its meeting", by)


@transaction.atomic
def reopen_deadline(*, deadline, by, version, reason, now=None) -> Deadline:
    """Ask for reminders of a deadline that was past when it was entered, and say why.

    The portal sends nothing about those by itself: nobody wants forty mails about 2007. Raises PermissionDenied, and
    ValidationError "changed_meanwhile", "not_open" if it sends reminders anyway, or on the reason that is missing.
    """
    if not access.keeps_meetings(by):
        raise PermissionDenied
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Say in a sentence why.")})
    claim_version(deadline, version)
    deadline.refresh_from_db()
    if not deadline.is_past_when_entered:
        raise ValidationError(_("This deadline sends reminders already."), code="not_open")
    deadline.reopened_at, deadline.reopened_by = now or timezone.now(), by
    sign(deadline, by, _short(deadline, reason))
    deadline.save(update_fields=["reopened_at", "reopened_by"])
    after = {"reopened_at": deadline.reopened_at.isoformat(), "reason": reason}
    audit.record(deadline, "reopened", by=by, before={"reopened_at": ""}, after=after)
    return deadline


def _follow(hanging, row, did: str, by) -> list[Deadline]:
    moved = []
    for deadline in hanging.order_by("pk"):
        found = days_beside(
            deadline.by_when_text, starts_on=row.starts_on, ends_on=row.ends_on, offset_days=deadline.offset_days
        )
        # Words that give no day beside the event are looked at again instead.
        review_on = None if found.latest else review_day(deadline.kind, row.ends_on)
        days = {"earliest": found.earliest, "latest": found.latest, "review_on": review_on}
        before = {name: getattr(deadline, name) for name in days}
        if before == days:
            continue
        for name, day in days.items():
            setattr(deadline, name, day)
        sign(deadline, by)
        # Whoever has the deadline open in a form meanwhile is shown the days it has now.
        claim_version(deadline, deadline.version)
        deadline.save(update_fields=list(days))
        audit.record(deadline, did, by=by, before=_plain(before), after=_plain(days))
        moved.append(deadline)
    if moved:
        ledger.follow([deadline.pk for deadline in moved])
    return moved


def _plain(days) -> dict[str, str]:
    return {name: day.isoformat() if day else "" for name, day in days.items()}


def _short(deadline, reason: str) -> str:
    """The reason as the history keeps it; the audit log has all of it."""
    most = deadline.history.model._meta.get_field("history_change_reason").max_length
    return reason if len(reason) <= most else f"{reason[: most - 1]}…"
