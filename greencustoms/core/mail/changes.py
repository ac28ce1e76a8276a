"""What others may do with mails that wait. Each is one statement, so that it and a sender see each other."""

from django.db.models import Case, F, QuerySet, Value, When

from greencustoms.core.choices import MailState
from greencustoms.core.models import OutboundMail

# Not yet on its way: whoever changes such a row takes it from the sender that holds it.
STOPPABLE = (MailState.PENDING, MailState.DEFERRED, MailState.HELD, MailState.CLAIMED)
LET_GO_OF = {"version": F("version") + 1, "claimed_by": "", "lease_until": None}


def look_again(mails: QuerySet[OutboundMail]) -> int:
    """Have what waits looked at again before it is sent. Call it in the transaction of a change that may make it wrong.

    A sender that holds one of them loses it before the text is handed over.
    """
    unclaimed = Case(When(state=MailState.CLAIMED, then=Value(MailState.PENDING)), default=F("state"))
    return _stoppable(mails).update(state=unclaimed, **LET_GO_OF)


def cancel(mails: QuerySet[OutboundMail], why: str) -> int:
    """Send none of these that still wait. Returns how many did."""
    return _stoppable(mails).update(state=MailState.CANCELLED, last_error=why[:300], **LET_GO_OF)


def _stoppable(mails: QuerySet[OutboundMail]) -> QuerySet[OutboundMail]:
    # The state is asked of the row itself, not in the inner statement: PostgreSQL asks again after having waited
    # for a sender, but only what stands outside.
    return OutboundMail.objects.filter(pk__in=mails.order_by().values("pk"), state__in=STOPPABLE)
