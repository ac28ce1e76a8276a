from datetime import UTC, datetime, timedelta

import pytest

from greencustoms.core import rate
from greencustoms.core.models import RateBucket

pytestmark = pytest.mark.django_db
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


def test_allow_stops_when_the_bucket_is_empty():
    answers = [rate.allow("export:someone", burst=3, per_hour=6, now=NOON) for _ in range(5)]

    assert answers == [True, True, True, False, False]


def test_allow_fills_with_time_and_never_above_the_burst():
    for _ in range(3):
        rate.allow("export:someone", burst=3, per_hour=6, now=NOON)

    assert rate.allow("export:someone", burst=3, per_hour=6, now=NOON + timedelta(minutes=9)) is False
    assert rate.allow("export:someone", burst=3, per_hour=6, now=NOON + timedelta(minutes=10)) is True
    tomorrow = [rate.allow("export:someone", burst=3, per_hour=6, now=NOON + timedelta(days=1)) for _ in range(4)]
    assert tomorrow == [True, True, True, False]


def test_allow_keeps_people_apart():
    rate.allow("export:one", burst=1, per_hour=1, now=NOON)

    assert rate.allow("export:other", burst=1, per_hour=1, now=NOON) is True
    assert rate.allow("export:one", burst=1, per_hour=1, now=NOON) is False


def test_a_clock_set_back_takes_nothing_away():
    rate.allow("export:one", burst=2, per_hour=1, now=NOON)

    assert rate.allow("export:one", burst=2, per_hour=1, now=NOON - timedelta(hours=3)) is True


def test_forget_full_drops_what_nobody_touched_for_a_day():
    rate.allow("old", burst=1, per_hour=1, now=NOON - timedelta(days=2))
    rate.allow("new", burst=1, per_hour=1, now=NOON)

    rate.forget_full(NOON)

    assert [row.key for row in RateBucket.objects.all()] == ["new"]
