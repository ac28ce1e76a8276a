"""Mails as rows of the outbox, and the secretariat's pages about them."""

from django.utils import timezone

from greencustoms.core.choices import MailState, MailStream
from greencustoms.core.models import MailAddress, OutboundMail
from greencustoms.core.tests.factories import UserFactory

SENT, WAITING = "/desk/mail/sent/", "/desk/mail/waiting/"


def mail(state=MailState.SENT, *, stream=MailStream.WORK, to=None, **facts):
    number = OutboundMail.objects.count()
    if state == MailState.SENT:
        facts.setdefault("sent_at", timezone.now())
    if stream == MailStream.DIGEST:
        facts.setdefault("local_day", timezone.localdate())
        to = to or UserFactory()
    facts = {
        "to_address": to.email if to else "somebody@office.example", "subject": f"Subject {number}",
        "body_text": f"Text {number}.", "message_id": f"<{number}@test>", "key": f"test:{number}", **facts,
    }  # fmt: skip
    return OutboundMail.objects.create(state=state, stream=stream, recipient=to, **facts)


def refusing(address, last_refusal="550 unknown user"):
    """An address that nothing is sent to any more."""
    now = timezone.now()
    return MailAddress.objects.create(address=address, strikes=3, suppressed_at=now, last_refusal=last_refusal)


def page(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()
