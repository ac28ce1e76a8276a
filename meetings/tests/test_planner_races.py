"""Several planners, senders and people at once: nothing is doubled, nothing is lost, nothing is said in vain."""

import threading
import time
from datetime import timedelta

import pytest
import time_machine
from django.core import mail as django_mail
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from greencustoms.core import mail
from greencustoms.core.choices import MailState
from greencustoms.core.models import OutboundMail
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tick import tick
from meetings.models import ActionShare, Notice, ReminderDay
from meetings.reminders import ledger, planner
from meetings.reminders.planner import plan_now, plan_reminders
from meetings.services import shares
from meetings.tests.reminding import FRIDAY, NOON, at, days, member_of, named_in, owed_share, planned
from partners.tests.factories import PartnerFactory

together = pytest.mark.row_locks
# The broker of the tests rings at once, and a sender looks at the clock.
noon = time_machine.travel(NOON)
PEOPLE = 30


def at_once(*functions):
    """Run all at the same moment, each on a connection of its own. Returns what each gave back or raised."""
    given = [None] * len(functions)
    gate = threading.Barrier(len(functions))

    def run(place, function):
        gate.wait()
        try:
            given[place] = function()
        except Exception as error:
            given[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(functions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def people_who_owe(number):
    partner = PartnerFactory()
    members = [member_of(partner) for _ in range(number)]
    return members, owed_share(members[0], days(-2))


def is_each_told_once(members):
    told = sorted(OutboundMail.objects.values_list("recipient", flat=True))
    notices = Notice.objects.filter(is_collapsed=False).count()
    return told == sorted(row.user_id for row in members) and notices == len(members)


@together
@pytest.mark.django_db(transaction=True)
def test_four_planners_at_once_tell_each_person_once(monkeypatch):
    monkeypatch.setattr(planner, "PORTION", 4)
    for round_ in range(3):
        members, _share = people_who_owe(PEOPLE)
        now = NOON + timedelta(days=7 * round_)

        given = at_once(*[lambda now=now: plan_reminders(now)] * 4)

        # Whoever lost a portion to another has left it to that one.
        assert sum(given) == PEOPLE
        assert is_each_told_once(members)
        ReminderDay.objects.all().delete()
        Notice.objects.all().delete()
        OutboundMail.objects.all().delete()
        ActionShare.objects.update(part="consulted")


@together
@pytest.mark.django_db(transaction=True)
def test_four_planners_at_once_on_the_second_day(monkeypatch):
    """Then the rows of the days are there already, and what failed is said anew."""
    monkeypatch.setattr(planner, "PORTION", 4)
    members, _share = people_who_owe(PEOPLE)
    plan_reminders(NOON)
    OutboundMail.objects.update(state=MailState.UNKNOWN)

    given = at_once(*[lambda: plan_reminders(at(days(3)))] * 4)

    assert sum(given) == PEOPLE
    assert OutboundMail.objects.filter(local_day=days(3)).count() == PEOPLE
    assert set(Notice.objects.values_list("mail__local_day", flat=True)) == {days(3)}
    assert len(members) == PEOPLE


@noon
@together
@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_send_each_mail_once(settings):
    settings.MAIL_STAYS_HERE = False
    members, _share = people_who_owe(PEOPLE)
    django_mail.outbox = []

    given = at_once(*[lambda: tick(timezone.now())] * 2)

    assert given == [True, True]
    tick(timezone.now())
    assert is_each_told_once(members)
    assert sorted(message.to[0] for message in django_mail.outbox) == sorted(row.user.email for row in members)


@together
@pytest.mark.django_db(transaction=True)
def test_reminder_by_hand_and_planner_at_once_give_one_mail():
    for _round in range(5):
        [member], _share = people_who_owe(1)
        by = UserFactory()

        given = at_once(
            lambda: plan_reminders(NOON), lambda member=member, by=by: plan_now(person=member.user, by=by, now=NOON)
        )

        assert OutboundMail.objects.filter(recipient=member.user).count() == 1
        assert isinstance(given[1], OutboundMail) or given[1].code == "said_today"


@noon
@together
@pytest.mark.django_db(transaction=True)
def test_change_under_way_is_waited_for(settings):
    """A change that saw no mail yet, since it was not committed, is committed before the mail is looked at."""
    settings.MAIL_STAYS_HERE = False
    member = member_of()
    share = owed_share(member, days(-2))
    django_mail.outbox = []
    has_changed, may_commit = threading.Event(), threading.Event()

    def report_slowly():
        with transaction.atomic():
            shares.report_done(share=share, by=member.user, version=share.version, what_was_done="It was done.")
            has_changed.set()
            assert may_commit.wait(20)

    def plan_and_send():
        assert has_changed.wait(20)
        # The sender waits below until the change is there; somebody lets it be committed meanwhile.
        threading.Timer(0.5, may_commit.set).start()
        plan_reminders(timezone.now())
        mail.send_due(timezone.now())

    given = at_once(report_slowly, plan_and_send)

    assert given == [None, None]
    assert django_mail.outbox == []
    assert OutboundMail.objects.get().state == MailState.CANCELLED


@noon
@together
@pytest.mark.django_db(transaction=True)
def test_change_that_takes_long_keeps_its_mail_waiting_and_nobody_else(settings, monkeypatch):
    """Another change does not queue behind the sender that waits for the first; the mail goes out after that."""
    settings.MAIL_STAYS_HERE = False
    monkeypatch.setattr(ledger, "LONGEST_WAIT_SECONDS", 1.5, raising=False)
    member = member_of()
    owed_share(member, days(-2))
    django_mail.outbox = []
    has_changed, has_sent = threading.Event(), threading.Event()

    def change_slowly():
        with transaction.atomic():
            ledger.follow([])
            has_changed.set()
            return has_sent.wait(10)

    def plan_and_send():
        assert has_changed.wait(10)
        plan_reminders(timezone.now())
        mail.send_due(timezone.now())
        has_sent.set()

    def change_meanwhile():
        assert has_changed.wait(10)
        time.sleep(0.7)
        begun = time.monotonic()
        ledger.follow([])
        return time.monotonic() - begun

    was_sent_first, _none, seconds = at_once(change_slowly, plan_and_send, change_meanwhile)

    assert was_sent_first
    assert seconds < 0.5
    row = OutboundMail.objects.get()
    assert (row.state, row.attempts, django_mail.outbox) == (MailState.DEFERRED, 0, [])
    mail.send_due(timezone.now() + timedelta(minutes=2))
    assert len(django_mail.outbox) == 1


@noon
@together
@pytest.mark.django_db(transaction=True)
def test_people_answer_while_planners_and_senders_are_at_work(settings):
    """Whatever the order: no mail says what was done when it was handed over, nobody waits for each other for ever."""
    settings.MAIL_STAYS_HERE = False
    partner = PartnerFactory()
    members = [member_of(partner) for _ in range(10)]
    owed = [owed_share(members[0], days(-2)) for _ in range(8)]
    done = {}
    sent = []
    gate = threading.Lock()

    class Watch(list):
        def append(self, message):
            with gate:
                sent.append((message.body, dict(done)))

        def extend(self, messages):
            for message in messages:
                self.append(message)

    django_mail.outbox = Watch()

    def answer(mine):
        for share in mine:
            shares.report_done(share=share, by=members[0].user, version=0, what_was_done="It was done.")
            with gate:
                done[share.pk] = True

    def work():
        for _round in range(6):
            plan_reminders(timezone.now())
            mail.send_due(timezone.now())

    given = at_once(work, work, lambda: answer(owed[:3]), lambda: answer(owed[3:6]))

    assert given == [None] * 4
    mail.send_due(timezone.now() + timedelta(minutes=3))
    assert len(sent) == len(members)
    assert [named_in(text, owed) for text, known in sent if named_in(text, [s for s in owed if s.pk in known])] == []


# --- One after the other, on both databases ---


@pytest.mark.django_db
def test_crash_in_the_middle_leaves_nothing_and_the_next_tick_does_it(monkeypatch):
    members, _share = people_who_owe(5)
    note = ledger.note

    def crash(digests):
        note(digests)
        raise OperationalError("the server is gone")

    monkeypatch.setattr(ledger, "note", crash)
    with pytest.raises(OperationalError):
        plan_reminders(NOON)
    assert (ReminderDay.objects.count(), OutboundMail.objects.count(), Notice.objects.count()) == (0, 0, 0)

    monkeypatch.setattr(ledger, "note", note)
    assert plan_reminders(NOON + timedelta(minutes=1)) == 5
    assert is_each_told_once(members)


@pytest.mark.django_db
def test_crash_in_the_second_portion_keeps_the_first(monkeypatch):
    monkeypatch.setattr(planner, "PORTION", 2)
    members, _share = people_who_owe(5)
    note, calls = ledger.note, []

    def crash_later(digests):
        calls.append(len(digests))
        if len(calls) == 2:
            raise OperationalError("the server is gone")
        note(digests)

    monkeypatch.setattr(ledger, "note", crash_later)
    with pytest.raises(OperationalError):
        plan_reminders(NOON)
    assert OutboundMail.objects.count() == 2

    assert plan_reminders(NOON + timedelta(minutes=1)) == 3
    assert is_each_told_once(members)


@pytest.mark.django_db
def test_planner_that_read_before_another_wrote_adds_nothing(monkeypatch):
    """The second has chosen its people before the first one writes."""
    members, _share = people_who_owe(3)
    claim = planner._claim
    others = [lambda: plan_reminders(NOON)]

    def claim_late(*args):
        while others:
            assert others.pop()() == 3
        return claim(*args)

    monkeypatch.setattr(planner, "_claim", claim_late)

    assert plan_reminders(NOON) == 0
    assert is_each_told_once(members)


@pytest.mark.django_db
def test_mail_put_in_by_another_way_is_not_doubled():
    """The outbox takes one digest of a day: what it does not take is not noted as said."""
    [member], share = people_who_owe(1)
    OutboundMail.objects.create(
        key="another", stream="digest", recipient=member.user, to_address=member.user.email, local_day=FRIDAY,
        subject="Hello", body_text="Hello", message_id="<one@portal.example>", state=MailState.SENT, sent_at=NOON,
    )  # fmt: skip

    assert planned(NOON) == []
    assert not Notice.objects.exists()
    with pytest.raises(ValidationError):
        plan_now(person=member.user, by=UserFactory(), now=NOON)
    [row] = planned(at(days(3)))
    assert named_in(row.body_text, [share]) == [share]
