"""What others may do with mails that wait. Each is one statement, so that it and a sender see each other."""

from collections.abc import Callable, Collection

from django.db.models import Case, F, QuerySet, Value, When

from greencustoms.core.choices import MailState
from greencustoms.core.models import OutboundMail

# Not yet on its way: whoever changes such a row takes it from the sender that holds it.
STOPPABLE = (MailState.PENDING, MailState.DEFERRED, MailState.HELD, MailState.CLAIMED)
LET_GO_OF = {"version": F("version") + 1, "claimed_by": "", "lease_until": None}

_hear_of_readers: list[Callable[[Collection[int]], object]] = []


def look_again(mails: QuerySet[OutboundMail]) -> int:
    """Have what waits looked at again before it is sent. Call it in the transaction of a change that may make it wrong.

    A sender that holds one of them loses it before the text is handed over.
    """
    unclaimed = Case(When(state=MailState.CLAIMED, then=Value(MailState.PENDING)), default=F("state"))
    return _stoppable(mails).update(state=unclaimed, **LET_GO_OF)


def cancel(mails: QuerySet[OutboundMail], why: str) -> int:
    """Send none of these that still wait. Returns how many did."""
    return _stoppable(mails).update(state=ends_unsent(MailState.CANCELLED), last_error=why[:300], **LET_GO_OF)


def ends_unsent(state: MailState) -> Case:
    """How a row ends that does not leave. One that was perhaps taken before may have arrived: nobody knows."""
    return Case(When(times_sent_again__gt=0, then=Value(MailState.UNKNOWN)), default=Value(state))


def when_readers_change(function: Callable[[Collection[int]], object]):
    """Register a function of a room that is given the keys of people whose reminders change, in that transaction."""
    _hear_of_readers.append(function)
    return function


def say_that_readers_change(people: Collection[int]) -> None:
    """Tell the rooms that it is something else by now whether, when or where these people are reminded."""
    for function in _hear_of_readers:
        function(people)


def _stoppable(mails: QuerySet[OutboundMail]) -> QuerySet[OutboundMail]:
    # The state is asked of the row itself, not in the inner statement: PostgreSQL asks again after having waited
    # for a sender, but only what stands outside.
    return OutboundMail.objects.filter(pk__in=mails.order_by().values("pk"), state__in=STOPPABLE)
