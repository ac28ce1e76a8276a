from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from greencustoms.core import mail
from greencustoms.core.choices import MailStream

pytestmark = pytest.mark.django_db


def enqueue(key, subject):
    return mail.enqueue(
        key=key, stream=MailStream.ACCOUNT, to_address="desk@office.example", subject=subject, body_text="The link"
    )


def test_kept_mail_prints_the_latest_one_to_an_address():
    enqueue("first", "Older")
    enqueue("second", "Newer")
    out = StringIO()

    call_command("kept_mail", "Desk@office.example", stdout=out)

    assert out.getvalue() == "Subject: Newer\n\nThe link\n"


def test_kept_mail_refuses_where_mail_is_sent(settings):
    settings.MAIL_STAYS_HERE = False
    enqueue("first", "Older")

    with pytest.raises(CommandError, match="sends its mail"):
        call_command("kept_mail", "desk@office.example")


def test_kept_mail_says_when_there_is_none():
    with pytest.raises(CommandError, match=r"No mail to nobody@office\.example"):
        call_command("kept_mail", "nobody@office.example")
