"""A mail about what is asked of somebody may wait for hours: before it leaves it is looked at once more."""

from datetime import UTC, date, datetime

import pytest
from django.core import mail as django_mail

from greencustoms import roles
from greencustoms.core import mail
from greencustoms.core.choices import MailState, MailStream
from greencustoms.core.models import OutboundMail
from greencustoms.core.tests.factories import UserFactory
from meetings import emails
from meetings.models import unlocked
from meetings.services import shares, telling
from meetings.tests.factories import ActionShareFactory
from meetings.tests.reminding import send, send_while
from partners.tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def mails_leave(settings):
    settings.MAIL_STAYS_HERE = False


@pytest.fixture
def member():
    return MembershipFactory(partner__slug="wco", partner__acronym="WCO")


def given(member, count=2):
    """What a member owes, and the mail that tells it."""
    owed = [ActionShareFactory(partner=member.partner, deadline__latest=date(2026, 4, 1)) for _each in range(count)]
    meeting = owed[0].deadline.action.meeting
    mail.enqueue_many([emails.report_final(user=member.user, meeting=meeting, shares=owed, past=0, today=NOW.date())])
    return owed, OutboundMail.objects.get(stream=MailStream.WORK)


def report(share, member):
    shares.report_done(share=share, by=member.user, version=share.version, what_was_done="Done.", now=NOW)


def is_cancelled(row):
    row.refresh_from_db()
    return (row.state, row.last_error) == (MailState.CANCELLED, mail.Reason.NOT_ASKED)


def test_mail_leaves_while_one_thing_in_it_is_owed(member):
    owed, row = given(member)
    report(owed[0], member)

    assert len(send(NOW)) == 1
    assert not is_cancelled(row)


def test_mail_about_what_was_done_meanwhile_is_cancelled(member):
    owed, row = given(member)
    for share in owed:
        report(share, member)

    assert send(NOW) == []
    assert is_cancelled(row)


def test_who_left_the_organisation_is_not_asked_any_more(member):
    _owed, row = given(member)
    member.delete()

    assert send(NOW) == []
    assert is_cancelled(row)


def test_who_still_belongs_to_one_of_the_organisations_is_asked(member):
    owed, _row = given(member)
    other = MembershipFactory(user=member.user)
    with unlocked():
        type(owed[0]).objects.filter(pk=owed[0].pk).update(partner=other.partner)
    member.delete()

    assert len(send(NOW)) == 1


def test_long_list_may_hold_more_than_the_mail_names(member, monkeypatch):
    monkeypatch.setattr(emails, "MOST_LINES", 1)
    owed, _row = given(member)
    report(owed[0], member)

    assert len(send(NOW)) == 1


def test_mail_goes_to_the_address_of_that_moment(member):
    _owed, row = given(member)
    member.user.email = "new@office.example"
    member.user.save()

    send(NOW)

    row.refresh_from_db()
    assert (row.state, row.to_address) == (MailState.SENT, "new@office.example")
    assert django_mail.outbox[0].to == ["new@office.example"]


def test_address_that_changes_in_the_last_moment_takes_the_mail_from_the_sender(member, monkeypatch):
    given(member)

    def move():
        member.user.email = "new@office.example"
        member.user.save()

    send_while(monkeypatch, move, NOW)

    assert [message.to for message in django_mail.outbox] == [["new@office.example"]]


def test_leaving_in_the_last_moment_takes_the_mail_from_the_sender(member, monkeypatch):
    _owed, row = given(member)

    assert send_while(monkeypatch, member.delete, NOW) == []
    assert is_cancelled(row)


@pytest.mark.parametrize("is_reported_again", [False, True])
def test_share_sent_back_is_told_until_it_is_reported_again(is_reported_again, member, secretariat):
    share = ActionShareFactory(partner=member.partner, done=True, answered_by=member.user)
    shares.send_back_share(share=share, by=secretariat, version=share.version, reason="Not all.", now=NOW)
    if is_reported_again:
        report(share, member)

    assert len(send(NOW)) == (0 if is_reported_again else 1)


def test_who_reported_for_a_partner_is_asked_without_belonging_to_it(member, secretariat):
    colleague = UserFactory(roles=[roles.SECRETARIAT], totp=True)
    share = ActionShareFactory(
        partner=member.partner, done=True, answered_by=colleague, is_reported_on_behalf=True, behalf_note="by mail"
    )
    shares.send_back_share(share=share, by=secretariat, version=share.version, reason="Not all.", now=NOW)

    assert len(send(NOW)) == 1


def test_mails_that_list_no_shares_and_samples_leave(member):
    for key in ("sample:1", "report:1", "address-suppressed:1"):
        mail.enqueue(
            key=key, stream=MailStream.WORK, to_address=member.user.email, subject="Hello", recipient=member.user,
            body_text="* Line\n  http://testserver/my/shares/987/report/\n",
        )  # fmt: skip

    assert len(send(NOW)) == 3


@pytest.mark.parametrize("count", [1, 3])
def test_lot_is_looked_at_with_two_statements(count, django_assert_num_queries):
    for _number in range(count):
        given_to = MembershipFactory()
        owed = ActionShareFactory(partner=given_to.partner, deadline__latest=date(2026, 4, 1))
        mail.enqueue_many([emails.owner_named(user=given_to.user, share=owed, today=NOW.date())])
    rows = list(OutboundMail.objects.filter(stream=MailStream.WORK))

    with django_assert_num_queries(2):
        assert telling.look_once_more(rows, NOW) == {}
