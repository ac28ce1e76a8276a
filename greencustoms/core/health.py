"""Whether the regular work is done: what the health page says, and the switch that tells when nothing ticks any more.

The switch costs nothing: whether the tick is late is read along with whoever is signed in (`people.known`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, DateTimeField, Exists, ExpressionWrapper, F, IntegerField, Min, Q, Value, When
from django.utils import timezone

from .choices import JobState, MailState
from .models import Heartbeat, Job, MailAddress, OutboundMail
from .people import known, known_of_people

TICK = "tick"
TICK_LATE = timedelta(minutes=10)
QUEUE_LATE = timedelta(minutes=10)
LOOKED_BACK = timedelta(days=7)
ON_THE_WAY = (MailState.PENDING, MailState.CLAIMED, MailState.HANDING)
NOT_ARRIVED = (*ON_THE_WAY, MailState.DEFERRED, MailState.HELD, MailState.UNKNOWN, MailState.FAILED)
NEVER, LATE, IN_TIME = range(3)
# Before anything ever ticked, the portal gets as long as the tick may be late: it has only just been started.
STARTED_AT = timezone.now()


@known_of_people("tick")
def _tick(now: datetime):
    """Whether the latest good tick is in time, late, or there has never been one."""
    ticks = Heartbeat.objects.filter(name=TICK, at__isnull=False)
    good_until = ExpressionWrapper(F("at") + TICK_LATE, output_field=DateTimeField())
    return Case(
        When(Exists(ticks.annotate(good_until=good_until).filter(good_until__gt=now)), then=Value(IN_TIME)),
        When(Exists(ticks), then=Value(LATE)),
        default=Value(NEVER),
        output_field=IntegerField(),
    )


@dataclass(frozen=True, slots=True)
class Standstill:
    """That nothing is planned and sent any more, since the last good tick; None if there never was one."""

    since: datetime | None


def standstill(user, now: datetime) -> Standstill | None:
    """What to tell this person if the tick is late. Asks the database only then."""
    state = known(user, "tick")
    if state == IN_TIME or (state == NEVER and now - STARTED_AT < TICK_LATE):
        return None
    return Standstill(Heartbeat.objects.filter(name=TICK).values_list("at", flat=True).first())


@dataclass(frozen=True, slots=True)
class Work:
    """One part of the tick: when it last ended well, and when and how it last failed."""

    name: str
    at: datetime | None
    seconds: float
    failed_at: datetime | None
    error: str

    @property
    def is_failing(self) -> bool:
        """Whether it has failed since it last ended well."""
        return self.failed_at is not None and (self.at is None or self.failed_at > self.at)


@dataclass(frozen=True, slots=True)
class Mails:
    """What lies in the outbox, of all streams: numbers only."""

    waiting: int
    oldest_due_at: datetime | None
    deferred: int
    held: int
    unknown: int
    failed: int
    suppressed_addresses: int

    def is_late(self, now: datetime) -> bool:
        return self.oldest_due_at is not None and now - self.oldest_due_at > QUEUE_LATE


@dataclass(frozen=True, slots=True)
class Jobs:
    waiting: int
    oldest_at: datetime | None
    running: int
    failed: int

    def is_late(self, now: datetime) -> bool:
        return self.oldest_at is not None and now - self.oldest_at > QUEUE_LATE


def work_parts() -> dict[str, Work]:
    """The tick as a whole and its parts, by name. One statement."""
    rows = Heartbeat.objects.order_by("name").values_list("name", "at", "seconds", "failed_at", "error")
    return {row[0]: Work(*row) for row in rows}


def mails(now: datetime) -> Mails:
    """Two statements."""
    lately = Q(created_at__gte=now - LOOKED_BACK)
    waiting = Q(state__in=ON_THE_WAY)
    # Most mails arrived: with their states named, the index of states leads past them.
    counts = OutboundMail.objects.filter(state__in=NOT_ARRIVED).aggregate(
        waiting=Count("pk", filter=waiting),
        oldest_due_at=Min("next_at", filter=Q(state=MailState.PENDING, next_at__lte=now)),
        deferred=Count("pk", filter=Q(state=MailState.DEFERRED)),
        held=Count("pk", filter=Q(state=MailState.HELD)),
        unknown=Count("pk", filter=Q(state=MailState.UNKNOWN) & lately),
        failed=Count("pk", filter=Q(state=MailState.FAILED) & lately),
    )
    return Mails(**counts, suppressed_addresses=MailAddress.objects.exclude(suppressed_at=None).count())


def background_jobs(now: datetime) -> Jobs:
    """One statement."""
    lately = Q(finished_at__gte=now - LOOKED_BACK)
    return Jobs(
        **Job.objects.aggregate(
            waiting=Count("pk", filter=Q(state=JobState.QUEUED)),
            oldest_at=Min("created_at", filter=Q(state=JobState.QUEUED)),
            running=Count("pk", filter=Q(state=JobState.RUNNING)),
            failed=Count("pk", filter=Q(state=JobState.FAILED) & lately),
        )
    )
