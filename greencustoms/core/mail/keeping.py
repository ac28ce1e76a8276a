"""What the secretariat may do with single mails and with the reminders to a person. Each is in the audit."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from greencustoms.core import audit
from greencustoms.core.choices import MailState, MailStream
from greencustoms.core.models import MailHold, OutboundMail, User

from .addresses import suppressed_among
from .changes import LET_GO_OF, STOPPABLE, cancel
from .days import OVERTAKEN, is_overtaken, local_day_of
from .outbox import ring

MAY_BE_SENT_AGAIN = (MailState.FAILED, MailState.UNKNOWN, MailState.SUPPRESSED, MailState.DEFERRED)


@transaction.atomic
def hold(*, mail: OutboundMail, by) -> None:
    """Keep a mail that waits from being sent until it is let go."""
    _move(mail, STOPPABLE, MailState.HELD, refusal=_("This mail does not wait any more, so it cannot be held back."))
    audit.record(mail, "held a mail back", by=by)


@transaction.atomic
def let_go(*, mail: OutboundMail, by) -> None:
    """Send a mail that was held back. A reminder whose day is over rides in the next one."""
    _move(mail, [MailState.HELD], MailState.PENDING, refusal=_("This mail is not held back."))
    audit.record(mail, "let a mail go", by=by)
    transaction.on_commit(ring)


@transaction.atomic
def send_again(*, mail: OutboundMail, by, now: datetime) -> None:
    """Send a mail once more, because a person decided it: after a failure, or when nobody knows whether it arrived."""
    if is_overtaken(mail, now):
        raise ValidationError(_("The day of this reminder is over. What it said is in the next one."), code="overtaken")
    if suppressed_among([mail.to_address]):
        raise ValidationError(
            _("Nothing is sent to %(address)s any more. Let mail go there again first."),
            params={"address": mail.to_address},
            code="suppressed",
        )
    before = OutboundMail.objects.get(pk=mail.pk).state
    _move(
        mail,
        MAY_BE_SENT_AGAIN,
        MailState.PENDING,
        refusal=_("This mail cannot be sent again: it waits, it was sent, or it was cancelled."),
        attempts=0,
        next_at=now,
        times_sent_again=F("times_sent_again") + (1 if before == MailState.UNKNOWN else 0),
    )
    audit.record(mail, "sent a mail again", by=by, before={"state": before})
    transaction.on_commit(ring)


@transaction.atomic
def hold_reminders(*, person: User, by, reason: str) -> MailHold:
    """No reminders to a person until somebody lets them go; one that waits is held back. Nothing is lost."""
    row, is_new = MailHold.objects.get_or_create(person=person, defaults={"reason": reason, "held_by": by})
    if not is_new:
        raise ValidationError(_("The reminders to this person are held back already."), code="already_held")
    waiting = OutboundMail.objects.filter(recipient=person, stream=MailStream.DIGEST, state__in=STOPPABLE)
    waiting.update(state=MailState.HELD, **LET_GO_OF)
    audit.record(person, "held reminders back", by=by, after={"reason": reason})
    return row


@transaction.atomic
def let_reminders_go(*, person: User, by, now: datetime | None = None) -> None:
    """End the hold. A reminder of this very day goes out; what those of earlier days said is in the next one."""
    deleted, _each = MailHold.objects.filter(person=person).delete()
    if not deleted:
        raise ValidationError(_("The reminders to this person are not held back."), code="not_held")
    held = OutboundMail.objects.filter(recipient=person, stream=MailStream.DIGEST, state=MailState.HELD)
    today = local_day_of(person, now or timezone.now())
    cancel(held.filter(local_day__lt=today), OVERTAKEN)
    held.update(state=MailState.PENDING, **LET_GO_OF)
    audit.record(person, "let reminders go", by=by)
    transaction.on_commit(ring)


def _move(mail: OutboundMail, states, state: MailState, *, refusal: str, **changes) -> None:
    """Raises ValidationError if somebody, a sender for instance, was faster."""
    changes = {"state": state, **LET_GO_OF, **changes}
    if not OutboundMail.objects.filter(pk=mail.pk, state__in=states).update(**changes):
        raise ValidationError(refusal, code="state")
    mail.refresh_from_db()
