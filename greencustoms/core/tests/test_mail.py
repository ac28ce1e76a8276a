"""The outbox against a real mail server that misbehaves: nothing is lost, nothing is sent twice."""

import email
import email.policy
import socket
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.template import TemplateDoesNotExist
from django.utils import timezone

from greencustoms.core import mail
from greencustoms.core.choices import MailState, MailStream
from greencustoms.core.mail import sender
from greencustoms.core.models import OutboundMail

pytestmark = pytest.mark.django_db


class Server:
    """Takes mail and keeps it; `faults` says what it does at a step of the mail to an address."""

    def __init__(self):
        self.received = []
        self.faults = {}
        self.connections = 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self._fault("rcpt", address, server)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server, session, envelope):
        address = envelope.rcpt_tos[0]
        answer = self._fault("data", address, server)
        if answer is None or self.faults["data", address] == "hang up after taking":
            self.received.append((address, email.message_from_bytes(envelope.content, policy=email.policy.default)))
        return answer or "250 OK"

    def _fault(self, step, address, server):
        fault = self.faults.get((step, address))
        if fault and fault.startswith("hang up"):
            server.transport.abort()
            return "421 gone"
        return fault

    @property
    def addresses(self):
        return [address for address, _message in self.received]


class AnyPort(Controller):
    """Listens on a port that was free."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def server(settings):
    handler = Server()
    controller = AnyPort(handler, hostname="127.0.0.1", port=0, server_hostname="mail.example")
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = controller.hostname, controller.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = ""
    settings.EMAIL_TIMEOUT = 5
    settings.MAIL_STAYS_HERE = False
    yield handler
    controller.stop()


@pytest.fixture
def now():
    """A moment after the mails of the test were put in."""
    return timezone.now() + timedelta(seconds=20)


def put(name, **changes):
    row = mail.enqueue(
        key=name, stream=MailStream.ACCOUNT, to_address=f"{name}@office.example", subject=f"To {name}", body_text="Text"
    )
    if changes:
        OutboundMail.objects.filter(pk=row.pk).update(**changes)
        row.refresh_from_db()
    return row


def states():
    return dict(OutboundMail.objects.values_list("key", "state"))


def test_mail_leaves_with_its_own_headers(server, now):
    row = put("one")

    assert mail.send_due(now) == 1

    [(address, message)] = server.received
    row.refresh_from_db()
    assert (address, message["Subject"], message["Message-ID"]) == ("one@office.example", "To one", row.message_id)
    assert message["Auto-Submitted"] == "auto-generated"
    assert (row.state, row.last_error) == (MailState.SENT, "")
    assert row.sent_at is not None


def test_batch_goes_over_one_connection(server, now):
    for name in ("one", "two", "three"):
        put(name)

    assert mail.send_due(now) == 3
    assert server.connections == 1


def test_mail_claimed_by_two_senders_leaves_once(server, now):
    row = put("one")
    same = OutboundMail.objects.get(pk=row.pk)

    assert [sender._claim(row), sender._claim(same)] == [True, False]
    assert mail.send_due(now) == 0
    assert server.received == []


def test_sender_whose_lease_was_taken_sends_nothing(server, now):
    row = put("one")
    sender._claim(row)
    sender._take_back_expired(now + timedelta(minutes=5))

    postman = sender.Postman()
    assert sender._send(row, postman) == 0
    postman.close()

    assert server.received == []
    assert states() == {"one": MailState.PENDING}


def test_expired_lease_goes_back_unless_the_text_was_being_handed_over(server, now):
    past = now - timedelta(seconds=1)
    put("claimed", state=MailState.CLAIMED, lease_until=past)
    put("handing", state=MailState.HANDING, lease_until=past)
    put("still claimed", state=MailState.CLAIMED, lease_until=now + timedelta(seconds=60))

    mail.send_due(now)

    assert server.addresses == ["claimed@office.example"]
    assert states() == {"claimed": MailState.SENT, "handing": MailState.UNKNOWN, "still claimed": MailState.CLAIMED}


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
    for name in ("one", "two", "three"):
        put(name)

    assert mail.send_due(now) == 2

    assert states() == {"one": MailState.SENT, "two": MailState.DEFERRED, "three": MailState.SENT}
    assert server.connections == 2

    server.faults.clear()
    mail.send_due(now + timedelta(minutes=2))
    assert server.addresses == [f"{name}@office.example" for name in ("one", "three", "two")]


@pytest.mark.parametrize("fault", ["hang up", "hang up after taking"])
def test_connection_lost_during_the_text_is_unknown_and_never_sent_again(fault, server, now):
    server.faults["data", "two@office.example"] = fault
    for name in ("one", "two", "three"):
        put(name)

    mail.send_due(now)
    server.faults.clear()
    mail.send_due(now + timedelta(days=1))

    assert states() == {"one": MailState.SENT, "two": MailState.UNKNOWN, "three": MailState.SENT}
    assert server.addresses.count("two@office.example") == (fault == "hang up after taking")


def test_server_that_keeps_hanging_up_ends_the_round(server, now):
    for number in range(6):
        put(f"mail{number}")
        server.faults["rcpt", f"mail{number}@office.example"] = "hang up"

    mail.send_due(now)

    assert server.connections == sender.MOST_LINES_LOST
    assert list(states().values()).count(MailState.PENDING) == 6 - sender.MOST_LINES_LOST


def test_server_that_is_away_uses_no_attempts(settings, server, now):
    with socket.create_server(("127.0.0.1", 0)) as closed_again:
        settings.EMAIL_PORT = closed_again.getsockname()[1]
    put("one")
    put("two")

    assert mail.send_due(now) == 0

    rows = OutboundMail.objects.order_by("pk")
    assert [(row.state, row.attempts) for row in rows] == [(MailState.PENDING, 0), (MailState.PENDING, 0)]
    assert rows[0].next_at == now + timedelta(minutes=1)
    assert rows[1].next_at <= now


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


def test_mail_is_put_in_once_for_each_key(server):
    first = put("one")
    second = put("one")

    assert first == second
    assert OutboundMail.objects.count() == 1


def test_kept_mail_never_leaves(server, settings, now):
    settings.MAIL_STAYS_HERE = True
    put("one")

    assert mail.send_due(now) == 0
    assert states() == {"one": MailState.KEPT}
    assert server.received == []


def test_other_backends_are_handed_the_whole_mail(settings, mailoutbox, now):
    settings.MAIL_STAYS_HERE = False
    put("one")

    assert mail.send_due(now) == 1

    assert [message.to for message in mailoutbox] == [["one@office.example"]]
    assert states() == {"one": MailState.SENT}


@pytest.fixture
def templates(settings):
    """The templates of a mail named "trial", held in memory."""
    texts = {"trial_subject.txt": "\nAbout\n  {{ what }}\n", "trial_body.txt": "\n{{ what }} of {{ site_name }}\n\n"}
    loaders = [("django.template.loaders.locmem.Loader", texts)]
    settings.TEMPLATES = [
        {"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {"loaders": loaders}}
    ]
    return texts


def render():
    row = mail.render_and_enqueue(
        "trial",
        {"what": "a course"},
        key="a",
        stream=MailStream.ACCOUNT,
        to_address="a@b.example",
        subject_prefix="[GC] ",
    )
    return row.subject, row.body_text, row.body_html


def test_mail_is_made_of_its_templates(templates):
    templates["trial_body.html"] = "<p>{{ what }}</p>"

    assert render() == ("[GC] About a course", "a course of Green Customs\n", "<p>a course</p>")


def test_mail_without_html_is_text_alone(templates):
    assert render() == ("[GC] About a course", "a course of Green Customs\n", "")


def test_mail_whose_html_lacks_a_part_is_not_sent_as_text(templates):
    templates["trial_body.html"] = '{% include "no-such.html" %}'

    with pytest.raises(TemplateDoesNotExist):
        render()
