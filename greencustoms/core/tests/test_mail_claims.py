"""Several senders on one queue, and senders that die: each mail has one holder at most."""

import threading
from datetime import timedelta

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from greencustoms.core import mail
from greencustoms.core.choices import MailState, MailStream
from greencustoms.core.mail import claims, outbox, sender
from greencustoms.core.models import OutboundMail
from greencustoms.core.tick import tick

from .mail_server import put, states

pytestmark = pytest.mark.django_db


def one_row(now):
    [row] = claims.take_lot(now, 20)
    return row


def test_lot_belongs_to_the_sender_that_claimed_it(server, now):
    for number in range(5):
        put(f"mail{number}")

    lots = [claims.take_lot(now, 3), claims.take_lot(now, 3), claims.take_lot(now, 3)]

    assert [[row.key for row in lot] for lot in lots] == [["mail0", "mail1", "mail2"], ["mail3", "mail4"], []]
    assert len({row.claimed_by for lot in lots for row in lot}) == 2
    assert mail.send_due(now) == 0
    assert server.received == []


def test_what_failed_before_and_what_somebody_waits_for_goes_first(server, now):
    put("reminder", stream=MailStream.WORK)
    OutboundMail.objects.update(stream=MailStream.ACCOUNT)
    put("deferred", state=MailState.DEFERRED, next_at=now - timedelta(minutes=5))
    put("later", state=MailState.DEFERRED, next_at=now + timedelta(minutes=5))

    assert [row.key for row in claims.take_lot(now, 1, urgent_first=True)] == ["reminder"]
    assert [row.key for row in claims.take_lot(now, 1)] == ["deferred"]
    assert claims.take_lot(now, 1) == []


def test_clock_put_back_an_hour_delays_nothing_that_waits(server, now):
    put("one", created_at=now + timedelta(hours=1), next_at=now + timedelta(hours=1))

    assert mail.send_due(now) == 1


def test_clock_put_back_an_hour_takes_nothing_from_a_living_sender(server, now):
    put("one")
    row = one_row(now)

    mail.send_due(now - timedelta(hours=1))

    assert server.received == []
    assert claims.move(row, MailState.HANDING)


def test_sender_whose_lease_was_taken_sends_nothing(server, now):
    put("one")
    row = one_row(now)
    claims.take_back_expired(now + timedelta(minutes=5))

    one = sender._Round(sender.Clock(now))
    assert one._deliver(row) is False
    one.postman.close()

    assert server.received == []
    assert states() == {"one": MailState.PENDING}


def test_expired_lease_goes_back_unless_the_text_was_being_handed_over(server, now):
    past = now - timedelta(seconds=1)
    put("claimed", state=MailState.CLAIMED, claimed_by="dead", lease_until=past)
    put("handing", state=MailState.HANDING, claimed_by="dead", lease_until=past)
    put("last chance", state=MailState.HANDING, is_last_chance=True, lease_until=past)
    put("sent again", state=MailState.HANDING, is_last_chance=True, times_sent_again=1, lease_until=past)
    put("still claimed", state=MailState.CLAIMED, claimed_by="alive", lease_until=now + timedelta(seconds=60))
    OutboundMail.objects.filter(key="last chance").update(to_address="last@office.example")

    mail.send_due(now)

    assert server.addresses == ["claimed@office.example", "last@office.example"]
    assert states() == {
        "claimed": MailState.SENT,
        "handing": MailState.UNKNOWN,
        "last chance": MailState.SENT,
        "sent again": MailState.UNKNOWN,
        "still claimed": MailState.CLAIMED,
    }
    assert OutboundMail.objects.get(key="last chance").times_sent_again == 1
    assert OutboundMail.objects.filter(claimed_by="dead").count() == 0


def test_handing_over_begins_with_a_lease_of_its_own(server, settings, now, monkeypatch):
    settings.MAIL_LEASE_SECONDS = 30
    leases = []
    put("one")

    def look(postman, letter):
        leases.append(OutboundMail.objects.get().lease_until)

    monkeypatch.setattr(sender.Postman, "announce", look)
    monkeypatch.setattr(sender.Postman, "hand_over", look)
    mail.send_due(now)

    claimed_until, handing_until = leases
    assert timedelta(seconds=30) <= claimed_until - now < timedelta(seconds=40)
    assert handing_until > claimed_until


def test_what_the_server_took_is_sent_even_if_the_lease_ran_out_meanwhile(server, now):
    put("one")
    row = one_row(now)
    claims.move(row, MailState.HANDING)
    claims.take_back_expired(now + timedelta(hours=1))
    assert states() == {"one": MailState.UNKNOWN}

    claims.note_sent(row, now)

    assert states() == {"one": MailState.SENT}


# --- The database goes away in the middle ---


class AwayFor:
    """Lets statements that write "sent" fail so often, as if the database were away."""

    def __init__(self, times, kind=OperationalError):
        self.left = times
        self.kind = kind

    def __call__(self, execute, sql, params, many, context):
        connection.needs_rollback = False  # nothing has reached the database: the test's transaction is whole
        if self.left and sql.startswith("UPDATE") and self.wants(params):
            self.left -= 1
            raise self.kind("the database is away")
        return execute(sql, params, many, context)

    @staticmethod
    def wants(params):
        return str(MailState.SENT) in [str(value) for value in params]


@pytest.fixture
def patient(monkeypatch):
    """Insisting without waiting, and within the test's transaction."""
    monkeypatch.setattr(claims, "SECONDS_BETWEEN_TRIES", 0)
    monkeypatch.setattr(claims, "connection", FreeConnection())


class FreeConnection:
    """The test's own connection, said not to be in a transaction and kept open."""

    in_atomic_block = False

    def close(self):
        pass

    def __getattr__(self, name):
        return getattr(connection, name)


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError])
def test_sent_is_written_again_while_the_database_is_away(kind, patient, server, now):
    put("one")
    put("two")

    with connection.execute_wrapper(AwayFor(3, kind)):
        assert mail.send_due(now) == 2

    assert states() == {"one": MailState.SENT, "two": MailState.SENT}
    assert len(server.received) == 2


def test_sent_that_cannot_be_written_is_left_to_its_lease(patient, server, now, monkeypatch):
    monkeypatch.setattr(claims, "INSIST_SECONDS", 0)
    put("one")
    put("two")

    with connection.execute_wrapper(AwayFor(100)), pytest.raises(OperationalError):
        mail.send_due(now)

    assert states() == {"one": MailState.HANDING, "two": MailState.PENDING}
    mail.send_due(now + timedelta(minutes=3))
    assert states() == {"one": MailState.UNKNOWN, "two": MailState.SENT}
    assert server.addresses == ["one@office.example", "two@office.example"]


def test_mail_that_could_not_be_marked_is_not_handed_over_and_goes_back(patient, server, now):
    class AwayBeforeHandingOver(AwayFor):
        @staticmethod
        def wants(params):
            return "handing" in [str(value) for value in params] and "sent" not in [str(value) for value in params]

    put("one")

    with connection.execute_wrapper(AwayBeforeHandingOver(1)), pytest.raises(OperationalError):
        mail.send_due(now)

    assert (states(), server.received) == ({"one": MailState.PENDING}, [])


# --- Threads, each with a connection of its own ---


@pytest.fixture
def nobody_rings(monkeypatch):
    """What is put in waits, instead of being sent by the next line."""
    monkeypatch.setattr(outbox, "ring", lambda: None)


@pytest.mark.row_locks
@pytest.mark.django_db(transaction=True)
def test_three_senders_share_a_queue_and_double_nothing(server, nobody_rings, monkeypatch):
    monkeypatch.setattr(sender, "LOT", 5)
    for number in range(120):
        put(f"mail{number}")
    sent = []
    start = threading.Barrier(3)

    def work():
        try:
            start.wait()
            sent.append(mail.send_due(timezone.now()))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _sender in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(sent) == 120
    assert min(sent) > 0
    assert sorted(server.addresses) == sorted(f"mail{number}@office.example" for number in range(120))
    assert set(states().values()) == {MailState.SENT}


@pytest.mark.row_locks
@pytest.mark.django_db(transaction=True)
def test_changes_and_senders_at_once_lose_and_double_nothing(server, nobody_rings, monkeypatch):
    monkeypatch.setattr(sender, "LOT", 5)
    for number in range(60):
        put(f"mail{number}")

    def change():
        try:
            for number in range(180):
                mail.look_again(OutboundMail.objects.filter(key=f"mail{number % 60}"))
        finally:
            connection.close()

    thread = threading.Thread(target=change)
    thread.start()
    while thread.is_alive():
        mail.send_due(timezone.now())
    mail.send_due(timezone.now())

    assert set(states().values()) == {MailState.SENT}
    assert sorted(server.addresses) == sorted(f"mail{number}@office.example" for number in range(60))


@pytest.mark.row_locks
@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_double_nothing_and_are_both_noted(server, nobody_rings):
    for number in range(60):
        put(f"mail{number}")
    well = []
    start = threading.Barrier(2)

    def work():
        try:
            start.wait()
            well.append(tick(timezone.now()))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _tick in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert well == [True, True]
    assert sorted(server.addresses) == sorted(f"mail{number}@office.example" for number in range(60))
