"""Reminders by people's own clocks and calendars."""

import zoneinfo
from datetime import UTC, date, datetime, timedelta

import pytest

from greencustoms.core.models import OutboundMail, User
from meetings.models import Notice, ReminderDay
from meetings.reminders.planner import plan_reminders
from meetings.tests.factories import ActionShareFactory
from meetings.tests.reminding import FRIDAY, NOON, at, days, member_of, named_in, owed_share, planned
from partners.choices import DaysOff
from partners.models import Holiday
from partners.tests.factories import PartnerFactory

pytestmark = pytest.mark.django_db

MONDAY = days(3)


@pytest.fixture
def member():
    return member_of()


def local(zone, *moment):
    return datetime(*moment, tzinfo=zoneinfo.ZoneInfo(zone))


def every_minutes(first, last, minutes=30):
    """Moments of true time, whatever clocks on walls say."""
    moment, last = first.astimezone(UTC), last.astimezone(UTC)
    while moment <= last:
        yield moment
        moment += timedelta(minutes=minutes)


def planned_at(moments, zone):
    """The local moments at which a mail was planned."""
    return [
        moment.astimezone(zoneinfo.ZoneInfo(zone)).replace(tzinfo=None) for moment in moments if plan_reminders(moment)
    ]


def test_each_recipient_is_written_to_by_their_own_clock():
    partner = PartnerFactory()
    for zone in ("Pacific/Auckland", "UTC", "America/New_York"):
        member_of(partner, user__time_zone=zone)
    ActionShareFactory(partner=partner, deadline__latest=days(-2))

    plan_reminders(datetime(2026, 11, 19, 20, 0, tzinfo=UTC))  # Friday 09:00 in Auckland, Thursday evening elsewhere

    assert dict(OutboundMail.objects.values_list("recipient__time_zone", "local_day")) == {
        "Pacific/Auckland": date(2026, 11, 20), "UTC": date(2026, 11, 19), "America/New_York": date(2026, 11, 19),
    }  # fmt: skip


def test_time_zone_that_nobody_knows_any_more_stops_nobody(member):
    """It counts as UTC, for that person alone."""
    other = member_of(member.partner)
    owed_share(member, days(-2))
    User.objects.filter(pk=member.user.pk).update(time_zone="Mars/Base")

    assert {row.recipient for row in planned(at(FRIDAY, 7, 30))} == {member.user, other.user}


def test_nobody_is_written_to_before_half_past_seven(member):
    owed_share(member, days(-2))

    assert plan_reminders(at(FRIDAY, 7, 29)) == 0
    assert plan_reminders(at(FRIDAY, 7, 30)) == 1


@pytest.mark.parametrize(
    ("zone", "first", "last", "expected"),
    [
        # Clocks go forward in the night to Sunday 29 March 2026, and back in the night to Sunday 25 October.
        ("Europe/Brussels", (2026, 3, 27, 0), (2026, 3, 30, 23), ["27 07:30", "30 07:30"]),
        ("Europe/Brussels", (2026, 10, 23, 0), (2026, 10, 26, 23), ["23 07:30", "26 07:30"]),
        # Half an hour, and by day: Lord Howe Island; Sundays too.
        ("Australia/Lord_Howe", (2026, 4, 3, 0), (2026, 4, 6, 23), ["03 07:30", "06 07:30"]),
        ("Australia/Lord_Howe", (2026, 10, 2, 0), (2026, 10, 5, 23), ["02 07:30", "05 07:30"]),
    ],
)
def test_change_of_summer_time_costs_no_mail_and_doubles_none(zone, first, last, expected):
    """Something is news on every day; Saturday and Sunday are free."""
    member = member_of(user__time_zone=zone)
    begin = local(zone, *first)
    for number in range(5):
        owed_share(member, begin.date() + timedelta(days=number))

    moments = planned_at(every_minutes(begin, local(zone, *last)), zone)

    assert [moment.strftime("%d %H:%M") for moment in moments] == expected


def test_clock_that_goes_back_over_half_past_seven_says_nothing_twice(member):
    """Nobody changes at that hour, but somebody may move to another time zone at any."""
    owed_share(member, days(-2))
    assert plan_reminders(at(FRIDAY, 7, 45)) == 1

    User.objects.filter(pk=member.user.pk).update(time_zone="Atlantic/Azores")  # an hour back: 07:45 comes again
    owed_share(member, days(-3))

    assert plan_reminders(at(FRIDAY, 8, 45)) == 0


def test_server_clock_that_goes_back_an_hour_says_nothing_twice(member):
    owed_share(member, days(-2))
    assert plan_reminders(at(FRIDAY, 8)) == 1
    owed_share(member, days(-2))

    assert [plan_reminders(at(FRIDAY, 7, minute)) for minute in (0, 30, 59)] == [0, 0, 0]


def test_move_across_the_date_line_gives_no_day_twice(member):
    owed_share(member, days(-2))
    User.objects.filter(pk=member.user.pk).update(time_zone="Pacific/Kiritimati")
    assert plan_reminders(at(days(-1), 18)) == 1  # Friday there
    owed_share(member, days(-2))
    User.objects.filter(pk=member.user.pk).update(time_zone="Pacific/Honolulu")

    assert plan_reminders(at(FRIDAY, 1)) == 0  # still Thursday there
    assert plan_reminders(at(FRIDAY, 20)) == 0  # Friday again
    assert ReminderDay.objects.get().day == FRIDAY


def test_day_that_never_came_is_made_good():
    """Samoa went from Thursday 29 to Saturday 31 December 2011."""
    member = member_of(user__time_zone="Pacific/Apia")
    zone = "Pacific/Apia"
    shares = {
        day: owed_share(member, date(2011, 12, 20) + timedelta(days=day), deadline__entered_on=date(2011, 1, 1))
        for day in range(9, 14)
    }
    member.since = datetime(2011, 1, 1, tzinfo=UTC)
    member.save()
    planned(local(zone, 2011, 12, 28, 12))

    moments = every_minutes(local(zone, 2011, 12, 29, 0), local(zone, 2012, 1, 2, 23))
    mails = [row for moment in moments for row in planned(moment)]

    assert [row.local_day for row in mails] == [date(2011, 12, 29), date(2012, 1, 2)]
    # Thursday: due that day, on the day that never came, at the weekend and on Monday. Monday: all of it again.
    assert named_in(mails[0].body_text, shares.values()) == list(shares.values())
    steps = Notice.objects.filter(mail=mails[1], is_collapsed=False).order_by("due_on").values_list("step", flat=True)
    assert list(steps) == ["+1", "+1", "+1", "+1", "0"]


def test_five_days_of_downtime_end_with_one_mail_of_the_latest_steps(member):
    share = owed_share(member, days(1))
    other = owed_share(member, days(-3))
    planned(at(days(-3)))

    # Nothing ran from Tuesday to Sunday.
    mails = planned(at(MONDAY, 9)) + planned(at(MONDAY, 15))

    assert [named_in(row.body_text, [share, other]) for row in mails] == [[share, other]]
    ledger = Notice.objects.filter(mail=mails[0]).order_by("deadline", "due_on", "pk")
    assert {(row.deadline_id, row.step, row.is_collapsed) for row in ledger} == {
        (share.deadline_id, "-1", True), (share.deadline_id, "0", True), (share.deadline_id, "+1", False),
        (other.deadline_id, "+1", False),
    }  # fmt: skip


# --- Working days ---


def test_weekend_is_made_good_on_monday(member):
    owed_share(member, days(1))  # Saturday
    plan_reminders(NOON)

    assert plan_reminders(at(days(1))) == 0
    assert plan_reminders(at(MONDAY)) == 1
    assert Notice.objects.filter(step="0").get().is_collapsed


def test_monday_is_announced_on_friday(member):
    owed_share(member, MONDAY)
    planned(at(days(-1)))

    [row] = planned(NOON)

    assert Notice.objects.get(mail=row, is_collapsed=False).step == "-1"


def test_friday_and_saturday_may_be_the_days_off():
    member = member_of(PartnerFactory(days_off=DaysOff.FRIDAY_SATURDAY))
    for number in range(5):
        owed_share(member, days(number))

    told_on = [number for number in range(-1, 4) if planned(at(days(number)))]

    assert told_on == [-1, 2, 3]


def test_holidays_are_kept(member):
    Holiday.objects.create(partner=member.partner, first_day=FRIDAY, last_day=days(4), name="Feast")
    owed_share(member, days(2))
    planned(at(days(-2)))

    mails = {number: planned(at(days(number))) for number in range(-1, 6)}

    assert [number for number, rows in mails.items() if rows] == [-1, 5]
    steps = [Notice.objects.get(mail=rows[0], is_collapsed=False).step for rows in mails.values() if rows]
    assert steps == ["-1", "+1"]


def test_day_counts_if_one_of_somebodys_organisations_works():
    """Who works for two rests only when both do."""
    gulf = PartnerFactory(days_off=DaysOff.FRIDAY_SATURDAY)
    member = member_of(gulf)
    member_of(user=member.user)
    for number in range(5):
        owed_share(member, days(number))

    told_on = [number for number in range(-1, 4) if planned(at(days(number)))]

    assert told_on == [-1, 0, 2, 3]
