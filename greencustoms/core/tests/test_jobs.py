from datetime import timedelta

import pytest
from django.utils import timezone

from greencustoms.core import jobs
from greencustoms.core.choices import JobState
from greencustoms.core.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind(monkeypatch):
    """Registers a kind of job whose work is the function given."""
    monkeypatch.setattr(jobs, "_kinds", dict(jobs._kinds))

    def register(work):
        jobs.job("trial")(work)
        return "trial"

    return register


def test_job_is_rung_for_after_the_commit_and_done(kind, django_capture_on_commit_callbacks):
    name = kind(lambda row: {"answer": row.args["number"] * 2})

    with django_capture_on_commit_callbacks(execute=True):
        row = jobs.enqueue(name, key="a", args={"number": 21})

    row.refresh_from_db()
    assert (row.state, row.result, row.percent, row.tries) == (JobState.DONE, {"answer": 42}, 100, 1)
    assert row.finished_at is not None


def test_asking_twice_with_one_key_works_once(kind, django_capture_on_commit_callbacks):
    calls = []
    name = kind(lambda row: calls.append(row.pk))

    with django_capture_on_commit_callbacks(execute=True):
        first = jobs.enqueue(name, key="a")
    with django_capture_on_commit_callbacks(execute=True):
        second = jobs.enqueue(name, key="a")
    jobs.run(first.pk)

    assert first == second
    assert calls == [first.pk]


def test_finished_job_is_done_again_only_when_asked_to(kind, django_capture_on_commit_callbacks):
    calls = []
    name = kind(lambda row: calls.append(row.args))

    for again in (False, False, True):
        with django_capture_on_commit_callbacks(execute=True):
            jobs.enqueue(name, key="a", args={"again": again}, again=again)

    assert calls == [{"again": False}, {"again": True}]


def test_job_that_another_worker_claimed_is_left_alone(kind):
    calls = []
    row = Job.objects.create(kind=kind(lambda row: calls.append(row.pk)), key="a", state=JobState.RUNNING)

    jobs.run(row.pk)

    assert calls == []


def test_broker_that_is_down_is_not_shown_to_the_person(kind, monkeypatch, django_capture_on_commit_callbacks):
    from greencustoms.core import tasks

    def no_broker(*args, **kwargs):
        raise OSError("no broker")

    monkeypatch.setattr(tasks.run_job, "apply_async", no_broker)

    with django_capture_on_commit_callbacks(execute=True):
        row = jobs.enqueue(kind(lambda row: {}), key="a")

    assert row.state == JobState.QUEUED


def test_unexpected_error_is_tried_three_times_and_then_told_in_plain_words(kind):
    def work(row):
        raise ZeroDivisionError("secret detail")

    row = Job.objects.create(kind=kind(work), key="a")

    states = []
    for _ in range(4):
        jobs.run(row.pk)
        row.refresh_from_db()
        states.append((row.state, row.tries))

    assert states == [("queued", 1), ("queued", 2), ("failed", 3), ("failed", 3)]
    assert "secret detail" not in row.error


def test_failure_with_a_sentence_is_not_tried_again_unless_it_may_pass(kind):
    def work(row):
        raise jobs.JobFailed("The text is too long.", try_again=row.key == "may pass")

    final = Job.objects.create(kind=kind(work), key="final")
    may_pass = Job.objects.create(kind="trial", key="may pass")
    for row in (final, may_pass):
        jobs.run(row.pk)
        row.refresh_from_db()

    assert (final.state, final.error) == (JobState.FAILED, "The text is too long.")
    assert (may_pass.state, may_pass.error) == (JobState.QUEUED, "")


def test_failed_job_is_tried_afresh_when_asked_for_again(kind):
    row = Job.objects.create(
        kind=kind(lambda row: {}), key="a", state=JobState.FAILED, tries=3, error="No.", finished_at=timezone.now()
    )

    jobs.enqueue("trial", key="a")

    row.refresh_from_db()
    assert (row.state, row.tries, row.error, row.finished_at) == (JobState.QUEUED, 0, "", None)


def test_report_moves_the_bar_and_stops_a_worker_that_lost_its_job(kind):
    row = Job.objects.create(kind=kind(lambda row: {}), key="a", state=JobState.RUNNING, tries=1)

    jobs.report(row, 40, "laying out")
    Job.objects.filter(pk=row.pk).update(tries=2)
    with pytest.raises(jobs.JobTaken):
        jobs.report(row, 60, "storing")

    row.refresh_from_db()
    assert (row.percent, row.step) == (40, "laying out")


def test_worker_that_lost_its_job_writes_no_result(kind):
    def work(row):
        Job.objects.filter(pk=row.pk).update(tries=2)  # the tick gave it to another worker
        return {"stale": True}

    row = Job.objects.create(kind=kind(work), key="a")

    jobs.run(row.pk)

    row.refresh_from_db()
    assert (row.state, row.result) == (JobState.RUNNING, {})


@pytest.fixture
def rung(monkeypatch):
    keys = []
    monkeypatch.setattr(jobs, "ring", lambda row: keys.append(row.key))
    return keys


def test_tick_takes_back_killed_jobs_and_fails_those_killed_three_times(rung):
    now = timezone.now()
    silent = now - jobs.STALE_AFTER - timedelta(seconds=1)
    for key, tries, heartbeat in [("killed", 1, silent), ("killed often", 3, silent), ("alive", 1, now)]:
        Job.objects.create(
            kind="trial", key=key, state=JobState.RUNNING, tries=tries, heartbeat_at=heartbeat, created_at=silent
        )

    jobs.requeue_stale(now)

    assert dict(Job.objects.values_list("key", "state")) == {
        "killed": "queued", "killed often": "failed", "alive": "running",
    }  # fmt: skip
    assert rung == ["killed"]


def test_tick_rings_for_a_message_that_was_lost_but_not_every_minute(rung):
    now = timezone.now()
    Job.objects.create(kind="trial", key="fresh", created_at=now)
    Job.objects.create(kind="trial", key="lost", created_at=now - timedelta(seconds=40))

    jobs.requeue_stale(now)
    jobs.requeue_stale(now + timedelta(seconds=20))
    assert rung == ["lost"]

    jobs.requeue_stale(now + jobs.STALE_AFTER + timedelta(seconds=1))
    assert rung == ["lost", "fresh", "lost"]
