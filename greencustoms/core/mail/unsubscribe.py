"""The address by which a person ends their reminders with one click, without signing in (RFC 8058)."""

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


def _signer() -> signing.Signer:
    return signing.Signer(salt="core.unsubscribe")
