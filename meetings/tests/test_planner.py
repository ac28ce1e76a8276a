"""What is told and noted. Who hears of it: test_planner_recipients; clocks and calendars: test_planner_clocks."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from greencustoms import roles
from greencustoms.core import mail
from greencustoms.core.choices import DigestRhythm, MailState, MailStream, Weekday
from greencustoms.core.models import AuditEvent, MailAddress, OutboundMail
from greencustoms.core.tests.factories import UserFactory
from meetings.loading import load_meeting_2007
from meetings.models import ActionShare, Deadline, Notice, ReminderDay, unlocked
from meetings.reminders import planner
from meetings.reminders.planner import plan_now, plan_reminders
from meetings.tests.factories import ActionShareFactory
from meetings.tests.reminding import FRIDAY, LONG_AGO, NOON, at, days, member_of, named_in, owed_share, planned
from partners.tests.factories import MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db


# Zones, people, the claim (5), overtaken mails, what is owed and said and its words (7), mails (2), notices, people.
STATEMENTS_OF_A_PORTION = 21


@pytest.fixture
def member():
    return member_of()


def test_person_gets_one_digest_for_everything_overdue_first(member):
    coming = owed_share(member, days(7))
    late = owed_share(member, days(-1))

    plan_reminders(NOON)

    row = OutboundMail.objects.get()
    assert (row.recipient, row.stream, row.key, row.local_day, row.is_last_chance) == (
        member.user, MailStream.DIGEST, f"digest:{member.user.pk}:2026-11-20", FRIDAY, True,
    )  # fmt: skip
    links = [line.strip() for line in row.body_text.splitlines() if "/my/shares/" in line]
    assert links == [f"http://testserver/my/shares/{share.pk}/report/" for share in (late, coming)]
    assert links[0] in row.body_html


@pytest.mark.parametrize(("kind", "every_days"), [("asap", 30), ("event", 30), ("ongoing", 90)])
def test_question_is_asked_again_on_each_review_day(kind, every_days, member):
    owed_share(member, None, deadline__kind=kind, deadline__review_on=FRIDAY)

    asked_on = [day for day in range(200) if plan_reminders(at(days(day)))]

    due = list(Notice.objects.order_by("pk").values_list("step", "due_on"))
    # Days 0, 30, 90 ... may fall on a weekend: the question then goes out on Monday.
    assert due == [("review", days(number)) for number in range(0, 200, every_days)]
    assert [day - day % every_days for day in asked_on] == list(range(0, 200, every_days))
    assert all(days(day).weekday() < 5 and day % every_days <= 2 for day in asked_on)


def test_mail_of_a_review_day_says_that_it_is_a_question(member):
    share = owed_share(member, None, deadline__kind="asap", deadline__review_on=FRIDAY)

    plan_reminders(NOON)

    mail = OutboundMail.objects.get()
    assert mail.subject == "A question about 1 agreed action without a fixed day"
    for body in (mail.body_text, mail.body_html):
        assert "How far is it, and does it still hold?" in body
        assert f"/my/shares/{share.pk}/report/" in body
        assert "overdue" not in body.casefold()
        assert "coming up" not in body.casefold()


def test_question_of_a_missed_review_day_is_asked_once(member):
    """After downtime the latest review day counts, the ones before it are not made good."""
    owed_share(member, None, deadline__kind="asap", deadline__review_on=days(-100))

    plan_reminders(NOON)
    plan_reminders(at(days(3)))

    assert list(Notice.objects.values_list("due_on", flat=True)) == [days(-10)]


def test_planning_again_on_the_same_day_adds_nothing(member):
    owed_share(member, days(-2))
    plan_reminders(NOON)
    owed_share(member, days(0))

    assert plan_reminders(NOON + timedelta(hours=2)) == 0
    assert OutboundMail.objects.count() == 1


def test_next_day_mails_only_what_is_news(member):
    owed_share(member, days(0))
    plan_reminders(NOON)

    monday = at(days(3))
    assert plan_reminders(monday) == 1
    assert plan_reminders(at(days(4))) == 0
    steps = Notice.objects.filter(is_collapsed=False).order_by("pk").values_list("step", flat=True)
    assert list(steps) == ["0", "+1"]


def test_after_days_of_downtime_only_the_latest_step_is_mailed(member):
    owed_share(member, days(-15), deadline__entered_on=days(-22))

    plan_reminders(NOON)

    notices = set(Notice.objects.values_list("step", "is_collapsed"))
    assert notices == {("-7", True), ("-1", True), ("0", True), ("+1", True), ("+7", True), ("+14", False)}
    assert OutboundMail.objects.count() == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"done": True},
        {"declined": True},
        {"part": "contributes"},
        {"part": "consulted"},
        {"deadline__action__stored_state": "dropped"},
        {"deadline__action__meeting__draft": True},
        {"deadline__entered_on": FRIDAY},
        {"deadline__latest": FRIDAY + timedelta(days=40)},
    ],
)
def test_who_owes_nothing_is_not_written_to(member, facts):
    ActionShareFactory(partner=member.partner, **{"deadline__latest": days(-2), **facts})

    assert plan_reminders(NOON) == 0
    assert not OutboundMail.objects.exists()


def test_meeting_of_2007_sends_nothing(organisations):
    load_meeting_2007()
    for share in ActionShare.objects.all()[:20]:
        MembershipFactory(partner=share.partner, since=LONG_AGO)

    assert plan_reminders(NOON) == 0


def test_person_of_two_organisations_gets_one_mail_with_both(member):
    other = MembershipFactory(user=member.user, since=LONG_AGO)
    share = owed_share(member, days(-2))
    ActionShareFactory(deadline=share.deadline, partner=other.partner)

    plan_reminders(NOON)

    assert OutboundMail.objects.get().body_text.count("/my/shares/") == 2


def test_somebody_new_is_told_the_latest_only():
    partner = PartnerFactory()
    ActionShareFactory(partner=partner, deadline__latest=days(-50))
    MembershipFactory(partner=partner, user=UserFactory(), since=NOON)

    plan_reminders(NOON)

    assert list(Notice.objects.values_list("step", "is_collapsed")) == [("+49", False)]


def test_where_any_one_is_enough_nobody_is_reminded_once_somebody_has_done_it(member):
    share = owed_share(member, days(-2), deadline__action__completion_rule="any")
    done = ActionShareFactory(deadline=share.deadline, part="contributes", done=True)

    assert planned(NOON) == []

    ActionShare.objects.filter(pk=done.pk).update(progress="in_progress")
    assert len(planned(at(days(3)))) == 1


@pytest.mark.parametrize("rule", ["all", "lead"])
def test_where_all_in_the_lead_owe_it_the_others_are_still_reminded(rule, member):
    share = owed_share(member, days(-2), deadline__action__completion_rule=rule)
    ActionShareFactory(deadline=share.deadline, done=True)

    assert len(planned(NOON)) == 1


def test_what_a_mail_did_not_say_rides_in_the_next_one(member):
    """Its notice is kept and given to the new mail, so each step stays once in the ledger."""
    share = owed_share(member, days(0))
    [first] = planned(NOON)
    OutboundMail.objects.update(state=MailState.UNKNOWN)

    [second] = planned(at(days(3)))

    assert named_in(second.body_text, [share]) == [share]
    assert set(Notice.objects.values_list("step", "is_collapsed", "mail", "local_day")) == {
        ("-30", True, second.pk, days(3)), ("-7", True, second.pk, days(3)), ("-1", True, second.pk, days(3)),
        ("0", True, second.pk, days(3)), ("+1", False, second.pk, days(3)),
    }  # fmt: skip
    assert first.pk != second.pk


@pytest.mark.parametrize(
    ("state", "is_said"),
    [
        ("sent", True), ("kept", True), ("held", True), ("handing", True),
        ("unknown", False), ("failed", False), ("suppressed", False), ("cancelled", False),
    ],
)  # fmt: skip
def test_what_counts_as_said(state, is_said, member):
    owed_share(member, None, deadline__kind="asap", deadline__review_on=FRIDAY)
    planned(NOON)
    OutboundMail.objects.update(state=state, sent_at=NOON)

    assert (planned(at(days(3))) == []) is is_said


@pytest.mark.parametrize("state", ["pending", "deferred", "claimed"])
def test_digest_that_did_not_leave_on_its_day_is_overtaken(state, member):
    """Its lines ride in the new one, and nobody gets two on one day."""
    share = owed_share(member, None, deadline__kind="asap", deadline__review_on=FRIDAY)
    [first] = planned(NOON)
    OutboundMail.objects.update(state=state)

    [second] = planned(at(days(3)))

    first.refresh_from_db()
    assert (first.state, named_in(second.body_text, [share])) == (MailState.CANCELLED, [share])
    assert Notice.objects.get().mail == second


def test_moved_deadline_is_told_anew_with_the_day_told_before(member):
    share = owed_share(member, days(0))
    planned(NOON)
    OutboundMail.objects.update(state=MailState.SENT, sent_at=NOON)
    with unlocked():
        Deadline.objects.update(latest=days(60))

    [moved] = planned(at(days(31)))
    OutboundMail.objects.update(state=MailState.SENT, sent_at=NOON)
    [later] = planned(at(days(53)))

    assert "20 November 2026" in moved.body_text
    assert (named_in(later.body_text, [share]), "20 November 2026" in later.body_text) == ([share], False)


def test_line_says_whether_the_reader_owes_it():
    """The secretariat hears of what others owe after four weeks; its own shares it hears of as everybody does."""
    secretariat = member_of(PartnerFactory(secretariat=True), user__roles=[roles.SECRETARIAT])
    own, other = owed_share(secretariat, days(-2)), owed_share(member_of(), days(-28))

    lines = planner.contents.lines_on({secretariat.user: FRIDAY})[secretariat.user.pk]

    assert {(line.share_id, line.step.step, line.is_own) for line in lines} == {
        (own.pk, "+1", True), (other.pk, "+28", False),
    }  # fmt: skip


@pytest.mark.parametrize("people", [1, 3])
def test_planning_asks_the_same_for_one_and_for_three(people, django_assert_num_queries):
    for _ in range(people):
        member = member_of()
        owed_share(member, days(-2))
        owed_share(member, days(-3))

    with django_assert_num_queries(STATEMENTS_OF_A_PORTION):
        assert plan_reminders(NOON) == people


def test_tick_without_work_asks_two_things(member, django_assert_num_queries):
    owed_share(member, days(-2))
    plan_reminders(NOON)

    with django_assert_num_queries(2):
        plan_reminders(NOON)


def test_night_asks_one_thing(member, django_assert_num_queries):
    with django_assert_num_queries(1):
        plan_reminders(at(FRIDAY, 3))


def test_portions_follow_each_other(monkeypatch):
    monkeypatch.setattr(planner, "PORTION", 2)
    partner = PartnerFactory()
    members = [member_of(partner) for _ in range(5)]
    owed_share(members[0], days(-2))

    assert plan_reminders(NOON) == 5


def test_one_person_who_cannot_be_planned_keeps_no_other_from_being_reminded(monkeypatch, member):
    other = member_of(member.partner)
    owed_share(member, days(-2))
    digest = planner.emails.digest

    def digest_of_most(*, user, **facts):
        if user == member.user:
            raise ValueError("no text can be made")
        return digest(user=user, **facts)

    monkeypatch.setattr(planner.emails, "digest", digest_of_most)

    with pytest.raises(planner.PlanningFailed):
        plan_reminders(NOON)
    assert list(OutboundMail.objects.values_list("recipient", flat=True)) == [other.user.pk]

    monkeypatch.setattr(planner.emails, "digest", digest)
    assert plan_reminders(NOON + timedelta(minutes=1)) == 1


# --- Sent by hand ---


def test_reminder_sent_by_hand_goes_whatever_the_hour(member):
    by, share = UserFactory(), owed_share(member, days(-2))
    saturday_night = at(days(1), 3)

    row = plan_now(person=member.user, by=by, now=saturday_night)

    assert (row.local_day, named_in(row.body_text, [share])) == (days(1), [share])
    assert AuditEvent.objects.get(did="sent reminders now").by == by
    assert planned(at(days(1), 12)) == []


def test_reminder_sent_by_hand_goes_to_who_hears_once_a_week():
    user = UserFactory(digest_rhythm=DigestRhythm.WEEKLY, digest_weekday=Weekday.MONDAY)
    owed_share(member_of(user=user), days(-2))
    planned(at(days(-4)))

    row = plan_now(person=user, by=UserFactory(), now=NOON)

    assert row.local_day == FRIDAY


@pytest.mark.parametrize(
    ("arrange", "code"),
    [
        (lambda user: type(user).objects.filter(pk=user.pk).update(is_active=False), "not_reminded"),
        (lambda user: type(user).objects.filter(pk=user.pk).update(digest_rhythm="none"), "not_reminded"),
        (lambda user: mail.keeping.hold_reminders(person=user, by=UserFactory(), reason="On leave."), "held"),
        (lambda user: MailAddress.objects.create(address=user.email.upper(), suppressed_at=NOON), "suppressed"),
        (lambda user: plan_reminders(NOON), "said_today"),
        (lambda user: ActionShare.objects.update(part="consulted"), "nothing_to_say"),
    ],
)
def test_reminder_by_hand_is_refused_with_a_reason(arrange, code, member):
    owed_share(member, days(-2))
    arrange(member.user)
    before = OutboundMail.objects.count()

    with pytest.raises(ValidationError) as refused:
        plan_now(person=member.user, by=UserFactory(), now=NOON)

    assert (refused.value.code, OutboundMail.objects.count()) == (code, before)


def test_refused_by_hand_leaves_the_day_to_the_planner(member):
    share = owed_share(member, days(-2))
    ActionShare.objects.update(part="consulted")
    with pytest.raises(ValidationError):
        plan_now(person=member.user, by=UserFactory(), now=at(FRIDAY, 5))
    ActionShare.objects.update(part="lead")

    [row] = planned(NOON)

    assert named_in(row.body_text, [share]) == [share]
    assert ReminderDay.objects.get().day == FRIDAY
