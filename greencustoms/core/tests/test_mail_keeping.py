"""What the secretariat does with single mails and with the reminders to a person."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from greencustoms.core import mail
from greencustoms.core.choices import DigestRhythm, MailState, MailStream
from greencustoms.core.mail import changes, claims, keeping, lots, preferences
from greencustoms.core.models import AuditEvent, MailAddress, MailHold, OutboundMail

from .factories import UserFactory
from .mail_server import put, put_digest, states

pytestmark = pytest.mark.django_db

DAY = date(2027, 5, 3)
NOON = datetime(2027, 5, 3, 12, tzinfo=UTC)


@pytest.fixture
def keeper():
    return UserFactory(name="Secretariat")


def noted():
    return list(AuditEvent.objects.order_by("pk").values_list("did", "by__name"))


def test_mail_is_held_back_until_it_is_let_go(server, keeper, now):
    row = put("one")

    keeping.hold(mail=row, by=keeper)
    assert (row.state, mail.send_due(now)) == (MailState.HELD, 0)

    keeping.let_go(mail=row, by=keeper)
    assert (row.state, mail.send_due(now)) == (MailState.PENDING, 1)
    assert noted() == [("held a mail back", "Secretariat"), ("let a mail go", "Secretariat")]


@pytest.mark.parametrize("state", [MailState.SENT, MailState.HANDING, MailState.KEPT, MailState.HELD])
def test_mail_that_does_not_wait_cannot_be_held_back(state, server, keeper, now):
    row = put("one", state=state, sent_at=now)

    if state == MailState.HELD:
        keeping.hold(mail=row, by=keeper)  # twice is no mistake
    else:
        with pytest.raises(ValidationError, match="does not wait any more"):
            keeping.hold(mail=row, by=keeper)
        assert noted() == []

    assert states() == {"one": state}


def test_mail_that_is_not_held_back_cannot_be_let_go(server, keeper):
    with pytest.raises(ValidationError, match="not held back"):
        keeping.let_go(mail=put("one"), by=keeper)


@pytest.mark.parametrize("state", [MailState.FAILED, MailState.UNKNOWN, MailState.SUPPRESSED, MailState.DEFERRED])
def test_mail_is_sent_again_because_a_person_decided_it(state, server, keeper, now):
    row = put("one", state=state, attempts=8, next_at=now + timedelta(hours=4))
    number = row.message_id

    keeping.send_again(mail=row, by=keeper, now=now)

    assert (row.state, row.attempts, row.times_sent_again) == (MailState.PENDING, 0, state == MailState.UNKNOWN)
    assert mail.send_due(now) == 1
    assert [message["Message-ID"] for _address, message in server.received] == [number]
    assert [event.before for event in AuditEvent.objects.all()] == [{"state": state}]


@pytest.mark.parametrize("state", [MailState.SENT, MailState.PENDING, MailState.CANCELLED, MailState.KEPT])
def test_other_mails_are_not_sent_again(state, server, keeper, now):
    with pytest.raises(ValidationError, match="cannot be sent again"):
        keeping.send_again(mail=put("one", state=state, sent_at=now), by=keeper, now=now)


def test_reminder_of_another_day_and_address_that_refuses_are_not_sent_again(server, keeper):
    person = UserFactory()
    over = put_digest(person, DAY - timedelta(days=1), state=MailState.FAILED)
    today = put_digest(person, DAY, state=MailState.FAILED)
    with pytest.raises(ValidationError, match="The day of this reminder is over"):
        keeping.send_again(mail=over, by=keeper, now=NOON)

    MailAddress.objects.create(address=person.email, suppressed_at=NOON)
    with pytest.raises(ValidationError, match=f"Nothing is sent to {person.email} any more"):
        keeping.send_again(mail=today, by=keeper, now=NOON)

    mail.addresses.forgive(address=person.email, by=keeper)
    keeping.send_again(mail=today, by=keeper, now=NOON)
    assert mail.send_due(NOON) == 1


def test_reminders_to_a_person_wait_until_they_are_let_go(server, keeper):
    person = UserFactory()
    yesterday = put_digest(person, DAY - timedelta(days=1), state=MailState.DEFERRED)
    today = put_digest(person, DAY)
    other = put_digest(UserFactory(), DAY)
    work = put("asked", stream=MailStream.WORK, recipient=person)

    hold = keeping.hold_reminders(person=person, by=keeper, reason="On leave")

    assert (hold.reason, hold.held_by) == ("On leave", keeper)
    assert mail.send_due(NOON) == 2
    held, sent = MailState.HELD, MailState.SENT
    assert states() == {yesterday.key: held, today.key: held, other.key: sent, work.key: sent}

    keeping.let_reminders_go(person=person, by=keeper, now=NOON)

    assert mail.send_due(NOON) == 1
    assert states() == {yesterday.key: MailState.CANCELLED, today.key: sent, other.key: sent, work.key: sent}
    assert not MailHold.objects.exists()
    assert noted() == [("held reminders back", "Secretariat"), ("let reminders go", "Secretariat")]


def test_holding_twice_and_letting_go_twice_are_told(keeper):
    person = UserFactory()
    with pytest.raises(ValidationError, match="are not held back"):
        keeping.let_reminders_go(person=person, by=keeper)

    keeping.hold_reminders(person=person, by=keeper, reason="On leave")
    with pytest.raises(ValidationError, match="are held back already"):
        keeping.hold_reminders(person=person, by=keeper, reason="Ill")

    assert MailHold.objects.get().reason == "On leave"
    assert OutboundMail.objects.count() == 0


# --- What is held by itself, and what is held with the person ---


def test_mail_held_by_itself_stays_held_when_the_reminders_to_its_reader_go(server, keeper):
    person = UserFactory()
    by_itself = put_digest(person, DAY)
    keeping.hold(mail=by_itself, by=keeper)
    keeping.hold_reminders(person=person, by=keeper, reason="On leave")

    keeping.let_reminders_go(person=person, by=keeper, now=NOON)

    by_itself.refresh_from_db()
    assert (by_itself.state, by_itself.last_error) == (MailState.HELD, mail.Reason.HELD_ALONE)
    keeping.let_go(mail=by_itself, by=keeper, now=NOON)
    assert by_itself.state == MailState.PENDING


def test_mail_that_became_held_when_its_sender_looked_goes_with_the_others(server, keeper):
    person = UserFactory()
    row = put_digest(person, DAY)
    MailHold.objects.create(person=person, reason="On leave", held_by=keeper)
    assert mail.send_due(NOON) == 0

    keeping.let_reminders_go(person=person, by=keeper, now=NOON)

    row.refresh_from_db()
    assert (row.state, row.last_error) == (MailState.PENDING, "")


@pytest.mark.parametrize("is_let_go_by", ["a person", "the row alone"])
def test_reminder_claimed_while_it_was_held_is_not_held_for_ever(is_let_go_by, server, keeper):
    """The sender has seen the hold; before it writes so, the hold ends."""
    person = UserFactory()
    row = put_digest(person, DAY)
    hold = MailHold.objects.create(person=person, reason="On leave", held_by=keeper)
    lot = claims.take_lot(NOON, 10)

    if is_let_go_by == "a person":
        keeping.let_reminders_go(person=person, by=keeper, now=NOON)
    else:
        hold.delete()
    assert lots.still_right(lot, NOON)[0] == []
    claims.release(lot, in_hand=None)

    row.refresh_from_db()
    assert row.state == MailState.PENDING
    assert mail.send_due(NOON) == 1


# --- What could not leave is not said to leave ---


def closed(person, keeper):
    person.is_active = False
    person.save()


def never(person, keeper):
    person.digest_rhythm = DigestRhythm.NONE
    person.save()


def held(person, keeper):
    MailHold.objects.create(person=person, reason="On leave", held_by=keeper)


def refusing(person, keeper):
    MailAddress.objects.create(address=person.email, suppressed_at=NOON)


@pytest.mark.parametrize(
    ("why", "code"), [(closed, "closed"), (never, "none"), (held, "held"), (refusing, "suppressed")]
)
def test_reminder_that_could_not_leave_is_neither_let_go_nor_sent_again(why, code, keeper):
    person = UserFactory()
    waits = put_digest(person, DAY, state=MailState.HELD)
    failed = put_digest(person, DAY + timedelta(days=1), state=MailState.FAILED)
    why(person, keeper)

    with pytest.raises(ValidationError) as refused:
        keeping.let_go(mail=waits, by=keeper, now=NOON)
    assert refused.value.code == code
    with pytest.raises(ValidationError) as refused:
        keeping.send_again(mail=failed, by=keeper, now=NOON)
    assert refused.value.code == code

    assert set(states().values()) == {MailState.HELD, MailState.FAILED}
    assert noted() == []


def test_reminder_of_a_day_that_is_over_is_not_let_go(server, keeper):
    row = put_digest(UserFactory(), DAY - timedelta(days=1), state=MailState.HELD)

    with pytest.raises(ValidationError, match="The day of this reminder is over"):
        keeping.let_go(mail=row, by=keeper, now=NOON)


def test_what_is_asked_goes_also_to_those_who_want_no_reminders(server, keeper):
    person = UserFactory(digest_rhythm=DigestRhythm.NONE)
    row = put("asked", stream=MailStream.WORK, recipient=person, state=MailState.HELD)

    keeping.let_go(mail=row, by=keeper, now=NOON)

    assert mail.send_due(NOON) == 1


@pytest.mark.parametrize("stream", [MailStream.WORK, MailStream.DIGEST])
def test_mail_sent_again_goes_to_the_present_address(stream, server, keeper):
    person = UserFactory(email="old@office.example")
    row = put_digest(person, DAY, stream=stream, state=MailState.FAILED)
    MailAddress.objects.create(address="old@office.example", suppressed_at=NOON)
    person.email = "new@office.example"
    person.save()

    keeping.send_again(mail=row, by=keeper, now=NOON)

    assert mail.send_due(NOON) == 1
    assert server.addresses == ["new@office.example"]


# --- Rooms hear of it, in the same transaction ---


@pytest.mark.parametrize(
    "change",
    [
        lambda person, by: keeping.hold_reminders(person=person, by=by, reason="On leave"),
        lambda person, by: preferences.choose_rhythm(person=person, by=person, rhythm=DigestRhythm.NONE),
    ],
)
def test_rooms_hear_whose_reminders_change(change, keeper, monkeypatch):
    heard = []
    monkeypatch.setattr(changes, "_hear_of_readers", [heard.append])
    person = UserFactory()

    change(person, keeper)

    assert heard == [[person.pk]]


def test_rooms_hear_when_reminders_go_again(keeper, monkeypatch):
    person = UserFactory()
    keeping.hold_reminders(person=person, by=keeper, reason="On leave")
    heard = []
    monkeypatch.setattr(changes, "_hear_of_readers", [heard.append])

    keeping.let_reminders_go(person=person, by=keeper)

    assert heard == [[person.pk]]
