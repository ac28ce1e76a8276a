"""Background jobs as rows (security section 1): the row is the work, the broker's message only a doorbell."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from .choices import JobState
from .models import Job

logger = logging.getLogger(__name__)

MOST_TRIES = 3
# A running job whose heart stood still for this long was killed; a queued one was never heard.
STALE_AFTER = timedelta(seconds=150)
UNHEARD_AFTER = timedelta(seconds=30)


class JobFailed(Exception):
    """Raised by a job with a plain sentence for the person who asked for it. With `try_again`, it is tried again."""

    def __init__(self, words: str, *, try_again: bool = False):
        super().__init__(words)
        self.try_again = try_again


class JobTaken(Exception):
    """Raised in a job that was silent for so long that it has been given to another worker."""


@dataclass(frozen=True)
class Kind:
    work: Callable[[Job], dict]
    queue: str


_kinds: dict[str, Kind] = {}


def job(kind: str, *, queue: str = "default"):
    """Register the function that does jobs of a kind. It takes the Job and returns plain values."""

    def register(work):
        _kinds[kind] = Kind(work, queue)
        return work

    return register


def enqueue(kind: str, *, key: str, args: dict | None = None, by=None, again: bool = False) -> Job:
    """The job of this kind and key: the one that exists, or a new one. A failed one is tried afresh.

    The key says what the result depends on, so that asking twice works once. `again` does a finished one
    once more, for a result that got lost.
    """
    with transaction.atomic():
        row, must_ring = Job.objects.get_or_create(kind=kind, key=key, defaults={"args": args or {}, "asked_by": by})
        finished = [JobState.FAILED, JobState.DONE] if again else [JobState.FAILED]
        if not must_ring and row.state in finished:
            must_ring = bool(
                Job.objects.filter(pk=row.pk, state=row.state).update(
                    state=JobState.QUEUED,
                    tries=0,
                    percent=0,
                    step="",
                    error="",
                    result={},
                    args=args or {},
                    asked_by=by,
                    finished_at=None,
                    heartbeat_at=None,
                    created_at=timezone.now(),
                )
            )
            row.refresh_from_db()
        if must_ring:
            transaction.on_commit(partial(ring, row))
    return row


def ring(row: Job) -> None:
    """Tell a worker to look. A broker that does not answer is logged: the tick will ring again."""
    from .tasks import run_job

    try:
        run_job.apply_async([row.pk], queue=_kinds[row.kind].queue if row.kind in _kinds else "default")
    except Exception as error:
        logger.warning("Job %s: the broker did not take the message (%s)", row.pk, error)


def run(job_id: int) -> None:
    """Do one job, if it is waiting. Safe to call twice: only one caller gets it."""
    claimed = Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(
        state=JobState.RUNNING, tries=F("tries") + 1, heartbeat_at=timezone.now(), step=""
    )
    if not claimed:
        return
    row = Job.objects.get(pk=job_id)
    try:
        result = _kinds[row.kind].work(row)
    except JobTaken:
        logger.warning("Job %s (%s) was silent too long; another worker has it", row.pk, row)
    except JobFailed as error:
        _try_again_or_fail(row, str(error), may_try_again=error.try_again)
    except Exception:
        logger.exception("Job %s (%s) failed", row.pk, row)
        _try_again_or_fail(row, _("This did not work. The technical administrators can see why."), may_try_again=True)
    else:
        _finish(_mine(row), JobState.DONE, result=result, percent=100)


def report(row: Job, percent: int, step: str) -> None:
    """Say how far a job has come; also its sign of life. Raises JobTaken when another worker has the job."""
    if not _mine(row).update(percent=percent, step=step, heartbeat_at=timezone.now()):
        raise JobTaken


def requeue_stale(now: datetime) -> int:
    """Take back jobs whose worker was killed, and ring for waiting ones nobody heard. Returns how many were rung."""
    dead = Job.objects.filter(state=JobState.RUNNING, heartbeat_at__lt=now - STALE_AFTER)
    words = _("This stopped three times without an end. Ask the technical administrators.")
    _finish(dead.filter(tries__gte=MOST_TRIES), JobState.FAILED, error=words)
    dead.filter(tries__lt=MOST_TRIES).update(state=JobState.QUEUED, heartbeat_at=None)
    # The heartbeat of a waiting job says when it was last rung for or tried: no minute rings for everything.
    unheard = Q(heartbeat_at=None, created_at__lt=now - UNHEARD_AFTER) | Q(heartbeat_at__lt=now - STALE_AFTER)
    waiting = list(Job.objects.filter(unheard, state=JobState.QUEUED).order_by("pk")[:100])
    for row in waiting:
        if Job.objects.filter(pk=row.pk, state=JobState.QUEUED).update(heartbeat_at=now):
            ring(row)
    return len(waiting)


def _try_again_or_fail(row: Job, words: str, *, may_try_again: bool) -> None:
    if may_try_again and row.tries < MOST_TRIES:
        _mine(row).update(state=JobState.QUEUED)
    else:
        _finish(_mine(row), JobState.FAILED, error=words)


def _mine(row: Job) -> QuerySet[Job]:
    """The row, as long as the caller's claim counts: a try that was taken over may change nothing more."""
    return Job.objects.filter(pk=row.pk, state=JobState.RUNNING, tries=row.tries)


def _finish(jobs: QuerySet[Job], state: JobState, *, error: str = "", result: dict | None = None, **fields) -> None:
    jobs.update(state=state, error=error, result=result or {}, finished_at=timezone.now(), **fields)
