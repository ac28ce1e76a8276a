"""Three refusals in a row that speak of the address, and nothing is sent there any more."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from greencustoms.core import mail
from greencustoms.core.choices import MailState, MailStream
from greencustoms.core.mail import addresses
from greencustoms.core.mail.refusals import DATA, MAIL, RCPT, Blame, blame, numbers_of
from greencustoms.core.models import AuditEvent, MailAddress, OutboundMail

from .factories import UserFactory
from .mail_server import put

pytestmark = pytest.mark.django_db

ONE = "one@office.example"


@pytest.mark.parametrize(
    ("step", "answer", "expected"),
    [
        (RCPT, "550 no such mailbox", Blame.ADDRESS),
        (RCPT, "550 5.1.1 <one@office.example>: user unknown", Blame.ADDRESS),
        (RCPT, "550 5.2.1 mailbox disabled", Blame.ADDRESS),
        (RCPT, "556 5.1.10 the domain takes no mail", Blame.ADDRESS),
        (DATA, "550 5.1.1 user unknown", Blame.ADDRESS),
        (RCPT, "550 <policy@office.example>: recipient unknown", Blame.ADDRESS),
        # The mail or the moment, not the address
        (MAIL, "552 5.3.4 message too large", Blame.MAIL),
        (RCPT, "552 5.2.2 mailbox full", Blame.MAIL),
        (RCPT, "550 5.7.1 we do not relay", Blame.MAIL),
        (RCPT, "550 5.1.8 sender's domain not found", Blame.MAIL),
        (RCPT, "501 syntax", Blame.MAIL),
        (DATA, "554 5.7.1 looks like spam", Blame.MAIL),
        (DATA, "550 5.7.1 refused by policy", Blame.MAIL),
        (DATA, "554 transaction failed", Blame.MAIL),
        (DATA, "550 no such mailbox", Blame.MAIL),
        (DATA, "550 message rejected", Blame.MAIL),
        (RCPT, "550 192.0.2.7 blocked using list.example", Blame.MAIL),
        (RCPT, "550 Relaying denied", Blame.MAIL),
        (RCPT, "550 Sender verify failed", Blame.MAIL),
        (RCPT, "550 refused for reasons of policy", Blame.MAIL),
        (DATA, "552 too large", Blame.MAIL),
        # Ourselves
        (MAIL, "550 sender unknown", Blame.US),
        (MAIL, "530 5.7.0 sign in first", Blame.US),
        (RCPT, "530 sign in first", Blame.US),
        (DATA, "535 5.7.8 wrong password", Blame.US),
    ],
)
def test_refusal_speaks_of_the_address_the_mail_or_ourselves(step, answer, expected):
    code, words = answer.split(" ", 1)

    assert blame(step, int(code), words) == expected


def send_to_one(server, now, *answers):
    """One mail after the other to the same address, each answered like this at RCPT (None: taken)."""
    for answer in answers:
        number = OutboundMail.objects.count()
        server.faults["rcpt", ONE] = answer
        put(f"mail{number}", to_address=ONE, stream=MailStream.WORK)
        mail.send_due(now + timedelta(days=number))
    return list(OutboundMail.objects.order_by("pk").values_list("state", flat=True))


NO = "550 5.1.1 user unknown"


def test_third_refusal_in_a_row_suppresses_the_address_and_rooms_are_told(server, now):
    told = []
    mail.addresses.told_when_suppressed(lambda row: told.append(row.address))

    sent = send_to_one(server, now, NO, NO, NO, NO, None)

    assert sent == [MailState.FAILED] * 3 + [MailState.SUPPRESSED] * 2
    assert told == [ONE]
    row = MailAddress.objects.get()
    assert (row.address, row.strikes, row.last_refusal) == (ONE, 3, NO)
    assert row.suppressed_at == row.last_refused_at
    assert addresses.suppressed_among(["ONE@office.example", "two@office.example"]) == {"ONE@office.example"}


def test_refusals_of_one_day_count_once(server, now):
    server.faults["rcpt", ONE] = NO
    morning = now.replace(hour=0, minute=0, second=1)
    for number in range(5):
        put(f"mail{number}", to_address=ONE)
        mail.send_due(morning + timedelta(hours=4 * number))

    row = MailAddress.objects.get()
    assert (row.strikes, row.suppressed_at) == (1, None)


def test_mail_that_is_taken_clears_what_was_refused(server, now):
    told = []
    mail.addresses.told_when_suppressed(lambda row: told.append(row.address))

    send_to_one(server, now, NO, NO, None, NO, NO)

    assert told == []
    assert MailAddress.objects.get().strikes == 2


@pytest.mark.parametrize("answer", ["552 5.3.4 too large", "550 5.7.1 we do not relay", "451 later"])
def test_refusal_that_is_not_about_the_address_is_no_strike(answer, server, now):
    send_to_one(server, now, answer, answer, answer)

    assert not MailAddress.objects.exists()


def test_room_that_cannot_tell_does_not_undo_the_suppression(server, now, caplog):
    @mail.addresses.told_when_suppressed
    def broken(address):
        raise ZeroDivisionError("mistake")

    send_to_one(server, now, NO, NO, NO)

    assert MailAddress.objects.get().suppressed_at is not None
    assert "mistake" in caplog.text


@pytest.mark.parametrize("stream", [MailStream.ACCOUNT, MailStream.ACCESS])
def test_of_mails_about_accounts_and_access_only_the_numbers_are_noted(stream, server, now, caplog):
    server.faults["rcpt", ONE] = "550 5.1.1 no such user for http://testserver/secret-link/"
    for number in range(3):
        put(f"mail{number}", to_address=ONE, stream=stream)
        mail.send_due(now + timedelta(days=number))

    assert MailAddress.objects.get().last_refusal == "550 5.1.1"
    mail.addresses.forgive(address=ONE, by=UserFactory())

    assert AuditEvent.objects.get().before["last refusal"] == "550 5.1.1"
    assert "nothing is sent to one@office.example" in caplog.text
    assert "secret-link" not in caplog.text


@pytest.mark.parametrize(
    ("answer", "numbers"),
    [
        ("550 5.1.1 no such user", "550 5.1.1"),
        ("554 /link/", "554"),
        ("550", "550"),
        ("550x", ""),
        ("Lost: /link/", ""),
    ],
)
def test_numbers_of_an_answer(answer, numbers):
    assert numbers_of(answer) == numbers


def test_address_is_one_whatever_its_letters(now):
    addresses.strike(address="One@Office.example", stream=MailStream.WORK, words="550 no", now=now)
    addresses.strike(address=ONE, stream=MailStream.WORK, words="550 no", now=now + timedelta(days=1))

    assert MailAddress.objects.get().strikes == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        MailAddress.objects.create(address="ONE@office.example")


def test_forgiven_address_gets_mail_again_and_it_is_noted(server, now):
    send_to_one(server, now, NO, NO, NO)
    person = UserFactory()

    mail.addresses.forgive(address="One@office.example", by=person)
    mail.addresses.forgive(address="One@office.example", by=person)
    mail.addresses.forgive(address="never@refused.example", by=person)

    assert send_to_one(server, now, None)[-1] == MailState.SENT
    [event] = AuditEvent.objects.all()
    assert (event.by, event.did) == (person, "let mail go to an address again")
    assert event.before == {"strikes": 3, "suppressed": True, "last refusal": NO}
