"""No mail goes out that a change made wrong, whether it waits or a sender holds it already ("Must show" 4)."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection

from greencustoms import roles
from greencustoms.core import mail
from greencustoms.core.choices import DigestRhythm, MailState
from greencustoms.core.mail import preferences
from greencustoms.core.models import OutboundMail
from greencustoms.core.tests.factories import UserFactory
from meetings.choices import DeadlineKind
from meetings.models import ActionShare, AgreedAction, Deadline, Meeting, Notice, unlocked
from meetings.reminders import ledger, recheck
from meetings.services import actions, later_owners, shares
from meetings.tests.factories import ActionShareFactory, MeetingFactory
from meetings.tests.reminding import (
    FRIDAY,
    NOON,
    at,
    days,
    member_of,
    named_in,
    owed_share,
    planned,
    send,
    send_while,
)  # fmt: skip
from meetings.tests.reopening import finalise, reopen
from partners.models import Event
from partners.services import people
from partners.services.texts import edit_event
from partners.tests.factories import EventFactory, PartnerFactory

pytestmark = pytest.mark.django_db


# Who is asked, their memberships, calendars, what is owed, said and withdrawn, and the ledger set right.
STATEMENTS_OF_A_LOOK = 13


class World:
    """Somebody who is about to be told of two shares; the first is the one that changes."""

    def __init__(self):
        self.secretariat = UserFactory(roles=[roles.SECRETARIAT], totp=True)
        self.member = member_of()
        self.user = self.member.user
        self.partner = self.member.partner
        self.event = EventFactory(starts_on=FRIDAY, ends_on=FRIDAY)
        meeting = MeetingFactory()
        self.share = owed_share(
            self.member, FRIDAY, deadline__action__meeting=meeting, deadline__kind=DeadlineKind.EVENT,
            deadline__event=self.event, deadline__by_when_text="during the conference", deadline__edtf="",
        )  # fmt: skip
        self.other = owed_share(self.member, days(-1))
        self.action = self.share.deadline.action

    def answer(self, service, **facts):
        self.share.refresh_from_db()
        service(share=self.share, by=self.user, version=self.share.version, **facts)

    def decide(self, service, **facts):
        self.action.refresh_from_db()
        service(action=self.action, by=self.secretariat, version=self.action.version, **facts)


def report_done(world):
    world.answer(shares.report_done, what_was_done="It was done.")


def report_done_on_behalf(world):
    world.share.refresh_from_db()
    shares.report_done(
        share=world.share, by=world.secretariat, version=world.share.version, what_was_done="Done.",
        behalf_note="They wrote on Friday.",
    )  # fmt: skip


def another_does_what_any_may_do(world):
    with unlocked():
        AgreedAction.objects.filter(pk=world.action.pk).update(completion_rule="any")
    other = member_of()
    share = ActionShareFactory(deadline=world.share.deadline, partner=other.partner)
    shares.report_done(share=share, by=other.user, version=share.version, what_was_done="We did it.")


def supersede(world):
    other = ActionShareFactory().deadline.action
    world.decide(actions.supersede_action, superseded_by=other)


def carry_over(world):
    later = MeetingFactory(draft=True, starts_on=days(10), ends_on=days(11))
    world.decide(actions.carry_over_action, meeting=later)


def leave(world):
    with unlocked():
        ActionShare.objects.filter(pk=world.other.pk).update(partner=member_of(user=world.user).partner)
    later_owners.let_partner_leave(partner=world.partner, by=world.secretariat, reason="It left.")


def name_another_owner(world):
    with unlocked():
        ActionShare.objects.filter(pk=world.share.pk).update(partner=PartnerFactory(group=True))
    people.add_member(
        user=world.user, partner=ActionShare.objects.get(pk=world.share.pk).partner, role="staff", by=None
    )
    later_owners.name_owner(
        action=world.action, by=world.secretariat, version=world.action.version, stage=world.share.deadline,
        partner=PartnerFactory(),
    )  # fmt: skip


def move_event(world):
    event = Event.objects.get(pk=world.event.pk)
    edit_event(event=event, by=world.secretariat, version=event.version, starts_on=days(100), ends_on=days(100))


def move_meeting(world):
    meeting = MeetingFactory(draft=True, starts_on=FRIDAY, ends_on=FRIDAY)
    with unlocked():
        Deadline.objects.filter(pk=world.share.deadline_id).update(event=None, linked_meeting=meeting)
    meeting.starts_on = meeting.ends_on = days(100)
    meeting.save()


def reopen_report_with_another_day(world):
    copy = reopen(Meeting.objects.get(pk=world.action.meeting_id), world.secretariat)
    Deadline.objects.filter(action__meeting=copy).update(
        latest=days(100), kind=DeadlineKind.DAY, edtf=days(100).isoformat(), event=None
    )
    finalise(copy, world.secretariat)


def reopen_report_without_the_action(world):
    copy = reopen(Meeting.objects.get(pk=world.action.meeting_id), world.secretariat)
    copy.actions.all().delete()
    ActionShareFactory(deadline__action__meeting=copy, deadline__action__number=99)
    finalise(copy, world.secretariat)


def reopen_report_without_the_share(world):
    copy = reopen(Meeting.objects.get(pk=world.action.meeting_id), world.secretariat)
    ActionShareFactory(deadline=Deadline.objects.get(action__meeting=copy))
    ActionShare.objects.filter(deadline__action__meeting=copy, partner=world.partner).delete()
    finalise(copy, world.secretariat)


WRONG_OF_ONE_SHARE = [
    report_done,
    report_done_on_behalf,
    lambda world: world.answer(shares.decline_share, reason="Not ours."),
    lambda world: world.answer(shares.set_not_applicable, reason="We have none."),
    another_does_what_any_may_do,
    lambda world: world.decide(actions.drop_action, reason="No longer wanted."),
    supersede,
    carry_over,
    leave,
    name_another_owner,
    move_event,
    move_meeting,
    reopen_report_with_another_day,
    reopen_report_without_the_action,
    reopen_report_without_the_share,
]


@pytest.fixture(autouse=True)
def _mail_leaves(settings):
    settings.MAIL_STAYS_HERE = False


@pytest.fixture
def world():
    return World()


@pytest.mark.parametrize("change", WRONG_OF_ONE_SHARE)
def test_mail_that_waits_says_only_what_is_still_right(change, world):
    [row] = planned()
    assert named_in(row.body_text, [world.share, world.other]) == [world.share, world.other]

    change(world)

    [text] = send()
    assert named_in(text, [world.share, world.other]) == [world.other]
    row.refresh_from_db()
    assert row.state == MailState.SENT


@pytest.mark.parametrize("change", WRONG_OF_ONE_SHARE)
def test_mail_that_a_sender_holds_is_taken_from_it(change, world, monkeypatch):
    """It takes the mail up again in the same round, and then says what is still right."""
    planned()

    [text] = send_while(monkeypatch, partial(change, world))

    assert named_in(text, [world.share, world.other]) == [world.other]


@pytest.mark.parametrize("change", WRONG_OF_ONE_SHARE)
def test_what_was_not_told_does_not_count_as_said(change, world):
    planned()

    change(world)

    of_share = Notice.objects.filter(deadline=world.share.deadline_id)
    assert not of_share.filter(withdrawn_at=None).exists()
    assert Notice.objects.filter(deadline=world.other.deadline_id, withdrawn_at=None).exists()


def end_membership(world):
    focal = member_of(world.partner, focal=True).user
    people.remove_member(membership=world.member, by=focal, now=NOON)


def change_user(world, **facts):
    for name, value in facts.items():
        setattr(world.user, name, value)
    world.user.save(update_fields=list(facts))


WRONG_OF_ALL = [
    end_membership,
    partial(change_user, is_active=False),
    partial(change_user, digest_rhythm=DigestRhythm.NONE),
    partial(change_user, email="elsewhere@office.example"),
]


@pytest.mark.parametrize("is_held_by_a_sender", [False, True])
@pytest.mark.parametrize("change", WRONG_OF_ALL)
def test_mail_to_who_is_no_longer_reminded_does_not_leave(change, is_held_by_a_sender, world, monkeypatch):
    [row] = planned()

    if is_held_by_a_sender:
        assert send_while(monkeypatch, partial(change, world)) == []
    else:
        change(world)

    assert send() == []
    row.refresh_from_db()
    assert (row.state, row.body_text != "") == (MailState.CANCELLED, True)


def test_choosing_no_reminders_is_a_change_as_any_other(world, monkeypatch):
    """It withdraws what waits, and waits its turn as other changes do."""
    planned()
    said = []
    monkeypatch.setattr(ledger, "_say_that_something_changes", lambda: said.append(True))

    preferences.choose_rhythm(person=world.user, by=world.user, rhythm=DigestRhythm.NONE)

    assert said == [True]
    assert not Notice.objects.filter(withdrawn_at=None).exists()


def test_mail_about_nothing_is_cancelled_and_its_notice_withdrawn(world):
    [row] = planned()
    report_done(world)
    shares.report_done(share=world.other, by=world.user, version=world.other.version, what_was_done="Done.")

    assert send() == []

    row.refresh_from_db()
    assert (row.state, row.last_error) == (MailState.CANCELLED, mail.Reason.NOTHING_LEFT)
    assert not Notice.objects.filter(withdrawn_at=None).exists()


def test_share_sent_back_on_the_same_day_is_told_again(world):
    """Its notice was withdrawn; it is right again, and so it is said."""
    [row] = planned()
    report_done(world)
    world.share.refresh_from_db()
    shares.take_back_report(share=world.share, by=world.user, version=world.share.version)

    [text] = send()

    assert named_in(text, [world.share, world.other]) == [world.share, world.other]
    assert set(Notice.objects.filter(is_collapsed=False).values_list("withdrawn_at", "mail")) == {(None, row.pk)}


def test_share_sent_back_later_is_told_the_step_that_was_withdrawn(world):
    planned()
    report_done(world)
    send()
    world.share.refresh_from_db()
    shares.send_back_share(
        share=world.share, by=world.secretariat, version=world.share.version, reason="Where can it be seen?"
    )

    [row] = planned(at(days(3)))

    assert named_in(row.body_text, [world.share, world.other]) == [world.share]


def test_action_reopened_is_reminded_of_again(world):
    planned()
    world.decide(actions.drop_action, reason="No longer wanted.")
    send()
    world.decide(actions.reopen_action, reason="It is wanted.")

    [row] = planned(at(days(3)))

    assert named_in(row.body_text, [world.share, world.other]) == [world.share]


def test_moved_deadline_has_a_ladder_of_its_own(world):
    planned()
    send()
    move_event(world)

    told_on = {}
    for number in (60, 70, 94, 95, 102):
        planned(at(days(number)))
        told_on[number] = [bool(named_in(text, [world.share])) for text in send(at(days(number)))]

    # The other share is told of every week.
    assert told_on == {60: [False], 70: [True], 94: [True], 95: [], 102: [True]}
    notices = Notice.objects.filter(deadline=world.share.deadline_id, due_on=days(100))
    assert set(notices.values_list("step", flat=True)) == {"-30", "-7", "-1", "0", "+1"}


def test_mail_that_is_right_leaves_as_it_was_written(world, django_assert_num_queries):
    [row] = planned()
    world.answer(shares.accept_share)

    [text] = send()

    after = OutboundMail.objects.get()
    assert (text, after.content_key, after.state) == (row.body_text, row.content_key, MailState.SENT)


def test_words_of_a_mail_follow_the_report(world):
    planned()
    with unlocked():
        AgreedAction.objects.filter(pk=world.action.pk).update(title="Another title")

    [text] = send()

    assert "Another title" in text


def test_last_chance_follows_what_is_left(world):
    """Without the line due today nothing in it is urgent."""
    with unlocked():
        Deadline.objects.filter(pk=world.other.deadline_id).update(latest=days(7))
    [row] = planned()
    assert row.is_last_chance
    report_done(world)

    send()

    row.refresh_from_db()
    assert not row.is_last_chance


def test_focal_point_is_not_told_what_new_staff_hears(monkeypatch):
    """Where nobody else could be reached the focal point heard from the first step on."""
    focal = member_of(focal=True)
    owed_share(focal, days(7))
    planned()

    assert send_while(monkeypatch, partial(member_of, focal.partner)) == []
    assert send() == []


def test_change_of_what_is_in_no_waiting_mail_asks_one_thing(world, django_assert_max_num_queries):
    planned()
    send()

    with django_assert_max_num_queries(4):
        ledger.follow([world.share.deadline_id])


@pytest.mark.parametrize("count", [1, 3])
def test_looking_once_more_asks_the_same_for_one_and_for_three(count, django_assert_num_queries):
    for _ in range(count):
        world_of_one = World()
    rows = planned()
    report_done(world_of_one)

    waiting_for_changes = 1 if connection.vendor == "postgresql" else 0
    with django_assert_num_queries(STATEMENTS_OF_A_LOOK + waiting_for_changes):
        verdicts = recheck.look_once_more(rows, NOON)
    assert len(verdicts) == 1


def test_notice_withdrawn_keeps_when(world):
    planned()
    report_done(world)

    withdrawn = Notice.objects.filter(withdrawn_at__isnull=False)
    assert withdrawn.count() == 4
    assert abs(withdrawn.first().withdrawn_at - withdrawn.first().created_at) < timedelta(minutes=5)
