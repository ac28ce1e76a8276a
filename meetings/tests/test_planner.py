from datetime import UTC, date, datetime, timedelta

import pytest

from greencustoms.core.choices import MailStream
from greencustoms.core.models import OutboundMail
from greencustoms.core.tests.factories import UserFactory
from meetings.loading import load_meeting_2007
from meetings.models import ActionShare, Notice, unlocked
from meetings.reminders import ladder as reminders
from meetings.reminders import planner
from meetings.reminders.planner import plan_reminders
from meetings.tests.factories import ActionShareFactory
from partners.tests.factories import MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db

FRIDAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def days(number):
    return FRIDAY + timedelta(days=number)


def at(day, hour=12):
    return datetime.combine(day, datetime.min.time(), UTC).replace(hour=hour)


@pytest.fixture
def member():
    return MembershipFactory(since=LONG_AGO)


def owed_share(member, latest, **facts):
    return ActionShareFactory(partner=member.partner, deadline__latest=latest, **facts)


# --- The ladder, without a database ---


@pytest.mark.parametrize(
    ("latest", "steps"),
    [
        (days(31), []),
        (days(30), ["-30"]),
        (days(6), ["-30", "-7"]),
        (days(0), ["-30", "-7", "-1", "0"]),
        (days(-1), ["-30", "-7", "-1", "0", "+1"]),
        (days(-20), ["-30", "-7", "-1", "0", "+1", "+7", "+14"]),
    ],
)
def test_ladder_fires_everything_up_to_today(latest, steps):
    fired = reminders.fired_steps(latest=latest, review_day=None, today=FRIDAY)

    assert [step.step for step in fired] == steps


def test_deadline_without_a_day_asks_on_its_review_day():
    before = reminders.fired_steps(latest=None, review_day=None, today=FRIDAY)
    on_the_day = reminders.fired_steps(latest=None, review_day=FRIDAY, today=FRIDAY)

    assert (before, [step.step for step in on_the_day]) == ([], ["review"])


@pytest.mark.parametrize(
    ("first", "every_days", "expected"),
    [
        (None, 30, None),
        (days(1), 30, None),
        (days(0), 30, days(0)),
        (days(-29), 30, days(-29)),
        (days(-30), 30, days(0)),
        (days(-31), 30, days(-1)),
        (days(-3_000), 30, days(0)),
        (days(-89), 90, days(-89)),
        (days(-181), 90, days(-1)),
        (days(-500), None, days(-500)),
    ],
)
def test_review_days_follow_each_other(first, every_days, expected):
    assert reminders.last_review_day(first=first, every_days=every_days, today=FRIDAY) == expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 11, 20, 7, 29, tzinfo=UTC), False),
        (datetime(2026, 11, 20, 7, 30, tzinfo=UTC), True),
        (datetime(2026, 11, 21, 12, 0, tzinfo=UTC), False),  # Saturday
        (datetime(2026, 11, 22, 12, 0, tzinfo=UTC), False),  # Sunday
    ],
)
def test_mail_goes_out_on_weekday_mornings(moment, expected):
    assert reminders.is_time(moment) is expected


# --- The planner ---


def test_person_gets_one_digest_for_everything_overdue_first(member):
    coming = owed_share(member, days(7))
    late = owed_share(member, days(-2))

    plan_reminders(NOON)

    mail = OutboundMail.objects.get()
    assert (mail.recipient, mail.stream, mail.key) == (
        member.user, MailStream.DIGEST, f"digest:{member.user.pk}:2026-11-20",
    )  # fmt: skip
    assert mail.subject == "1 agreed action is overdue"
    links = [line.strip() for line in mail.body_text.splitlines() if "/my/shares/" in line]
    assert links == [f"http://testserver/my/shares/{share.pk}/report/" for share in (late, coming)]
    assert links[0] in mail.body_html


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

    notices = list(Notice.objects.order_by("pk").values_list("step", "is_collapsed"))
    assert notices == [("-7", True), ("-1", True), ("0", True), ("+1", True), ("+7", True), ("+14", False)]
    assert OutboundMail.objects.count() == 1


def test_two_planners_at_once_write_one_digest(member, monkeypatch):
    """The second has read everything before the first one writes."""
    owed_share(member, days(-2))
    write = planner._write_digest
    is_first = True

    def slow_write(*args):
        nonlocal is_first
        if is_first:
            is_first = False
            assert plan_reminders(NOON) == 1  # the other planner, in between
        return write(*args)

    monkeypatch.setattr(planner, "_write_digest", slow_write)

    assert plan_reminders(NOON) == 0
    assert (OutboundMail.objects.count(), Notice.objects.filter(is_collapsed=False).count()) == (1, 1)


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
    owed_share(member, **({"latest": days(-2)} | {k: v for k, v in facts.items() if k != "deadline__latest"}))
    if "deadline__latest" in facts:
        with unlocked():
            ActionShare.objects.get().deadline.__class__.objects.update(latest=facts["deadline__latest"])

    assert plan_reminders(NOON) == 0
    assert not OutboundMail.objects.exists()


def test_meeting_of_2007_sends_nothing(organisations):
    load_meeting_2007()
    for share in ActionShare.objects.all()[:20]:
        MembershipFactory(partner=share.partner, since=LONG_AGO)

    assert plan_reminders(NOON) == 0


def test_each_recipient_is_written_to_by_their_own_clock():
    partner = PartnerFactory()
    for zone in ("Pacific/Auckland", "UTC", "America/New_York"):
        MembershipFactory(partner=partner, user__time_zone=zone, since=LONG_AGO)
    ActionShareFactory(partner=partner, deadline__latest=days(-2))

    plan_reminders(datetime(2026, 11, 19, 20, 0, tzinfo=UTC))  # Friday 09:00 in Auckland, Thursday evening elsewhere

    days_written = dict(OutboundMail.objects.values_list("recipient__time_zone", "notices__local_day"))
    assert days_written == {
        "Pacific/Auckland": date(2026, 11, 20), "UTC": date(2026, 11, 19), "America/New_York": date(2026, 11, 19),
    }  # fmt: skip


def test_nobody_is_written_to_before_half_past_seven(member):
    owed_share(member, days(-2))

    assert plan_reminders(datetime(2026, 11, 20, 7, 0, tzinfo=UTC)) == 0
    assert plan_reminders(datetime(2026, 11, 20, 7, 30, tzinfo=UTC)) == 1


def test_weekend_is_made_good_on_monday(member):
    owed_share(member, days(1))  # Saturday
    plan_reminders(NOON)

    assert plan_reminders(at(days(1))) == 0
    assert plan_reminders(at(days(3))) == 1
    assert Notice.objects.filter(step="0").get().is_collapsed


def test_focal_point_joins_at_14_days_and_secretariat_at_28(member):
    focal = MembershipFactory(partner=member.partner, focal=True, since=LONG_AGO).user
    secretariat = MembershipFactory(partner=PartnerFactory(secretariat=True), since=LONG_AGO).user
    share = owed_share(member, days(-13))

    def written_to(moment):
        OutboundMail.objects.all().delete()
        plan_reminders(moment)
        return set(OutboundMail.objects.values_list("recipient", flat=True))

    assert written_to(NOON) == {member.user.pk}
    assert written_to(at(share.deadline.latest + timedelta(days=16))) == {member.user.pk, focal.pk}
    assert written_to(at(share.deadline.latest + timedelta(days=30))) == {member.user.pk, focal.pk, secretariat.pk}


def test_focal_point_without_staff_hears_from_the_first_step():
    focal = MembershipFactory(focal=True, since=LONG_AGO)
    owed_share(focal, days(7))

    assert plan_reminders(NOON) == 1


def test_inactive_person_is_not_written_to(member):
    owed_share(member, days(-2))
    member.user.is_active = False
    member.user.save()

    assert plan_reminders(NOON) == 0


def test_person_of_two_organisations_gets_one_mail_with_both(member):
    other = MembershipFactory(user=member.user, since=LONG_AGO)
    share = owed_share(member, days(-2))
    ActionShareFactory(deadline=share.deadline, partner=other.partner)

    plan_reminders(NOON)

    assert OutboundMail.objects.get().body_text.count("/my/shares/") == 2


@pytest.mark.parametrize("rows", [1, 3])
def test_planner_reads_with_a_constant_number_of_statements(rows, django_assert_num_queries):
    for _ in range(rows):
        member = MembershipFactory(since=LONG_AGO)
        owed_share(member, days(-2))
    plan_reminders(NOON)

    with django_assert_num_queries(3):
        plan_reminders(NOON)


def test_somebody_new_is_told_the_latest_only():
    partner = PartnerFactory()
    ActionShareFactory(partner=partner, deadline__latest=days(-50))
    MembershipFactory(partner=partner, user=UserFactory(), since=NOON)

    plan_reminders(NOON)

    assert list(Notice.objects.values_list("step", "is_collapsed")) == [("+49", False)]
