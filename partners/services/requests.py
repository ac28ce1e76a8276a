"""Officers of national administrations ask for an account; a focal point endorses or refuses (design section 9)."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from greencustoms.core import audit
from greencustoms.core.models import User
from partners import emails
from partners.choices import MemberRole, RequestState
from partners.links import CONFIRMATION_LASTS
from partners.models import AccountRequest, Invitation, Partner

from . import people


@transaction.atomic
def ask_for_account(
    *, name: str, email: str, office: str, country: str, partner: Partner, purpose: str, now: datetime
) -> AccountRequest:
    """Keep a request and send the link that confirms its address. Nobody sees it before that."""
    account_request = AccountRequest.objects.create(
        name=name, email=email.lower(), office=office, country=country, partner=partner, purpose=purpose, asked_at=now
    )
    emails.account_request_confirm(account_request)
    return account_request


@transaction.atomic
def confirm(*, account_request: AccountRequest) -> None:
    """The address was confirmed: show the request to those who answer it, and tell them.

    Raises ValidationError: "account_exists", or "already_confirmed".
    """
    if people.person_with(account_request.email) is not None:
        raise ValidationError(_("You have an account with this address already: sign in."), code="account_exists")
    unconfirmed = AccountRequest.objects.filter(pk=account_request.pk, state=RequestState.UNCONFIRMED)
    if not unconfirmed.update(state=RequestState.OPEN):
        raise ValidationError(
            _("Your address was confirmed before. You need do nothing more."), code="already_confirmed"
        )
    account_request.refresh_from_db()
    audit.record(account_request, "confirmed a request for an account", by=None)
    for recipient in who_answers(account_request):
        emails.account_request_waiting(account_request, recipient)


def forget_unconfirmed(*, now: datetime) -> None:
    """Delete what strangers typed and nobody confirmed, once the link that confirms it is too old to work."""
    AccountRequest.objects.unconfirmed_since(now - CONFIRMATION_LASTS).delete()


def who_answers(account_request: AccountRequest) -> list[User]:
    """The focal points of the organisation named, or the secretariat if it has none."""
    focal_points = User.objects.filter(
        is_active=True, memberships__partner=account_request.partner, memberships__role=MemberRole.FOCAL
    )
    return list(focal_points) or list(_secretariat())


@transaction.atomic
def endorse(*, account_request: AccountRequest, by: User, now: datetime) -> Invitation:
    """Endorse a request: the officer is invited. Raises ValidationError "already_answered"."""
    _answer(account_request, RequestState.INVITED, by=by, now=now)
    audit.record(account_request, "endorsed a request for an account", by=by)
    return people.invite_officer(account_request=account_request, by=by, now=now)


@transaction.atomic
def refuse(*, account_request: AccountRequest, reason: str, by: User, now: datetime) -> None:
    """Refuse a request and tell the officer why. Raises ValidationError "already_answered"."""
    _answer(account_request, RequestState.REFUSED, by=by, now=now, refusal_reason=reason)
    audit.record(account_request, "refused a request for an account", by=by, after={"reason": reason})
    emails.account_request_refused(account_request)


def _answer(account_request: AccountRequest, state: RequestState, *, by: User, now: datetime, **fields) -> None:
    waiting = AccountRequest.objects.filter(pk=account_request.pk, state=RequestState.OPEN)
    if not waiting.update(state=state, answered_at=now, answered_by=by, **fields):
        raise ValidationError(_("Somebody else has answered this request in the meantime."), code="already_answered")
    account_request.refresh_from_db()


def _secretariat():
    permission = Q(
        groups__permissions__content_type__app_label="partners",
        groups__permissions__codename="invite_focal_points",
    )
    return User.objects.filter(permission, is_active=True).distinct()
