"""What the secretariat is told will go out, beside what the planner then does."""

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from greencustoms import roles
from greencustoms.core import mail
from greencustoms.core.choices import DigestRhythm, MailState
from greencustoms.core.models import MailAddress, MailHold, OutboundMail, User
from greencustoms.core.tests.factories import UserFactory
from meetings.models import ActionShare, Deadline, Notice, unlocked
from meetings.reminders import forecast
from meetings.reminders.forecast import Silence
from meetings.reminders.planner import plan_now, plan_reminders
from meetings.tests.factories import ActionShareFactory
from partners.choices import DaysOff
from partners.models import Holiday
from partners.tests.factories import MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db

FRIDAY = date(2026, 11, 20)
DAWN = datetime(2026, 11, 20, 5, tzinfo=UTC)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def days(number):
    return FRIDAY + timedelta(days=number)


@pytest.fixture
def member():
    return MembershipFactory(since=LONG_AGO)


def owed_share(member, latest, **facts):
    return ActionShareFactory(partner=member.partner, deadline__latest=latest, **facts)


def week_of(person, now=DAWN):
    return forecast.weeks_of([User.objects.get(pk=person.pk)], now)[0]


def steps(week):
    return [(day.day, [line.step.step for line in day.lines]) for day in week.days]


# --- The same as the planner does ---

ZONES = ["UTC", "Pacific/Apia", "Pacific/Kiritimati", "America/New_York", "Asia/Kathmandu", "Pacific/Pago_Pago"]


def build_some_world(chance: random.Random) -> None:
    """Organisations with different weeks and holidays, people of all rhythms, deadlines of all ages."""
    partners = [PartnerFactory(days_off=chance.choice(DaysOff.values)) for _ in range(5)]
    for partner in chance.sample(partners, 3):
        first = days(chance.randint(-3, 8))
        Holiday.objects.create(
            partner=partner, first_day=first, last_day=first + timedelta(days=chance.randint(0, 4)), name="Rest"
        )
    for partner in [*partners, *chance.sample(partners, 3)]:
        for is_focal in chance.choice([(False,), (True,), (False, True), (False, False, True)]):
            _some_person(chance, partner, is_focal)
    secretariat = PartnerFactory(secretariat=True)
    roles.give(_some_person(chance, secretariat, True), roles.SECRETARIAT)
    for _ in range(40):
        latest = days(chance.randint(-60, 45)) if chance.random() < 0.8 else None
        kind = "day" if latest else chance.choice(["asap", "ongoing"])
        ActionShareFactory(
            partner=chance.choice([*partners, secretariat]), deadline__latest=latest, deadline__kind=kind,
            deadline__review_on=None if latest else days(chance.randint(-100, 10)),
            deadline__entered_on=days(chance.randint(-80, -61)),
        )  # fmt: skip


def _some_person(chance: random.Random, partner, is_focal: bool) -> User:
    rhythm = chance.choice([DigestRhythm.DAILY, DigestRhythm.DAILY, DigestRhythm.WEEKLY, DigestRhythm.NONE])
    person = MembershipFactory(
        partner=partner, focal=is_focal, since=LONG_AGO, user__time_zone=chance.choice(ZONES),
        user__digest_rhythm=rhythm, user__digest_weekday=chance.randrange(7),
    ).user  # fmt: skip
    if chance.random() < 0.1:
        MailHold.objects.create(person=person, reason="Away", held_by=person)
    if chance.random() < 0.1:
        MailAddress.objects.create(address=person.email, strikes=3, suppressed_at=NOON)
    return person


def foretold(now):
    """By person and day what will be said: deadline, day it is due, step."""
    found = {}
    for week in forecast.weeks_of(User.objects.order_by("pk"), now):
        for day in week.days:
            if not day.is_holiday:
                found[week.person.pk, day.day] = {
                    (line.deadline_id, line.due_on, line.step.step) for line in day.lines
                }  # fmt: skip
    return found


def planned_in_the_week_from(now):
    first = {person.pk: mail.local_day_of(person, now) for person in User.objects.all()}
    already = set(OutboundMail.objects.values_list("pk", flat=True))
    for hours in range(0, 24 * (forecast.DAYS + 2), 6):
        plan_reminders(now + timedelta(hours=hours))
    found = defaultdict(set)
    rows = Notice.objects.filter(is_collapsed=False).exclude(mail__in=already)
    for person, day, deadline, due_on, step in rows.values_list(
        "recipient_id", "local_day", "deadline_id", "due_on", "step"
    ):
        if day < first[person] + timedelta(days=forecast.DAYS):
            found[person, day].add((deadline, due_on, step))
    return found


@pytest.mark.parametrize("seed", [*range(3), *(pytest.param(seed, marks=pytest.mark.full) for seed in range(3, 20))])
def test_forecast_says_what_the_planner_then_does(seed):
    chance = random.Random(seed)
    build_some_world(chance)
    now = DAWN + timedelta(hours=chance.randint(0, 7 * 24))
    for hours in range(-24 * chance.randint(0, 9), 0, 6):
        plan_reminders(now + timedelta(hours=hours))

    told = foretold(now)
    planned = planned_in_the_week_from(now)

    assert told == planned
    assert planned


# --- Cases worth naming ---


def test_each_step_stands_on_its_day(member):
    owed_share(member, days(4))  # Tuesday

    assert steps(week_of(member.user)) == [(days(0), ["-7"]), (days(3), ["-1"]), (days(4), ["0"]), (days(5), ["+1"])]


@pytest.mark.parametrize(
    ("change", "silence"),
    [
        ({"is_active": False}, Silence.CLOSED),
        ({"digest_rhythm": DigestRhythm.NONE}, Silence.CHOSE_NEVER),
    ],
)
def test_nothing_goes_to_those_who_get_none(change, silence, member):
    owed_share(member, days(-2))
    User.objects.filter(pk=member.user.pk).update(**change)

    week = week_of(member.user)

    assert (week.silence, week.days, week.waiting) == (silence, [], 1)


def test_nothing_goes_while_reminders_are_held(member):
    owed_share(member, days(-2))
    hold = MailHold.objects.create(person=member.user, reason="Away", held_by=member.user)

    week = week_of(member.user)

    assert (week.silence, week.hold, week.days) == (Silence.HELD, hold, [])


def test_nothing_goes_to_an_address_that_refuses(member):
    owed_share(member, days(-2))
    MailAddress.objects.create(address=member.user.email.upper(), strikes=3, suppressed_at=NOON)

    assert week_of(member.user).silence == Silence.REFUSED


def test_weekly_person_hears_on_their_day_and_once(member):
    User.objects.filter(pk=member.user.pk).update(digest_rhythm=DigestRhythm.WEEKLY, digest_weekday=1)
    owed_share(member, days(4))
    plan_now(person=member.user, by=member.user, now=DAWN)

    assert steps(week_of(member.user)) == [(days(4), ["0"])]


def test_holiday_is_named_and_what_is_due_waits(member):
    owed_share(member, days(3))
    Holiday.objects.create(partner=member.partner, first_day=days(3), last_day=days(4), name="Rest")
    plan_reminders(NOON)

    week = week_of(member.user, NOON)

    assert [(day.day, day.is_holiday, len(day.lines)) for day in week.days] == [
        (days(3), True, 0), (days(4), True, 0), (days(5), False, 1),
    ]  # fmt: skip
    assert week.next_digest.day == days(5)


def test_week_of_somebody_planned_for_today_begins_tomorrow(member):
    owed_share(member, days(0))
    plan_reminders(NOON)

    week = week_of(member.user, NOON)

    assert week.written == OutboundMail.objects.get()
    assert steps(week) == [(days(3), ["+1"])]


def test_digest_that_never_left_rides_in_the_next_one(member, settings):
    settings.MAIL_STAYS_HERE = False
    owed_share(member, days(-1))
    plan_reminders(NOON)

    monday = NOON + timedelta(days=3)

    assert steps(week_of(member.user, monday)) == [(days(3), ["+1"]), (days(6), ["+7"])]


def test_day_that_moved_is_named_once(member):
    share = owed_share(member, days(3))
    plan_reminders(NOON)
    with unlocked():
        Deadline.objects.filter(pk=share.deadline_id).update(latest=days(4))

    week = week_of(member.user, NOON)

    moved = [line.moved_from for day in week.days for line in day.lines]
    assert moved == [days(3), None, None]


def test_share_that_is_done_is_not_announced(member):
    owed_share(member, days(4))
    ActionShare.objects.update(part="consulted")

    assert week_of(member.user).days == []


def test_only_people_who_hear_of_something_are_listed(member):
    focal = MembershipFactory(partner=member.partner, focal=True).user
    MembershipFactory()
    secretariat = MembershipFactory(partner=PartnerFactory(secretariat=True), user__roles=[roles.SECRETARIAT]).user
    UserFactory()
    assert list(forecast.people_concerned(NOON)) == []

    owed_share(member, days(20))

    assert set(forecast.people_concerned(NOON)) == {member.user, focal, secretariat}


def test_forecast_statement_count_is_constant():
    def statements(number):
        for _ in range(number):
            member = MembershipFactory(since=LONG_AGO)
            owed_share(member, days(2))
            MailHold.objects.create(person=UserFactory(), reason="Away", held_by=member.user)
        with CaptureQueriesContext(connection) as found:
            forecast.weeks_of(User.objects.order_by("pk"), DAWN)
        return len(found)

    assert statements(1) == statements(5) <= 16


def test_nobody_takes_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert forecast.weeks_of([], NOON) == []


def test_what_a_failed_digest_said_is_said_again(member):
    owed_share(member, days(-2))
    plan_reminders(NOON)
    OutboundMail.objects.update(state=MailState.FAILED)

    assert steps(week_of(member.user, NOON + timedelta(days=3)))[0] == (days(3), ["+1"])
