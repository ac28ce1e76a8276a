"""Whoever looks after a person hears that mail does not reach them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from greencustoms.core import mail
from greencustoms.core.choices import MailStream
from greencustoms.core.models import MailAddress, OutboundMail
from partners.models import Membership

from .factories import MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db


def refuse(user, times=3, first_day=0):
    words = "550 5.1.1 no such mailbox"
    for day in range(times):
        now = timezone.now() + timedelta(days=first_day + day)
        mail.addresses.strike(address=user.email.upper(), stream=MailStream.WORK, words=words, now=now)


def told():
    return sorted(OutboundMail.objects.values_list("to_address", flat=True))


def focal(partner) -> str:
    return MembershipFactory(partner=partner, focal=True).user.email


def test_focal_points_of_the_persons_organisations_are_told_once():
    one, two = PartnerFactory(), PartnerFactory()
    person = MembershipFactory(partner=one).user
    Membership.objects.create(user=person, partner=two)
    expected = sorted([focal(one), focal(two)])
    focal(PartnerFactory())
    MembershipFactory(partner=one)

    refuse(person, times=4)

    assert told() == expected
    assert {row.stream for row in OutboundMail.objects.all()} == {MailStream.WORK}
    row = OutboundMail.objects.first()
    assert row.subject == f"Mail to {person.name} does not arrive"
    assert person.email in row.body_text
    assert "/desk/people/" in row.body_text


def test_address_that_is_suppressed_anew_is_told_anew():
    membership = MembershipFactory()
    reader = focal(membership.partner)
    refuse(membership.user)
    mail.addresses.forgive(address=membership.user.email, by=None)

    refuse(membership.user, first_day=3)

    assert told() == [reader, reader]


def test_only_focal_point_is_looked_after_by_the_secretariat():
    membership = MembershipFactory(focal=True)
    secretariat = MembershipFactory(partner=PartnerFactory(secretariat=True)).user.email

    refuse(membership.user)

    assert told() == [secretariat]


def test_nobody_is_told_at_an_address_that_refuses_too_or_after_leaving():
    membership = MembershipFactory()
    silent, gone = [MembershipFactory(partner=membership.partner, focal=True).user for _person in range(2)]
    MailAddress.objects.create(address=silent.email, suppressed_at=timezone.now())
    gone.is_active = False
    gone.save()

    refuse(membership.user)

    assert told() == []


def test_address_of_nobody_is_told_to_nobody():
    focal(PartnerFactory())

    mail.addresses.strike(address="visitor@customs.example", stream=MailStream.ACCOUNT, words="550", now=timezone.now())

    assert told() == []
