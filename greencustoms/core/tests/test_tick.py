from datetime import timedelta

import pytest
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone

from greencustoms.core import publication, tick
from greencustoms.core.management.commands import ticker
from greencustoms.core.models import Heartbeat

pytestmark = pytest.mark.django_db


def broken(*args, **kwargs):
    raise OperationalError("the database is away")


@pytest.fixture
def rounds(monkeypatch):
    """The parts of the rooms, none at first."""
    found = []
    monkeypatch.setattr(tick, "_rounds", found)
    return found


def test_good_tick_is_noted(rounds):
    now = timezone.now()
    seen = []
    rounds.append(("trial", seen.append))

    assert tick.tick(now) is True

    assert seen == [now]
    assert Heartbeat.objects.get(name="tick").at == now


def test_part_that_fails_stops_no_other_and_the_tick_is_not_noted(rounds):
    seen = []
    rounds += [("broken", broken), ("trial", seen.append)]

    assert tick.tick(timezone.now()) is False

    assert len(seen) == 1
    assert not Heartbeat.objects.filter(name="tick").exists()


def test_each_part_notes_how_it_went(rounds):
    now = timezone.now()
    rounds += [("broken", broken), ("trial", lambda now: None)]

    tick.tick(now)

    found = {row.name: row for row in Heartbeat.objects.all()}
    assert set(found) == {
        "cancel reminders whose day is over",
        "broken",
        "trial",
        "raise the public version",
        "send mail",
        "look after jobs",
        "forget full buckets",
    }
    assert (found["broken"].at, found["broken"].failed_at) == (None, now)
    assert found["broken"].error == "OperationalError: the database is away"
    assert (found["trial"].at, found["trial"].failed_at, found["trial"].error) == (now, None, "")


def test_part_that_works_again_keeps_what_it_last_failed_with(rounds):
    before, now = timezone.now() - timedelta(minutes=1), timezone.now()
    rounds.append(("trial", broken))
    tick.tick(before)
    rounds[:] = [("trial", lambda now: None)]

    tick.tick(now)

    row = Heartbeat.objects.get(name="trial")
    assert (row.at, row.failed_at) == (now, before)


def test_name_of_a_part_must_fit_into_its_row():
    with pytest.raises(ValueError, match="At most 40"):
        tick.every_tick("x" * 41)


def test_tick_that_cannot_be_noted_is_not_a_good_one(rounds, monkeypatch):
    monkeypatch.setattr(Heartbeat.objects, "update_or_create", broken)

    assert tick.tick(timezone.now()) is False


def test_beat_does_not_pile_up_ticks():
    entry = settings.CELERY_BEAT_SCHEDULE["tick"]

    assert entry["options"]["expires"] < entry["schedule"].seconds


@pytest.mark.parametrize(("age", "ticks"), [(None, 1), (100, 1), (30, 0)])
def test_ticker_ticks_when_nobody_else_does(age, ticks, monkeypatch):
    seen = []
    monkeypatch.setattr(ticker, "tick", seen.append)
    monkeypatch.setattr(ticker, "close_old_connections", lambda: None)
    if age is not None:
        Heartbeat.objects.create(name="tick", at=timezone.now() - timedelta(seconds=age))

    ticker.look()

    assert len(seen) == ticks


def test_ticker_outlives_a_database_that_is_away(monkeypatch, caplog):
    monkeypatch.setattr(ticker, "close_old_connections", lambda: None)
    monkeypatch.setattr(Heartbeat.objects, "filter", broken)

    ticker.look()

    assert "it will look again" in caplog.text


# --- A publication while the cache is away ---


def away():
    raise ConnectionError("the cache is away")


def test_publication_whose_version_was_lost_is_raised_by_the_next_tick(
    rounds, monkeypatch, django_capture_on_commit_callbacks
):
    before = publication.current_version()
    with monkeypatch.context() as patched:
        patched.setattr(publication, "_write_new_version", away)
        with django_capture_on_commit_callbacks(execute=True):
            publication.raise_version()
        tick.tick(timezone.now())
        assert publication.current_version() == before
        assert Heartbeat.objects.filter(name=publication.WAITING).exists()

    assert tick.tick(timezone.now()) is True

    assert publication.current_version() != before
    assert not Heartbeat.objects.filter(name=publication.WAITING).exists()


def test_publication_in_the_moment_of_the_repair_waits_for_the_next_round(monkeypatch):
    Heartbeat.objects.create(name=publication.WAITING, at=timezone.now())
    later = timezone.now() + timedelta(seconds=1)
    monkeypatch.setattr(
        publication, "_write_new_version", lambda: Heartbeat.objects.filter(name=publication.WAITING).update(at=later)
    )

    publication.raise_again(timezone.now())

    assert Heartbeat.objects.get(name=publication.WAITING).at == later


def test_nothing_to_repair_writes_no_version(monkeypatch):
    monkeypatch.setattr(publication, "_write_new_version", away)

    publication.raise_again(timezone.now())

    assert not Heartbeat.objects.exists()
