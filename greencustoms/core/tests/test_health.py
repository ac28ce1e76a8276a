from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from greencustoms.core import health
from greencustoms.core.choices import JobState, MailState, MailStream
from greencustoms.core.models import Heartbeat, Job, MailAddress, OutboundMail
from greencustoms.core.people import known, person

from .factories import UserFactory

pytestmark = pytest.mark.django_db

NOW = timezone.now()
MINUTE = timedelta(minutes=1)


def state_read_of(user):
    return known(person(user.pk), "tick")


@pytest.mark.parametrize(
    ("age", "expected"),
    [(timedelta(0), health.IN_TIME), (9.9 * MINUTE, health.IN_TIME), (10.1 * MINUTE, health.LATE),
     (timedelta(days=400), health.LATE)],
)  # fmt: skip
def test_tick_is_read_along_with_the_person(age, expected):
    Heartbeat.objects.create(name=health.TICK, at=timezone.now() - age)

    assert state_read_of(UserFactory()) == expected


def test_tick_that_only_ever_failed_has_never_been_done():
    Heartbeat.objects.create(name=health.TICK, at=None, failed_at=timezone.now(), error="away")
    Heartbeat.objects.create(name="send mail", at=timezone.now())

    assert state_read_of(UserFactory()) == health.NEVER


def test_standstill_says_since_when():
    at = timezone.now() - 11 * MINUTE
    Heartbeat.objects.create(name=health.TICK, at=at)

    assert health.standstill(person(UserFactory().pk), timezone.now()) == health.Standstill(at)


def test_portal_that_was_just_started_gets_time_for_its_first_tick(monkeypatch):
    user = person(UserFactory().pk)
    started = datetime(2026, 11, 20, 8, tzinfo=UTC)
    monkeypatch.setattr(health, "STARTED_AT", started)

    assert health.standstill(user, started + 9 * MINUTE) is None
    assert health.standstill(user, started + 10 * MINUTE) == health.Standstill(None)


def test_asking_about_a_tick_in_time_costs_no_statement(django_assert_num_queries):
    Heartbeat.objects.create(name=health.TICK, at=timezone.now())
    user = person(UserFactory().pk)

    with django_assert_num_queries(0):
        assert health.standstill(user, timezone.now()) is None


@pytest.mark.parametrize(
    ("at", "failed_at", "is_failing"),
    [(NOW, None, False), (None, None, False), (None, NOW, True), (NOW - MINUTE, NOW, True), (NOW, NOW - MINUTE, False)],
)
def test_part_fails_until_it_ends_well_again(at, failed_at, is_failing):
    assert health.Work("send mail", at, 1, failed_at, "").is_failing is is_failing


def mail(state, *, stream=MailStream.WORK, **facts):
    number = OutboundMail.objects.count()
    if state == MailState.SENT:
        facts["sent_at"] = NOW
    return OutboundMail.objects.create(
        key=f"test:{number}", stream=stream, to_address="a@office.example", subject="S", body_text="B",
        message_id=f"<{number}@test>", state=state, **facts,
    )  # fmt: skip


def test_mails_are_counted_by_what_became_of_them():
    old = NOW - timedelta(days=8)
    mail(MailState.PENDING, next_at=NOW - 11 * MINUTE)
    mail(MailState.PENDING, next_at=NOW + MINUTE)
    mail(MailState.CLAIMED, stream=MailStream.ACCESS)
    for state in (MailState.DEFERRED, MailState.HELD, MailState.UNKNOWN, MailState.FAILED, MailState.SENT):
        mail(state)
    mail(MailState.UNKNOWN, created_at=old)
    mail(MailState.FAILED, created_at=old)
    MailAddress.objects.create(address="a@office.example", strikes=3, suppressed_at=NOW)
    MailAddress.objects.create(address="b@office.example", strikes=2)

    found = health.mails(NOW)

    assert found == health.Mails(
        waiting=3, oldest_due_at=NOW - 11 * MINUTE, deferred=1, held=1, unknown=1, failed=1, suppressed_addresses=1
    )
    assert found.is_late(NOW)
    assert not found.is_late(NOW - 2 * MINUTE)


def test_jobs_are_counted_by_what_became_of_them():
    Job.objects.create(kind="pdf", key="a", created_at=NOW - 11 * MINUTE)
    Job.objects.create(kind="pdf", key="b", state=JobState.RUNNING)
    Job.objects.create(kind="pdf", key="c", state=JobState.FAILED, finished_at=NOW)
    Job.objects.create(kind="pdf", key="d", state=JobState.FAILED, finished_at=NOW - timedelta(days=8))

    found = health.background_jobs(NOW)

    assert found == health.Jobs(waiting=1, oldest_at=NOW - 11 * MINUTE, running=1, failed=1)
    assert (found.is_late(NOW), found.is_late(NOW - 2 * MINUTE)) == (True, False)
