"""What is looked after every minute. Safe to run twice at once and by hand (`manage.py tick`)."""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from . import jobs, mail, publication, rate
from .models import Heartbeat

logger = logging.getLogger(__name__)

_rounds: list[tuple[str, Callable[[datetime], object]]] = []


def every_tick(name: str):
    """Register a function of a room that every tick calls with the present moment."""

    def register(function):
        _rounds.append((name, function))
        return function

    return register


def tick(now: datetime) -> bool:
    """Plan, send, re-queue. One part that fails does not stop the others. Returns whether all went well."""
    started = time.monotonic()
    all_well = True
    for name, function in [
        *_rounds,
        ("raise the public version", publication.raise_again),
        ("send mail", mail.send_due),
        ("look after jobs", jobs.requeue_stale),
        ("forget full buckets", rate.forget_full),
    ]:
        try:
            function(now)
        except Exception:
            all_well = False
            logger.exception("Tick: “%s” failed", name)
    if all_well:
        try:
            seconds = time.monotonic() - started
            Heartbeat.objects.update_or_create(name="tick", defaults={"at": now, "seconds": seconds})
        except Exception:
            all_well = False
            logger.exception("Tick: the good end could not be noted")
    return all_well
