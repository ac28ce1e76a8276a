"""What the secretariat does with a mail and with an address that refuses mail."""

from datetime import timedelta

import pytest
from allauth.account.adapter import get_adapter
from django.utils import timezone
from django.utils.html import escape

from greencustoms.core.choices import MailState, MailStream
from greencustoms.core.models import AuditEvent, OutboundMail
from greencustoms.core.tests.factories import UserFactory
from partners import emails as of_partners
from partners.tests.factories import AccountRequestFactory, InvitationFactory

from .mail_rows import mail, page, refusing

pytestmark = pytest.mark.django_db


def act(client, row, name, seen=None):
    return client.post(f"/desk/mail/{row.pk}/{name}/", {"seen": seen or row.state}, follow=True).content.decode()


def test_mail_is_held_and_let_go(client, secretariat):
    row = mail(MailState.PENDING)

    assert "The mail is held back" in act(client, row, "hold")
    row.refresh_from_db()
    assert row.state == MailState.HELD
    assert "goes out with the next round" in act(client, row, "let-go")
    row.refresh_from_db()
    assert row.state == MailState.PENDING
    assert AuditEvent.objects.filter(by=secretariat).count() == 2


@pytest.mark.parametrize("state", [MailState.FAILED, MailState.UNKNOWN])
def test_mail_is_sent_again_after_a_question(state, client, secretariat):
    row = mail(state)

    asked = page(client, f"/desk/mail/{row.pk}/send-again/")
    row.refresh_from_db()

    assert ("may get it twice" in asked) is (state == MailState.UNKNOWN)
    assert row.state == state
    assert "goes out with the next round" in act(client, row, "send-again")
    row.refresh_from_db()
    assert row.state == MailState.PENDING


def test_whoever_comes_second_is_told_and_changes_nothing(client, secretariat):
    row = mail(MailState.PENDING)
    act(client, row, "hold", seen="pending")

    answer = act(client, row, "hold", seen="pending")

    assert escape("this mail is now “held back”") in answer
    assert AuditEvent.objects.filter(did="held a mail back").count() == 1


def test_act_that_does_not_fit_is_answered_with_a_sentence(client, secretariat):
    row = mail(MailState.SENT)

    assert "does not wait any more" in act(client, row, "hold")
    assert "cannot be sent again" in act(client, row, "send-again")
    assert "is not held back" in act(client, row, "let-go")


def test_mail_about_an_account_is_not_held_back(client, secretariat):
    row = mail(MailState.PENDING, stream=MailStream.ACCOUNT)

    assert client.post(f"/desk/mail/{row.pk}/hold/", {"seen": "pending"}).status_code == 404
    assert "Hold it back" not in page(client, f"/desk/mail/{row.pk}/")


@pytest.mark.parametrize(
    ("facts", "buttons"),
    [
        ({"state": MailState.PENDING}, {"Hold it back"}),
        ({"state": MailState.DEFERRED}, {"Hold it back", "Send again"}),
        ({"state": MailState.HELD}, {"Let it go"}),
        ({"state": MailState.FAILED}, {"Send again"}),
        ({"state": MailState.UNKNOWN, "stream": MailStream.DIGEST}, {"Send again"}),
        (
            {"state": MailState.UNKNOWN, "stream": MailStream.DIGEST,
             "local_day": timezone.localdate() - timedelta(days=1)},
            set(),
        ),
        ({"state": MailState.SENT}, set()),
    ],
)  # fmt: skip
def test_page_offers_what_can_be_done(facts, buttons, client, secretariat):
    row = mail(**facts)

    shown_page = page(client, f"/desk/mail/{row.pk}/")

    assert {each for each in ("Hold it back", "Let it go", "Send again") if f">{each}" in shown_page} == buttons


def test_address_that_refuses_is_forgiven_before_its_mail_is_sent_again(client, secretariat):
    row = mail(MailState.FAILED, to_address="gone@office.example")
    address = refusing("gone@office.example")
    path = f"/desk/mail/{row.pk}/"

    of_mail, question = page(client, path), page(client, f"{path}send-again/")

    assert "only after mail may go to gone@office.example again" in of_mail
    assert f'href="{path}send-again/"' not in of_mail
    assert "First let mail go there again" in question
    assert "<button" not in question.partition("<h1>")[2].partition("</main>")[0]
    assert all(f'href="/desk/mail/addresses/{address.pk}/"' in shown for shown in (of_mail, question))
    client.post(f"/desk/mail/addresses/{address.pk}/")
    assert f'href="{path}send-again/"' in page(client, path)


def test_address_is_forgiven_after_a_question(client, secretariat):
    mail(MailState.FAILED, to_address="gone@office.example")
    address = refusing("gone@office.example")
    path = f"/desk/mail/addresses/{address.pk}/"

    assert "550 unknown user" in page(client, path)
    answer = client.post(path, follow=True).content.decode()
    address.refresh_from_db()

    assert "Mail goes to gone@office.example again." in answer
    assert (address.strikes, address.suppressed_at) == (0, None)
    assert client.post(path).status_code == 404


# --- Links that open nothing any more ---


def write_invitation():
    of_partners.invitation(InvitationFactory())


def write_confirmation():
    of_partners.account_request_confirm(AccountRequestFactory())


def write_reset():
    context = {"user": UserFactory(), "password_reset_url": "http://testserver/accounts/password/reset/key/7-x/"}
    get_adapter().send_mail("account/email/password_reset_key", "somebody@office.example", context)


@pytest.mark.parametrize("state", [MailState.FAILED, MailState.UNKNOWN, MailState.SUPPRESSED])
@pytest.mark.parametrize(
    ("write", "lasts", "instead"),
    [
        (write_invitation, timedelta(days=14), "Invite the person again"),
        (write_confirmation, timedelta(days=3), "can ask once more"),
        (write_reset, timedelta(hours=1), "can ask for a new one on the page where people sign in"),
    ],
)
def test_dead_link_is_not_sent_again(write, lasts, instead, state, client, secretariat):
    write()
    row = OutboundMail.objects.get()

    def set_age(age):
        OutboundMail.objects.update(state=state, created_at=timezone.now() - age)
        row.refresh_from_db()
        return page(client, f"/desk/mail/{row.pk}/")

    young, old = set_age(lasts - timedelta(minutes=1)), set_age(lasts)

    assert (">Send again" in young, instead in young) == (True, False)
    assert (">Send again" in old, "send it again" in old, instead in old) == (False, False, True)
    assert instead in page(client, "/desk/mail/waiting/")
    assert instead in act(client, row, "send-again")
    row.refresh_from_db()
    assert row.state == state


def test_mail_about_an_account_without_a_link_is_sent_again_at_any_time(client, secretariat):
    row = mail(
        MailState.FAILED, stream=MailStream.ACCOUNT, key="account/email/password_changed:1",
        created_at=timezone.now() - timedelta(days=20),
    )  # fmt: skip

    assert "goes out with the next round" in act(client, row, "send-again")
