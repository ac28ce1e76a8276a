"""Which sender holds which mail. Each step is a compare-and-swap on the row, so of several senders one gets it.

A lot is marked with a token of its own and leased. Whoever dies leaves a lease behind that runs out; what becomes of
the mail then depends on how far it had come (security section 2).
"""

import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Case, F, Q

from greencustoms.core.choices import MailState, MailStream
from greencustoms.core.models import OutboundMail

from .changes import LET_GO_OF, ends_unsent
from .reasons import Reason

PENDING = Q(state=MailState.PENDING)
# A database that is away for half a minute must not turn what was sent into what was perhaps sent.
INSIST_SECONDS = 60
SECONDS_BETWEEN_TRIES = 1.0
# The two updates that every mail costs, written once: Django takes longer to write them than the database to do them.
_OURS = "version = version + 1 WHERE id = %s AND version = %s"
_HANDING = f"UPDATE {OutboundMail._meta.db_table} SET state = %s, lease_until = %s, {_OURS}"  # noqa: S608
_SENT = (
    f"UPDATE {OutboundMail._meta.db_table} "  # noqa: S608
    f"SET state = %s, sent_at = %s, last_error = '', claimed_by = '', lease_until = NULL, {_OURS}"
)


def lease() -> timedelta:
    return timedelta(seconds=settings.MAIL_LEASE_SECONDS)


def take_lot(now: datetime, size: int, *, urgent_first: bool = False) -> list[OutboundMail]:
    """Claim some of the mails that are due, oldest first. Empty when none are left that nobody holds.

    What waits without having failed is due whatever its `next_at`, so that a clock put back by an hour delays nothing.
    """
    kinds = [Q(state=MailState.DEFERRED, next_at__lte=now), PENDING]
    if urgent_first:  # nobody waits for a password link behind thousands of reminders
        kinds.insert(0, PENDING & ~Q(stream=MailStream.DIGEST))
    for kind in kinds:
        if rows := _take(kind, now, size):
            return rows
    return []


def _take(kind: Q, now: datetime, size: int) -> list[OutboundMail]:
    due = OutboundMail.objects.filter(kind)
    if not due.exists():
        return []
    token = str(uuid.uuid4())
    with transaction.atomic():
        free = due.order_by("next_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            # Only so that senders do not queue for the same rows: the update below decides who gets them.
            free = free.select_for_update(skip_locked=True)
        keys = list(free.values_list("pk", flat=True)[:size])
        due.filter(pk__in=keys).update(
            state=MailState.CLAIMED, version=F("version") + 1, claimed_by=token, lease_until=now + lease()
        )
    rows = OutboundMail.objects.filter(claimed_by=token).select_related("recipient__mail_hold")
    return list(rows.order_by("next_at", "pk"))


def move(row: OutboundMail, state: MailState | Case, **changes) -> bool:
    """Move a row this sender holds. Says no if it was taken away in the meantime."""
    moved = OutboundMail.objects.filter(pk=row.pk, version=row.version).update(
        state=state, version=F("version") + 1, **changes
    )
    row.version += 1
    return bool(moved)


def end(row: OutboundMail, state: MailState | Case, **changes) -> bool:
    """Move a row out of this sender's hands."""
    return move(row, state, claimed_by="", lease_until=None, **changes)


def end_unsent(row: OutboundMail, state: MailState, **changes) -> bool:
    """Move a row out of this sender's hands that does not leave."""
    return end(row, ends_unsent(state), **changes)


def mark_handing(row: OutboundMail, now: datetime) -> bool:
    """The last step before the text goes out, with a lease of its own. Says no as `move` does."""
    is_ours = _update_one(_HANDING, MailState.HANDING, now + lease(), row)
    row.version += 1
    return is_ours


def note_sent(row: OutboundMail, now: datetime) -> None:
    """The server took it. That is true whatever has become of the row meanwhile, and worth insisting on."""
    insist(lambda: _note_sent(row, now))


def _note_sent(row: OutboundMail, now: datetime) -> None:
    if not _update_one(_SENT, MailState.SENT, now, row):
        # Its lease ran out while the server was slow. Unless another sender is handing it over by now, it stops here.
        others = OutboundMail.objects.filter(pk=row.pk).exclude(state__in=[MailState.SENT, MailState.HANDING])
        others.update(state=MailState.SENT, sent_at=now, last_error="", **LET_GO_OF)


def _update_one(sql: str, state: MailState, moment: datetime, row: OutboundMail) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, [state.value, connection.ops.adapt_datetimefield_value(moment), row.pk, row.version])
        return cursor.rowcount == 1


def release(rows: list[OutboundMail], *, in_hand: OutboundMail | None) -> None:
    """Let others have what this sender claimed and did not hand over.

    One that is marked as being handed over was not, unless it is the one `in_hand`: its lease decides.
    """
    tokens = {row.claimed_by for row in rows}
    ours = OutboundMail.objects.filter(claimed_by__in=tokens, state__in=[MailState.CLAIMED, MailState.HANDING])
    if in_hand is not None:
        ours = ours.exclude(pk=in_hand.pk)
    insist(lambda: ours.update(state=MailState.PENDING, **LET_GO_OF))


def take_back_expired(now: datetime) -> None:
    """What dead senders held: back into the queue, or nobody knows. A last chance is sent once more."""
    expired = OutboundMail.objects.filter(lease_until__lt=now)
    if not expired.filter(state__in=[MailState.CLAIMED, MailState.HANDING]).exists():
        return
    expired.filter(state=MailState.CLAIMED).update(state=MailState.PENDING, **LET_GO_OF)
    handing = expired.filter(state=MailState.HANDING)
    handing.filter(is_last_chance=True, times_sent_again=0).update(
        state=MailState.PENDING, times_sent_again=1, last_error=Reason.NOBODY_KNOWS, **LET_GO_OF
    )
    handing.update(state=MailState.UNKNOWN, last_error=Reason.NOBODY_KNOWS, **LET_GO_OF)


def insist(write: Callable[[], object]) -> None:
    """Try a write again while the database is away, for a minute at most."""
    until = time.monotonic() + INSIST_SECONDS
    while True:
        try:
            write()
        except (OperationalError, InterfaceError):
            if time.monotonic() > until or connection.in_atomic_block:
                raise
            connection.close()
            time.sleep(SECONDS_BETWEEN_TRIES)
        else:
            return
