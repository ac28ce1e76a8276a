from datetime import date, datetime, timedelta

import pytest

from meetings.reminders import ladder
from partners.choices import DaysOff
from partners.working_days import AnyWorks, WorkingDays

FRIDAY = date(2026, 11, 20)
WEEKDAYS = WorkingDays()
GULF = WorkingDays.of(DaysOff.FRIDAY_SATURDAY)


def days(number):
    return FRIDAY + timedelta(days=number)


def names(latest, today=FRIDAY, calendar=WEEKDAYS, review_day=None):
    fired = ladder.fired_steps(latest=latest, review_day=review_day, today=today, calendar=calendar)
    return [step.step for step in fired]


@pytest.mark.parametrize(
    ("latest", "steps"),
    [
        (days(31), []),
        (days(30), ["-30"]),
        (days(6), ["-30", "-7"]),
        (days(0), ["-30", "-7", "-1", "0"]),
        (days(-1), ["-30", "-7", "-1", "0", "+1"]),
        (days(-6), ["-30", "-7", "-1", "0", "+1"]),
        (days(-7), ["-30", "-7", "-1", "0", "+1", "+7"]),
        (days(-20), ["-30", "-7", "-1", "0", "+1", "+7", "+14"]),
        (days(-21), ["-30", "-7", "-1", "0", "+1", "+7", "+14", "+21"]),
    ],
)
def test_ladder_fires_everything_up_to_today(latest, steps):
    assert names(latest) == steps


@pytest.mark.parametrize(
    ("latest", "calendar", "fire_on"),
    [
        (days(3), WEEKDAYS, days(0)),  # a Monday is announced on Friday
        (days(2), WEEKDAYS, days(0)),  # so is a Sunday
        (days(4), WEEKDAYS, days(3)),
        (days(2), GULF, days(-1)),  # a Sunday on Thursday, where Friday and Saturday are free
        (days(3), GULF, days(2)),
        (days(3), AnyWorks((WEEKDAYS, GULF)), days(2)),  # Sunday counts for whoever works for both
        (days(17), WorkingDays.of(DaysOff.SATURDAY_SUNDAY, [(days(4), days(17))]), days(3)),
    ],
)
def test_step_of_the_day_before_comes_before_a_rest(latest, calendar, fire_on):
    day_before = {"latest": latest, "review_day": None, "today": fire_on - timedelta(days=1), "calendar": calendar}
    on_the_day = {**day_before, "today": fire_on}

    assert ladder.last_fired(**day_before).step != "-1"
    assert ladder.last_fired(**on_the_day) == ladder.Fired("-1", -1, fire_on)


def test_long_rest_brings_the_step_forward_past_the_earlier_ones():
    """Somebody who rests for five weeks hears "tomorrow" before that, and no "in a week" first."""
    calendar = WorkingDays.of(DaysOff.SATURDAY_SUNDAY, [(days(1), days(40))])

    assert names(days(38), calendar=calendar) == ["-30", "-7", "-1"]


def test_rest_without_end_stops_nothing():
    calendar = WorkingDays.of(DaysOff.SATURDAY_SUNDAY, [(days(-400), days(400))])

    assert names(days(2), calendar=calendar) == ["-30", "-7"]
    assert names(days(1), calendar=calendar) == ["-30", "-7", "-1"]


def test_day_that_never_came_is_no_working_day():
    """Samoa went from Thursday 29 to Saturday 31 December 2011."""
    monday, thursday = date(2012, 1, 2), date(2011, 12, 29)
    apia = AnyWorks((WEEKDAYS,), "Pacific/Apia")

    assert names(monday, today=thursday, calendar=apia)[-1] == "-1"
    assert names(monday, today=thursday, calendar=AnyWorks((WEEKDAYS,), "Pacific/Auckland"))[-1] == "-7"


def test_deadline_without_a_day_asks_on_its_review_day():
    assert (names(None), names(None, review_day=FRIDAY)) == ([], ["review"])


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
    assert ladder.last_review_day(first=first, every_days=every_days, today=FRIDAY) == expected


@pytest.mark.parametrize(("hour", "minute", "expected"), [(0, 0, False), (7, 29, False), (7, 30, True), (23, 59, True)])
def test_day_begins_at_half_past_seven(hour, minute, expected):
    moment = datetime(2026, 11, 20, hour, minute)  # noqa: DTZ001 - on somebody's wall

    assert ladder.is_time(moment) is expected


@pytest.mark.parametrize(
    ("weekday", "expected"), [(4, days(0)), (3, days(-1)), (0, days(-4)), (6, days(-5)), (5, days(-6))]
)
def test_week_begins_on_the_day_that_somebody_chose(weekday, expected):
    assert ladder.week_begins_on(weekday=weekday, today=FRIDAY) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"is_focal": False, "are_others_reached": True}, -30),
        ({"is_focal": False, "are_others_reached": False}, -30),
        ({"is_focal": True, "are_others_reached": True}, 14),
        ({"is_focal": True, "are_others_reached": False}, -30),
        ({"is_focal": False, "are_others_reached": True, "is_secretariat": True}, 28),
    ],
)
def test_first_step_says_who_joins_when(facts, expected):
    assert ladder.first_step(**facts) == expected


@pytest.mark.parametrize(
    ("latest", "expected"), [(days(1), False), (days(0), True), (days(-1), True), (days(-2), False), (days(-7), False)]
)
def test_last_chance_is_what_is_due_today_or_overdue_since_today(latest, expected):
    """The step of the day after may be said days later, after a weekend or a standstill: then nothing presses."""
    assert ladder.is_last_chance(latest, FRIDAY) is expected
