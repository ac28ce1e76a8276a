"""What was cancelled today, and is right again today, is said today: in the same mail, which never left."""

import pytest

from greencustoms.core.choices import DigestRhythm, MailState
from greencustoms.core.models import OutboundMail
from greencustoms.core.tests.factories import UserFactory
from meetings.models import ActionShare, Notice
from meetings.reminders import ledger
from meetings.reminders.planner import plan_now, plan_reminders
from meetings.tests.reminding import NOON, days, member_of, named_in, owed_share, planned, send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mails_leave(settings):
    settings.MAIL_STAYS_HERE = False


@pytest.fixture
def member():
    return member_of()


def give(share, part):
    ActionShare.objects.filter(pk=share.pk).update(part=part)
    ledger.follow([share.deadline_id])


def test_share_that_went_and_came_back_is_told_on_the_day(member):
    share = owed_share(member, days(0))
    [row] = planned(NOON)
    give(share, "consulted")
    assert send() == []
    assert plan_reminders(NOON) == 0

    give(share, "lead")
    assert plan_reminders(NOON) == 1

    again = OutboundMail.objects.get()
    assert (again.pk, again.message_id, again.state) == (row.pk, row.message_id, MailState.PENDING)
    [text] = send()
    assert named_in(text, [share]) == [share]
    assert not Notice.objects.exclude(withdrawn_at=None).exists()
    assert plan_reminders(NOON) == 0


def test_new_address_is_written_to_on_the_same_day(member):
    owed_share(member, days(0))
    planned(NOON)
    member.user.email = "new@office.example"
    member.user.save()
    assert send() == []

    assert plan_reminders(NOON) == 1

    assert len(send()) == 1
    assert OutboundMail.objects.get().to_address == "new@office.example"


def test_whoever_wants_reminders_again_hears_on_the_same_day(member):
    owed_share(member, days(0))
    planned(NOON)
    member.user.digest_rhythm = DigestRhythm.NONE
    member.user.save()
    assert send() == []

    member.user.digest_rhythm = DigestRhythm.DAILY
    member.user.save()

    assert plan_reminders(NOON) == 1
    assert len(send()) == 1


def test_by_hand_a_cancelled_one_goes_out(member):
    share = owed_share(member, days(0))
    planned(NOON)
    give(share, "consulted")
    send()
    ActionShare.objects.filter(pk=share.pk).update(part="lead")

    row = plan_now(person=member.user, by=UserFactory(), now=NOON)

    assert (OutboundMail.objects.get(), row.state) == (row, MailState.PENDING)


@pytest.mark.parametrize("state", [MailState.SENT, MailState.UNKNOWN, MailState.FAILED])
def test_what_was_handed_over_is_never_taken_up_again(state, member):
    share = owed_share(member, days(0))
    planned(NOON)
    OutboundMail.objects.update(state=state, sent_at=NOON if state == MailState.SENT else None)

    give(share, "consulted")
    give(share, "lead")

    assert plan_reminders(NOON) == 0
    assert OutboundMail.objects.get().state == state
