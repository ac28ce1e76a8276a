"""Background jobs as rows (security section 1): the row is the work, the broker's message only a doorbell."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from .choices import JobState
from .models import Job

logger = logging.getLogger(__name__)

MOST_TRIES = 3
# A running job whose heart stood still for this long was killed; a queued one was never heard.
STALE_AFTER = timedelta(seconds=150)


class JobFailed(Exception):
    """Raised by a job with a plain sentence for the person who asked for it."""


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


def enqueue(kind: str, *, key: str, args: dict | None = None, by=None) -> Job:
    """The job of this kind and key: the one that exists, or a new one. A failed one is tried afresh.

    The key says what the result depends on, so that asking twice works once.
    """
    with transaction.atomic():
        row, is_new = Job.objects.get_or_create(
            kind=kind, key=key, defaults={"args": args or {}, "asked_by": by}
        )
        if not is_new and row.state == JobState.FAILED:
            is_new = bool(
                Job.objects.filter(pk=row.pk, state=JobState.FAILED).update(
                    state=JobState.QUEUED, tries=0, percent=0, step="", error="",
                    finished_at=None, heartbeat_at=None, created_at=timezone.now(),
                )
            )
            row.refresh_from_db()
        if is_new:
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
    now = timezone.now()
    claimed = Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(
        state=JobState.RUNNING, tries=F("tries") + 1, heartbeat_at=now, step=""
    )
    if not claimed:
        return
    row = Job.objects.get(pk=job_id)
    try:
        result = _kinds[row.kind].work(row)
    except JobFailed as error:
        _finish(row, JobState.FAILED, error=str(error))
    except Exception:
        logger.exception("Job %s (%s) failed", row.pk, row)
        if row.tries >= MOST_TRIES:
            _finish(row, JobState.FAILED, error=_("This did not work. The technical administrators can see why."))
        else:
            Job.objects.filter(pk=row.pk).update(state=JobState.QUEUED)
    else:
        _finish(row, JobState.DONE, result=result)


def report(row: Job, percent: int, step: str) -> None:
    """Say how far a job has come; also its sign of life."""
    Job.objects.filter(pk=row.pk).update(percent=percent, step=step, heartbeat_at=timezone.now())


def requeue_stale(now: datetime) -> int:
    """Ring again for waiting jobs, and take back those whose worker was killed. Returns how many."""
    stale = now - STALE_AFTER
    dead = Job.objects.filter(state=JobState.RUNNING, heartbeat_at__lt=stale)
    for row in dead.filter(tries__gte=MOST_TRIES):
        _finish(row, JobState.FAILED, error=_("This stopped three times without an end. Ask the technical administrators."))
    dead.filter(tries__lt=MOST_TRIES).update(state=JobState.QUEUED, heartbeat_at=now)
    waiting = Job.objects.filter(Q(heartbeat_at=None) | Q(heartbeat_at__lte=now), state=JobState.QUEUED)
    waiting = list(waiting.filter(created_at__lt=now - timedelta(seconds=30)).order_by("pk")[:100])
    for row in waiting:
        ring(row)
    return len(waiting)


def _finish(row: Job, state: JobState, *, error: str = "", result: dict | None = None) -> None:
    percent = 100 if state == JobState.DONE else row.percent
    Job.objects.filter(pk=row.pk).update(
        state=state, error=error, result=result or {}, percent=percent, finished_at=timezone.now()
    )
