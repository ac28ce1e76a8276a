"""The ladder of reminders: which step of a deadline fires on which day, and for whom. Pure: days are passed in.

Steps count from the last possible day: 30, 7 and 1 days before, the day itself, 1 day after, then 7, 14, 21 ...
days after. A deadline without a day asks on its review days instead, again and again (design section 5).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

STEPS_BEFORE = (-30, -7, -1, 0, 1)
WEEK = 7
REVIEW = "review"
FOCAL_POINT_FROM = 14
SECRETARIAT_FROM = 28
NOT_BEFORE = time(7, 30)
FIRST_STEP = STEPS_BEFORE[0]


@dataclass(frozen=True, slots=True)
class Fired:
    """A step that has fired: its name in the ledger, and how many days after the last possible day it lies."""

    step: str
    days: int
    fire_on: date


def last_review_day(*, first: date | None, every_days: int | None, today: date) -> date | None:
    """The latest review day up to today, counted on from the first one. None before the first."""
    if first is None or first > today:
        return None
    if not every_days:
        return first
    return today - timedelta(days=(today - first).days % every_days)


def fired_steps(*, latest: date | None, review_day: date | None, today: date) -> list[Fired]:
    """All steps that have fired up to today, the earliest first. Never asks for equality: servers sleep.

    Without a last possible day there is one step, the question of the latest review day.
    """
    if latest is None:
        return [Fired(REVIEW, 0, review_day)] if review_day is not None else []
    found = []
    for days in _ladder():
        fire_on = latest + timedelta(days=days)
        if fire_on > today:
            return found
        found.append(Fired(f"{days:+d}" if days else "0", days, fire_on))
    return found


def _ladder() -> Iterator[int]:
    yield from STEPS_BEFORE
    days = WEEK
    while True:
        yield days
        days += WEEK


def first_step(*, is_focal: bool, has_staff: bool, is_secretariat: bool = False) -> int:
    """From how many days after the last possible day a person hears of a share.

    Staff from the first step on; the focal point joins at 14 days overdue, or at once where the organisation has
    no other staff here; the secretariat joins at 28.
    """
    if is_secretariat:
        return SECRETARIAT_FROM
    return FOCAL_POINT_FROM if is_focal and has_staff else FIRST_STEP


def is_time(local: datetime) -> bool:
    """Whether mail may go out now: on weekdays, from half past seven of the recipient's own clock."""
    return local.weekday() < 5 and local.time() >= NOT_BEFORE


def split_new(fired: list[Fired], known: set[str], since: date) -> tuple[Fired | None, list[Fired]]:
    """What of the fired steps is news: the latest, to be mailed, and the earlier ones it stands for.

    Nothing if the latest is known. Steps from before the deadline was entered or the person joined (`since`)
    are not owed to anybody and are left out.
    """
    if not fired or fired[-1].step in known:
        return None, []
    latest = fired[-1]
    return latest, [step for step in fired[:-1] if step.step not in known and step.fire_on >= since]
