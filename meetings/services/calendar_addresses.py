"""A person's private calendar address: made, shown once, revoked, asked by a calendar program."""

import hashlib
import secrets

from django.db import transaction

from greencustoms.core import audit
from greencustoms.core.models import User
from meetings.models import CalendarAddress

TOKEN_BYTES = 32


@transaction.atomic
def make_address(*, by, now) -> str:
    """A new address in place of the one in use. Returns its token, which is kept nowhere."""
    # Of two clicks at once, the second revokes what the first has made.
    User.objects.select_for_update().get(pk=by.pk)
    revoke_address(by=by, now=now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    address = CalendarAddress.objects.create(user=by, token_sha256=_sha256(token), created_at=now)
    audit.record(address, "made a calendar address", by=by)
    return token


@transaction.atomic
def revoke_address(*, by, now) -> bool:
    """Make the address in use worthless. Returns whether there was one."""
    address = CalendarAddress.objects.filter(user=by, revoked_at=None).first()
    if address is None:
        return False
    CalendarAddress.objects.filter(pk=address.pk, revoked_at=None).update(revoked_at=now)
    audit.record(address, "revoked a calendar address", by=by)
    return True


def address_for(*, token: str, today) -> CalendarAddress | None:
    """The address in use that this token opens, if its owner is active. Notes the day it was asked."""
    address = (
        CalendarAddress.objects.filter(token_sha256=_sha256(token), revoked_at=None, user__is_active=True)
        .select_related("user")
        .first()
    )
    if address is not None and address.last_asked_on != today:
        CalendarAddress.objects.filter(pk=address.pk).update(last_asked_on=today)
    return address


def _sha256(token: str) -> str:
    # The token is 256 bits of chance: no salt or slow hash makes it harder to guess.
    return hashlib.sha256(token.encode()).hexdigest()
