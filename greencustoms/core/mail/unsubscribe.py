"""The address by which a person ends their reminders with one click, without signing in (RFC 8058)."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from greencustoms.core.models import User


def address_for(person: User) -> str:
    """It does not age: a reminder from last year must be able to end those of this year."""
    return settings.PORTAL_URL + reverse("unsubscribe", args=[_signer().sign(str(person.pk))])


def person_of(token: str) -> User | None:
    """Whose reminders a link ends; None if it is not one of ours."""
    try:
        pk = int(_signer().unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    return User.objects.filter(pk=pk).first()


# How long whoever has just ended the reminders may have them once a week instead, by the same link.
OFFER_LASTS = timedelta(hours=1)


def offer_to(person: User) -> str:
    """That reminders to a person were ended this moment. Whoever finds the link in a mail later has no such offer."""
    return _offers().sign(str(person.pk))


def is_offered_to(person: User, offer: str) -> bool:
    try:
        return _offers().unsign(offer, max_age=OFFER_LASTS) == str(person.pk)
    except signing.BadSignature:
        return False


def _offers() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="core.unsubscribe.weekly")


def _signer() -> signing.Signer:
    return signing.Signer(salt="core.unsubscribe")
