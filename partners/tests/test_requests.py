from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from greencustoms import roles
from greencustoms.core.models import OutboundMail
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tick import tick
from partners.choices import RequestState
from partners.links import CONFIRMATION_LASTS
from partners.models import AccountRequest, Invitation
from partners.services import requests

from .factories import AccountRequestFactory, MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db


def test_asking_sends_a_link_that_repeats_nothing_of_the_form():
    row = requests.ask_for_account(
        name="Buy cheap goods", email="Officer@Customs.example", office="spam office", country="Nowhere",
        partner=PartnerFactory(), purpose="spam purpose", now=timezone.now(),
    )  # fmt: skip

    mail = OutboundMail.objects.get()
    assert (row.state, mail.to_address) == (RequestState.UNCONFIRMED, "officer@customs.example")
    for word in ("cheap", "spam", "Nowhere"):
        assert word not in mail.subject + mail.body_text + mail.body_html


def test_confirmed_request_is_told_to_the_focal_points_of_the_organisation_named():
    row = AccountRequestFactory(unconfirmed=True)
    focal = MembershipFactory(partner=row.partner, focal=True)
    MembershipFactory(partner=row.partner)
    UserFactory(roles=[roles.SECRETARIAT])

    requests.confirm(account_request=row)

    assert row.state == RequestState.OPEN
    assert [mail.recipient for mail in OutboundMail.objects.all()] == [focal.user]


def test_confirmed_request_goes_to_the_secretariat_where_there_is_no_focal_point():
    row = AccountRequestFactory(unconfirmed=True)
    secretariat = UserFactory(roles=[roles.SECRETARIAT])

    requests.confirm(account_request=row)

    assert [mail.recipient for mail in OutboundMail.objects.all()] == [secretariat]


def test_confirming_twice_is_refused_and_sends_nothing_more():
    row = AccountRequestFactory(unconfirmed=True)
    MembershipFactory(partner=row.partner, focal=True)
    requests.confirm(account_request=row)

    with pytest.raises(ValidationError) as refusal:
        requests.confirm(account_request=row)

    assert refusal.value.code == "already_confirmed"
    assert OutboundMail.objects.count() == 1


def test_owner_of_an_account_is_told_only_after_proving_the_address():
    row = AccountRequestFactory(unconfirmed=True, email=UserFactory().email)

    with pytest.raises(ValidationError) as refusal:
        requests.confirm(account_request=row)

    assert refusal.value.code == "account_exists"
    assert AccountRequest.objects.get().state == RequestState.UNCONFIRMED


def test_endorsed_officer_is_invited():
    row, focal = AccountRequestFactory(), UserFactory()

    invitation = requests.endorse(account_request=row, by=focal, now=timezone.now())

    assert (row.state, row.answered_by) == (RequestState.INVITED, focal)
    assert (invitation.email, invitation.partner) == (row.email, None)
    assert OutboundMail.objects.get().to_address == row.email


def test_refused_officer_is_told_the_reason():
    row = AccountRequestFactory()

    requests.refuse(account_request=row, reason="Office not known", by=UserFactory(), now=timezone.now())

    assert row.state == RequestState.REFUSED
    assert "Office not known" in OutboundMail.objects.get().body_text


def test_request_is_answered_once():
    row = AccountRequestFactory()
    requests.endorse(account_request=row, by=UserFactory(), now=timezone.now())

    with pytest.raises(ValidationError) as refusal:
        requests.refuse(account_request=row, reason="late", by=UserFactory(), now=timezone.now())

    assert refusal.value.code == "already_answered"
    assert Invitation.objects.count() == 1
    assert AccountRequest.objects.get().refusal_reason == ""


def test_unconfirmed_request_cannot_be_answered():
    row = AccountRequestFactory(unconfirmed=True)

    with pytest.raises(ValidationError):
        requests.endorse(account_request=row, by=UserFactory(), now=timezone.now())


@pytest.mark.parametrize(
    ("fields", "age", "is_kept"),
    [
        ({"unconfirmed": True}, CONFIRMATION_LASTS - timedelta(minutes=1), True),
        ({"unconfirmed": True}, CONFIRMATION_LASTS + timedelta(minutes=1), False),
        ({}, timedelta(days=400), True),
        ({"refused": True}, timedelta(days=400), True),
    ],
    ids=["link still works", "link is too old", "confirmed", "answered"],
)
def test_tick_forgets_what_nobody_confirmed_in_time(fields, age, is_kept):
    now = timezone.now()
    AccountRequestFactory(**fields, asked_at=now - age)

    tick(now)

    assert AccountRequest.objects.exists() is is_kept
