"""What a mail says of itself to machines."""

from datetime import UTC, date, datetime

import pytest

from greencustoms.core import mail
from greencustoms.core.choices import MailState, MailStream
from greencustoms.core.mail import unsubscribe
from greencustoms.core.mail.letters import letter_of
from greencustoms.core.models import OutboundMail

from .factories import UserFactory
from .mail_server import put, put_digest

pytestmark = pytest.mark.django_db


def test_mail_leaves_with_its_own_headers(server, now):
    row = put("one", created_at=datetime(2007, 5, 2, 8, tzinfo=UTC))

    assert mail.send_due(now) == 1

    [(address, message)] = server.received
    row.refresh_from_db()
    assert (address, message["Subject"], message["Message-ID"]) == ("one@office.example", "To one", row.message_id)
    assert message["Date"] == "Wed, 02 May 2007 08:00:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert message["List-Unsubscribe"] is None
    assert (row.state, row.last_error) == (MailState.SENT, "")
    assert row.sent_at is not None


def test_digest_can_be_ended_with_one_click(settings, server):
    settings.DEFAULT_FROM_EMAIL = "Green Customs <desk@initiative.example>"
    person = UserFactory(email="reader@office.example")
    put_digest(person, date(2027, 5, 3))

    mail.send_due(datetime(2027, 5, 3, 9, tzinfo=UTC))

    [(_address, message)] = server.received
    assert message["From"] == "Green Customs <desk@initiative.example>"
    assert message["To"] == "reader@office.example"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = message["List-Unsubscribe"].strip(" <>")
    token = address.removeprefix("http://testserver/unsubscribe/").removesuffix("/")
    assert unsubscribe.person_of(token) == person


def test_link_of_nobody_ends_nothing():
    person = UserFactory()
    token = unsubscribe.address_for(person).split("/")[-2]

    assert unsubscribe.person_of(token) == person
    assert [unsubscribe.person_of(bad) for bad in ("x", "", token[:-1], token + "é", "\x00")] == [None] * 5
    person.delete()
    assert unsubscribe.person_of(token) is None


@pytest.mark.parametrize("subject", ["A\r\nBcc: all@office.example", "A\nBcc: all@office.example", "A\x0b\u2028B"])
def test_subject_cannot_begin_another_header(subject, server, now):
    mail.enqueue(key="a", stream=MailStream.ACCOUNT, to_address="a@office.example", subject=subject, body_text="Text")

    mail.send_due(now)

    [(_address, message)] = server.received
    assert message["Bcc"] is None
    assert message["Subject"] == " ".join(subject.split())
    assert server.addresses == ["a@office.example"]


def test_text_with_dots_and_letters_of_all_languages_arrives_whole(server, now):
    text = ".\n..\n.hidden\nDéclaration — 申报 — تصريح\n" + "long " * 400
    mail.enqueue(
        key="a",
        stream=MailStream.ACCOUNT,
        to_address="a@office.example",
        subject="Frist für Ozon — 臭氧",
        body_text=text,
        body_html="<p>.\n.\nتصريح</p>",
    )

    mail.send_due(now)

    [(_address, message)] = server.received
    plain, html = message.iter_parts()
    assert message["Subject"] == "Frist für Ozon — 臭氧"
    assert plain.get_content().splitlines() == text.splitlines()
    assert html.get_content().splitlines() == ["<p>.", ".", "تصريح</p>"]


def test_letter_made_again_has_the_same_number_and_date():
    put("one")

    first, second = [letter_of(OutboundMail.objects.get()).message.message() for _time in range(2)]

    assert [first[name] for name in ("Message-ID", "Date")] == [second[name] for name in ("Message-ID", "Date")]
