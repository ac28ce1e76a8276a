"""Mails, people and addresses that need a look, in plain words."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.html import escape

from greencustoms.core.choices import MailState, MailStream
from greencustoms.core.mail import pause, shown
from greencustoms.core.models import MailAddress, MailHold
from greencustoms.core.tests.factories import UserFactory
from partners.tests.factories import MembershipFactory

from .mail_rows import WAITING, mail, page, refusing

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"state": MailState.UNKNOWN}, ["Perhaps sent", "nobody knows whether it arrived", "send it again"]),
        (
            {"state": MailState.UNKNOWN, "stream": MailStream.DIGEST},
            ["nobody knows whether it arrived", "rides in this person's next reminder"],
        ),
        ({"state": MailState.FAILED, "last_error": "550 no such user"}, ["refused it for good", "Check the address"]),
        ({"state": MailState.FAILED, "last_error": "451 later"}, ["until the portal gave up"]),
        ({"state": MailState.FAILED, "last_error": "Connection lost"}, ["it could not be written, or the connection"]),
        ({"state": MailState.SUPPRESSED}, ["refused mail on three days", "right address"]),
        ({"state": MailState.DEFERRED, "last_error": "451 later"}, ["asked to come again later. Next try:"]),
        ({"state": MailState.DEFERRED, "last_error": "timed out"}, ["broke. Next try:", "tries again by itself"]),
        ({"state": MailState.HELD}, ["Somebody of the secretariat holds it back"]),
        ({"state": MailState.PENDING, "next_at": timezone.now() - HOUR}, ["Waiting too long", "should have left at"]),
    ],
)
def test_problem_is_listed_with_its_reason_and_what_can_be_done(facts, words, client, secretariat):
    mail(**facts)

    listed = page(client, WAITING)

    for each in words:
        assert escape(each) in listed


def test_page_says_that_the_mail_server_is_away(client, secretariat):
    words = "does not take mail at present"
    assert words not in page(client, WAITING)

    pause.begin(timezone.now(), "Connection refused")
    assert words in page(client, WAITING)

    pause.end(timezone.now())
    assert words not in page(client, WAITING)


@pytest.mark.parametrize(
    "facts",
    [{"state": MailState.PENDING}, {"state": MailState.SENT}, {"state": MailState.KEPT}, {"state": MailState.CANCELLED},
     {"state": MailState.FAILED, "created_at": timezone.now() - timedelta(days=31)}],
)  # fmt: skip
def test_what_goes_its_way_or_is_long_ago_is_no_problem(facts, client, secretariat):
    mail(**facts)

    assert "Nothing is wrong" in page(client, WAITING)


def test_held_people_and_refusing_addresses_are_listed(client, secretariat):
    MailHold.objects.create(person=UserFactory(name="Person on leave"), reason="Away until May", held_by=secretariat)
    mail(MailState.FAILED, to_address="Gone@office.example")
    refusing("gone@office.example")
    MailAddress.objects.create(address="once@office.example", strikes=1)

    listed = page(client, WAITING)

    for words in ("Person on leave", "Away until May", "gone@office.example", "550 unknown user"):
        assert words in listed
    assert "once@office.example" not in listed


def test_address_of_a_member_is_listed_whatever_went_there(client, secretariat):
    address = refusing(MembershipFactory(user__email="Port@office.example").user.email.lower())

    assert "port@office.example" in page(client, WAITING)
    assert "port@office.example" in page(client, f"/desk/mail/addresses/{address.pk}/")


@pytest.mark.parametrize(
    ("stream", "state"),
    [(MailStream.ACCESS, MailState.FAILED), (MailStream.ACCESS, MailState.SUPPRESSED),
     # Somebody who once set a password: that mail arrived, so others must have been refused.
     (MailStream.ACCOUNT, MailState.SENT)],
)  # fmt: skip
def test_address_that_only_refused_hidden_mails_does_not_exist_here(stream, state, client, secretariat):
    """It would tell who is cleared: officers belong to no organisation."""
    officer = UserFactory(email="zirconblue@customs.example")
    row = mail(state, stream=stream, to=officer)
    address = refusing(officer.email)

    lists = [page(client, path) for path in (WAITING, f"{WAITING}?show=addresses")]

    assert not any("zirconblue" in each or "Addresses that refuse" in each for each in lists)
    assert client.get(f"/desk/mail/addresses/{address.pk}/").status_code == 404
    assert client.post(f"/desk/mail/addresses/{address.pk}/").status_code == 404
    if row.stream in shown.LISTED:
        assert "/desk/mail/addresses/" not in page(client, f"/desk/mail/{row.pk}/")
