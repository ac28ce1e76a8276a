"""A digest goes out on its own day of its recipient or not at all, so nobody gets two on one day."""

from datetime import date, datetime, timedelta

from greencustoms.core import time_zones
from greencustoms.core.choices import MailState, MailStream
from greencustoms.core.models import OutboundMail, User

from .changes import LET_GO_OF, ends_unsent
from .reasons import Reason

# No place on earth is further ahead of UTC (Kiritimati, UTC+14).
FURTHEST_AHEAD = timedelta(hours=14)
# Held ones too: as long as they are held what they say counts as said.
WAITING = (MailState.PENDING, MailState.DEFERRED, MailState.HELD)


def local_day_of(person: User, now: datetime) -> date:
    """The day where the person is."""
    return time_zones.day_in(person.time_zone, now)


def is_overtaken(row: OutboundMail, now: datetime) -> bool:
    """Whether the day of a digest is over where its recipient lives."""
    if row.stream != MailStream.DIGEST or row.local_day is None or row.recipient is None:
        return False
    return row.local_day < local_day_of(row.recipient, now)


def is_early(row: OutboundMail, now: datetime) -> bool:
    """Whether the day of a digest has not begun yet, because its recipient moved west or a clock was put back."""
    if row.stream != MailStream.DIGEST or row.local_day is None or row.recipient is None:
        return False
    return row.local_day > local_day_of(row.recipient, now)


def cancel_overtaken(now: datetime) -> int:
    """Cancel waiting digests whose day is over, so that what they said can be planned anew. Returns how many."""
    waiting = OutboundMail.objects.filter(
        stream=MailStream.DIGEST, state__in=WAITING, local_day__lt=(now + FURTHEST_AHEAD).date()
    )
    rows = waiting.select_related("recipient").only("stream", "local_day", "recipient__time_zone")
    over = [row.pk for row in rows if is_overtaken(row, now)]
    cancelled = 0
    for start in range(0, len(over), 500):
        part = OutboundMail.objects.filter(pk__in=over[start : start + 500], state__in=WAITING)
        cancelled += part.update(state=ends_unsent(MailState.CANCELLED), last_error=Reason.OVERTAKEN, **LET_GO_OF)
    return cancelled
