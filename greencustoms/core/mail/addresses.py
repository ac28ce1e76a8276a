"""What mail servers say of addresses: refusals for good on three days in a row, and nothing is sent there any more.

In a row means: without a mail in between that was taken.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Lower

from greencustoms.core import audit
from greencustoms.core.choices import MailStream
from greencustoms.core.models import MailAddress

from .refusals import numbers_of

logger = logging.getLogger(__name__)

MOST_STRIKES = 3
# What servers say of these is shown to those who keep the mail.
MAY_BE_QUOTED = (MailStream.DIGEST, MailStream.WORK)

_told: list[Callable[[MailAddress], object]] = []


def told_when_suppressed(function: Callable[[MailAddress], object]):
    """Register a function of a room that is given the row of an address when nothing is sent there any more."""
    _told.append(function)
    return function


def suppressed_among(addresses: Iterable[str]) -> set[str]:
    """Those of these addresses that nothing is sent to, as they were written."""
    written = set(addresses)
    rows = MailAddress.objects.annotate(plain=Lower("address")).filter(
        plain__in={address.lower() for address in written}, suppressed_at__isnull=False
    )
    found = set(rows.values_list("plain", flat=True))
    return {address for address in written if address.lower() in found}


@transaction.atomic
def strike(*, address: str, stream: str, words: str, now: datetime) -> None:
    """Note that a server refused this address for good. On the third such day it is suppressed.

    A day counts once, however many mails go there: a mail server that is wrong for an hour must not cost an address.
    Servers quote what they dislike: links that open accounts, or who may see what. Of such mails only the numbers stay.
    """
    address = address.lower()
    if stream not in MAY_BE_QUOTED:
        words = numbers_of(words)
    MailAddress.objects.bulk_create([MailAddress(address=address)], ignore_conflicts=True)
    row = MailAddress.objects.filter(address__iexact=address)
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    of_earlier_days = Q(last_refused_at=None) | Q(last_refused_at__lt=midnight)
    row.filter(of_earlier_days).update(strikes=F("strikes") + 1, last_refusal=words[:300], last_refused_at=now)
    if row.filter(strikes__gte=MOST_STRIKES, suppressed_at=None).update(suppressed_at=now):
        logger.warning("Mail: nothing is sent to %s any more (%s)", address, words)
        suppressed = row.get()
        for function in _told:
            try:
                with transaction.atomic():
                    function(suppressed)
            except Exception:  # that nothing is sent there any more stands, whoever could not be told
                logger.exception("Mail: a room could not tell that %s is suppressed", address)


def clear_strikes(addresses: Iterable[str]) -> None:
    """A server took a mail for these: what was refused before counts no more."""
    plain = {address.lower() for address in addresses}
    rows = MailAddress.objects.annotate(plain=Lower("address")).filter(plain__in=plain, suppressed_at=None)
    rows.filter(strikes__gt=0).update(strikes=0)


@transaction.atomic
def forgive(*, address: str, by) -> None:
    """Send to an address again, because somebody knows that it works. What waits to be sent again stays as it is."""
    row = MailAddress.objects.filter(address__iexact=address).first()
    if row is None or not (row.strikes or row.suppressed_at):
        return
    MailAddress.objects.filter(pk=row.pk).update(strikes=0, suppressed_at=None)
    before = {"strikes": row.strikes, "suppressed": row.suppressed_at is not None, "last refusal": row.last_refusal}
    audit.record(row, "let mail go to an address again", by=by, before=before)
