"""Signed addresses in mails: they say which row is meant, the row says whether it still counts."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from .models import AccountRequest, Invitation

INVITATION_LASTS = timedelta(days=14)
CONFIRMATION_LASTS = timedelta(days=3)
_INVITATION = "partners.invitation"
_CONFIRMATION = "partners.account-request"


def invitation_url(invitation: Invitation) -> str:
    return _absolute("invitation_accept", signing.dumps(invitation.pk, salt=_INVITATION))


def invitation_of(token: str) -> Invitation | None:
    """The invitation of a link, whatever became of it; None if the link is not one of ours or too old."""
    pk = _read(token, _INVITATION, INVITATION_LASTS)
    rows = Invitation.objects.select_related("partner", "account_request__partner", "invited_by")
    return rows.filter(pk=pk).first()


def confirmation_url(account_request: AccountRequest) -> str:
    return _absolute("account_request_confirm", signing.dumps(account_request.pk, salt=_CONFIRMATION))


def account_request_of(token: str) -> AccountRequest | None:
    """The request of a link; None if the link is not one of ours or too old."""
    pk = _read(token, _CONFIRMATION, CONFIRMATION_LASTS)
    return AccountRequest.objects.select_related("partner").filter(pk=pk).first()


def _read(token: str, salt: str, lasts: timedelta) -> int | None:
    try:
        return signing.loads(token, salt=salt, max_age=lasts)
    except signing.BadSignature:
        return None


def _absolute(url_name: str, token: str) -> str:
    return settings.PORTAL_URL + reverse(url_name, args=[token])
