"""What is looked after every minute. Safe to run twice at once and by hand (`manage.py tick`)."""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from . import jobs, mail, publication, rate
from .models import Heartbeat

logger = logging.getLogger(__name__)

LONGEST_NAME = 40

_rounds: list[tuple[str, Callable[[datetime], object]]] = []


def every_tick(name: str):
    """Register a function of a room that every tick calls with the present moment. Its health is known by the name."""
    if len(name) > LONGEST_NAME:
        raise ValueError(f"At most {LONGEST_NAME} characters: {name}")

    def register(function):
        _rounds.append((name, function))
        return function

    return register


def tick(now: datetime) -> bool:
    """Plan, send, re-queue. One part that fails does not stop the others. Returns whether all went well."""
    started = time.monotonic()
    all_well = True
    for name, function in [
        ("cancel reminders whose day is over", mail.cancel_overtaken),  # before new ones are planned
        *_rounds,
        ("raise the public version", publication.raise_again),
        ("send mail", mail.send_all_due),
        ("look after jobs", jobs.requeue_stale),
        ("forget full buckets", rate.forget_full),
    ]:
        all_well &= _do(name, function, now)
    return all_well and _note("tick", at=now, seconds=time.monotonic() - started)


def _do(name: str, function: Callable[[datetime], object], now: datetime) -> bool:
    """One part, and what the health page says of it. Returns whether it went well."""
    started = time.monotonic()
    try:
        function(now)
    except Exception as error:
        logger.exception("Tick: “%s” failed", name)
        _note(name, failed_at=now, error=f"{type(error).__name__}: {error}"[:300])
        return False
    return _note(name, at=now, seconds=time.monotonic() - started)


def _note(name: str, **found) -> bool:
    try:
        Heartbeat.objects.update_or_create(name=name, defaults=found)
    except Exception:
        logger.exception("Tick: how “%s” went could not be noted", name)
        return False
    return True
