"""What the secretariat may do with single mails and with the reminders to a person. Each is in the audit."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from greencustoms.core import audit
from greencustoms.core.choices import DigestRhythm, MailState, MailStream
from greencustoms.core.models import MailHold, OutboundMail, User

from .addresses import suppressed_among
from .changes import LET_GO_OF, STOPPABLE, cancel, look_again, say_that_readers_change
from .days import is_overtaken, local_day_of
from .lots import FOR_OPEN_ACCOUNTS, present_address
from .outbox import ring
from .reasons import Reason

MAY_BE_SENT_AGAIN = (MailState.FAILED, MailState.UNKNOWN, MailState.SUPPRESSED, MailState.DEFERRED)


@transaction.atomic
def hold(*, mail: OutboundMail, by) -> None:
    """Keep a mail that waits from being sent until it is let go."""
    refusal = _("This mail does not wait any more, so it cannot be held back.")
    _move(mail, STOPPABLE, MailState.HELD, refusal=refusal, last_error=Reason.HELD_ALONE)
    audit.record(mail, "held a mail back", by=by)


@transaction.atomic
def let_go(*, mail: OutboundMail, by, now: datetime | None = None) -> None:
    """Send a mail that was held back. Says no to what could not leave anyway."""
    refusal = _("This mail is not held back.")
    if not OutboundMail.objects.filter(pk=mail.pk, state=MailState.HELD).exists():
        raise ValidationError(refusal, code="state")
    _refuse_what_cannot_leave(mail, now or timezone.now())
    _move(mail, [MailState.HELD], MailState.PENDING, refusal=refusal, last_error="")
    audit.record(mail, "let a mail go", by=by)
    transaction.on_commit(ring)


@transaction.atomic
def send_again(*, mail: OutboundMail, by, now: datetime) -> None:
    """Send a mail once more, because a person decided it: after a failure, or when nobody knows whether it arrived."""
    stored = OutboundMail.objects.get(pk=mail.pk)
    before = stored.state
    refusal = _("This mail cannot be sent again: it waits, it was sent, or it was cancelled.")
    if before not in MAY_BE_SENT_AGAIN:
        raise ValidationError(refusal, code="state")
    _refuse_what_cannot_leave(stored, now)
    _move(
        mail,
        MAY_BE_SENT_AGAIN,
        MailState.PENDING,
        refusal=refusal,
        to_address=present_address(stored),
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
    say_that_readers_change([person.pk])
    waiting = OutboundMail.objects.filter(recipient=person, stream=MailStream.DIGEST, state__in=STOPPABLE)
    waiting.exclude(state=MailState.HELD).update(state=MailState.HELD, last_error=Reason.HELD_BACK, **LET_GO_OF)
    audit.record(person, "held reminders back", by=by, after={"reason": reason})
    return row


@transaction.atomic
def let_reminders_go(*, person: User, by, now: datetime | None = None) -> None:
    """End the hold. A reminder of this very day goes out; what those of earlier days said is in the next one.

    A mail that somebody holds back by itself stays so.
    """
    deleted, _each = MailHold.objects.filter(person=person).delete()
    if not deleted:
        raise ValidationError(_("The reminders to this person are not held back."), code="not_held")
    say_that_readers_change([person.pk])
    digests = OutboundMail.objects.filter(recipient=person, stream=MailStream.DIGEST)
    # A sender that has just claimed one believes that it is held: it loses it first, then nothing can become held.
    look_again(digests)
    held = digests.filter(state=MailState.HELD)
    today = local_day_of(person, now or timezone.now())
    cancel(held.filter(local_day__lt=today), Reason.OVERTAKEN)
    held.exclude(last_error=Reason.HELD_ALONE).update(state=MailState.PENDING, last_error="", **LET_GO_OF)
    audit.record(person, "let reminders go", by=by)
    transaction.on_commit(ring)


def _refuse_what_cannot_leave(mail: OutboundMail, now: datetime) -> None:
    """Raises ValidationError with the reason why a sender would put this mail away instead of sending it."""
    person = mail.recipient
    if is_overtaken(mail, now):
        raise ValidationError(_("The day of this reminder is over. What it said is in the next one."), code="overtaken")
    if person is not None and mail.stream in FOR_OPEN_ACCOUNTS and not person.is_active:
        raise ValidationError(_("The account of %(person)s is closed."), params={"person": person}, code="closed")
    if person is not None and mail.stream == MailStream.DIGEST:
        if person.digest_rhythm == DigestRhythm.NONE:
            words = _("%(person)s chose to get no reminders.")
            raise ValidationError(words, params={"person": person}, code="none")
        if MailHold.objects.filter(person=person).exists():
            words = _("All reminders to %(person)s are held back. Let them go first.")
            raise ValidationError(words, params={"person": person}, code="held")
    address = present_address(mail)
    if suppressed_among([address]):
        words = _("Nothing is sent to %(address)s any more. Let mail go there again first.")
        raise ValidationError(words, params={"address": address}, code="suppressed")


def _move(mail: OutboundMail, states, state: MailState, *, refusal: str, **changes) -> None:
    """Raises ValidationError if somebody, a sender for instance, was faster."""
    changes = {"state": state, **LET_GO_OF, **changes}
    if not OutboundMail.objects.filter(pk=mail.pk, state__in=states).update(**changes):
        raise ValidationError(refusal, code="state")
    mail.refresh_from_db()
