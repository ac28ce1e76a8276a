"""The sender against a real mail server that misbehaves: nothing is lost, nothing is sent twice."""

import socket
from datetime import timedelta

import pytest
from django.utils import timezone

from greencustoms.core import mail
from greencustoms.core.choices import MailState
from greencustoms.core.mail import claims, pause, sender
from greencustoms.core.models import Heartbeat, OutboundMail

from .mail_server import put, states

pytestmark = pytest.mark.django_db

THREE = ("one", "two", "three")


@pytest.fixture
def nobody_listens(settings, server):
    with socket.create_server(("127.0.0.1", 0)) as closed_again:
        settings.EMAIL_PORT = closed_again.getsockname()[1]


def test_batch_goes_over_one_connection(server, now):
    for name in THREE:
        put(name)

    assert mail.send_due(now) == 3
    assert server.connections == 1


def test_round_has_an_end_and_the_tick_goes_on_until_nothing_is_due(server, now, monkeypatch):
    monkeypatch.setattr(sender, "ROUND", 4)
    monkeypatch.setattr(sender, "LOT", 3)
    for number in range(11):
        put(f"mail{number}")

    assert mail.send_due(now) == 4
    assert mail.send_all_due(now) == 7
    assert server.connections == 1 + 2
    assert len(set(server.addresses)) == 11


def test_round_ends_when_its_time_is_over_and_lets_go_of_the_rest(server, now, monkeypatch):
    monkeypatch.setattr(sender, "LONGEST_SECONDS", -1)
    put("one")

    assert mail.send_all_due(now) == 0
    assert states() == {"one": MailState.PENDING}


@pytest.mark.parametrize("step", ["rcpt", "data"])
def test_refused_for_now_waits_longer_each_time_and_ends(step, server, now):
    server.faults[step, "one@office.example"] = "451 later"
    row = put("one")

    waits = []
    for _attempt in range(sender.MOST_ATTEMPTS):
        before = timezone.now()
        mail.send_due(now)
        row.refresh_from_db()
        waits.append(round((row.next_at - before).total_seconds() / 60))
        OutboundMail.objects.update(next_at=now)

    assert waits[:-1] == [1, 5, 15, 60, 240, 240, 240]
    assert (row.state, row.attempts) == (MailState.FAILED, sender.MOST_ATTEMPTS)
    assert row.last_error.startswith("451 ")


@pytest.mark.parametrize("step", ["rcpt", "data"])
def test_refused_for_good_fails_and_the_others_leave(step, server, now):
    server.faults[step, "one@office.example"] = "550 no such mailbox"
    put("one")
    put("two")

    assert mail.send_due(now) == 1

    assert states() == {"one": MailState.FAILED, "two": MailState.SENT}
    assert server.connections == 1
    assert OutboundMail.objects.get(key="one").last_error == "550 no such mailbox"


@pytest.mark.parametrize("fault", ["hang up", "421 closing"])
def test_connection_lost_before_the_text_loses_no_mail(fault, server, now):
    server.faults["rcpt", "two@office.example"] = fault
    for name in THREE:
        put(name)

    assert mail.send_due(now) == 2

    assert states() == {"one": MailState.SENT, "two": MailState.DEFERRED, "three": MailState.SENT}
    assert server.connections == 2

    server.faults.clear()
    mail.send_due(now + timedelta(minutes=2))
    assert server.addresses == [f"{name}@office.example" for name in ("one", "three", "two")]


def test_server_that_hangs_before_the_text_is_left_after_the_timeout(server, settings, now):
    settings.EMAIL_TIMEOUT = 0.3
    server.faults["rcpt", "two@office.example"] = "hang"
    for name in THREE:
        put(name)

    assert mail.send_due(now) == 2
    assert states() == {"one": MailState.SENT, "two": MailState.DEFERRED, "three": MailState.SENT}


@pytest.mark.parametrize("fault", ["hang up", "hang up after taking", "hang"])
def test_connection_lost_during_the_text_is_unknown_and_never_sent_again(fault, server, settings, now):
    settings.EMAIL_TIMEOUT = 0.5
    server.faults["data", "two@office.example"] = fault
    for name in THREE:
        put(name)

    mail.send_due(now)
    server.faults.clear()
    mail.send_due(now + timedelta(days=1))

    assert states() == {"one": MailState.SENT, "two": MailState.UNKNOWN, "three": MailState.SENT}
    assert server.addresses.count("two@office.example") == (fault == "hang up after taking")


def test_last_chance_is_sent_once_more_as_the_same_letter(server, now):
    server.faults["data", "one@office.example"] = "hang up after taking"
    row = put("one", is_last_chance=True)

    for minutes in (0, 2, 4):
        mail.send_due(now + timedelta(minutes=minutes))

    row.refresh_from_db()
    assert (row.state, row.times_sent_again, row.attempts) == (MailState.UNKNOWN, 1, 0)
    first, second = [message for _address, message in server.received]
    assert (first["Message-ID"], first["Date"]) == (second["Message-ID"], second["Date"])


@pytest.mark.parametrize("fault", ["hang up", "421 closing"])
def test_server_that_keeps_hanging_up_ends_the_round(fault, server, now):
    for number in range(6):
        put(f"mail{number}")
        server.faults["rcpt", f"mail{number}@office.example"] = fault

    mail.send_due(now)

    assert server.connections == sender.MOST_LINES_LOST
    assert list(states().values()).count(MailState.PENDING) == 6 - sender.MOST_LINES_LOST


def test_connections_lost_here_and_there_do_not_end_the_round(server, now):
    for number in range(8):
        put(f"mail{number}")
        if number % 2:
            server.faults["rcpt", f"mail{number}@office.example"] = "hang up"

    assert mail.send_due(now) == 4
    assert list(states().values()).count(MailState.DEFERRED) == 4


# --- The server is away: all senders rest, no mail counts as tried ---


def test_server_that_is_away_uses_no_attempts(nobody_listens, now):
    put("one")
    put("two")

    assert mail.send_due(now) == 0

    rows = OutboundMail.objects.order_by("pk")
    assert [(row.state, row.attempts) for row in rows] == [(MailState.PENDING, 0), (MailState.PENDING, 0)]
    assert "refused" in Heartbeat.objects.get(name=pause.NAME).error


def test_server_whose_name_is_unknown_is_away(settings, server, now):
    settings.EMAIL_HOST = "no-such-host.invalid"
    put("one")

    assert mail.send_due(now) == 0
    assert (states(), pause.is_on(now + timedelta(seconds=30))) == ({"one": MailState.PENDING}, True)


def test_all_senders_rest_for_a_minute(nobody_listens, server, settings, now):
    port = settings.EMAIL_PORT
    put("one")
    mail.send_due(now)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sender.Postman, "open", lambda postman: pytest.fail("should rest"))
        mail.send_due(now + timedelta(seconds=50))

    assert port == settings.EMAIL_PORT
    assert states() == {"one": MailState.PENDING}
    assert pause.is_on(now + timedelta(seconds=50))
    assert not pause.is_on(now + timedelta(seconds=70))
    assert not pause.is_on(now - timedelta(hours=1))


def test_server_that_answers_again_ends_the_pause(server, now):
    pause.begin(now - timedelta(minutes=2), "away")
    put("one")

    assert mail.send_due(now) == 1

    row = Heartbeat.objects.get(name=pause.NAME)
    assert row.at > row.failed_at
    assert not pause.is_on(now)


@pytest.mark.parametrize("greeting", [b"421 too busy\r\n", b"554 go away\r\n", b"", b"what?\r\n"])
def test_greeting_that_is_none_means_the_server_is_away(greeting, settings, server, now):
    import threading

    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.EMAIL_PORT = listener.getsockname()[1]

        def greet():
            with listener.accept()[0] as visitor:
                visitor.sendall(greeting)

        thread = threading.Thread(target=greet)
        thread.start()
        put("one")
        mail.send_due(now)
        thread.join()

    assert (states(), OutboundMail.objects.get().attempts) == ({"one": MailState.PENDING}, 0)
    assert pause.is_on(now + timedelta(seconds=30))


@pytest.mark.parametrize(("step", "answer"), [("mail", "550 we know you not"), ("rcpt", "530 sign in first")])
def test_server_that_does_not_want_us_is_away(step, answer, server, now):
    server.faults[step, "" if step == "mail" else "one@office.example"] = answer
    put("one")

    mail.send_due(now)

    assert (states(), OutboundMail.objects.get().attempts) == ({"one": MailState.PENDING}, 0)
    assert Heartbeat.objects.get(name=pause.NAME).error == answer


# --- What is wrong with one mail is no other mail's matter ---


@pytest.mark.parametrize(
    "poison",
    [
        {"subject": "two\nlines"},
        {"to_address": "one@a.example, two@b.example"},
        {"to_address": "x\r\n@office.example"},
        {"to_address": ""},
    ],
)
def test_mail_that_cannot_be_written_fails_alone(poison, server, now):
    put("poison", **poison)
    put("two")

    assert mail.send_due(now) == 1

    assert states() == {"poison": MailState.FAILED, "two": MailState.SENT}


def test_kept_mail_never_leaves(server, settings, now):
    settings.MAIL_STAYS_HERE = True
    put("one")
    put("waited before", state=MailState.PENDING)

    assert mail.send_due(now) == 0
    assert states() == {"one": MailState.KEPT, "waited before": MailState.KEPT}
    assert server.received == []


def test_other_backends_are_handed_the_whole_mail(settings, mailoutbox, now):
    settings.MAIL_STAYS_HERE = False
    put("one")

    assert mail.send_due(now) == 1

    assert [message.to for message in mailoutbox] == [["one@office.example"]]
    assert states() == {"one": MailState.SENT}


def test_mail_costs_two_statements_and_a_share_of_the_lot(server, now, django_assert_max_num_queries):
    for number in range(20):
        put(f"mail{number}")

    with django_assert_max_num_queries(2 * 20 + 25):
        mail.send_due(now)

    assert claims.OutboundMail.objects.filter(state=MailState.SENT, claimed_by="", lease_until=None).count() == 20
