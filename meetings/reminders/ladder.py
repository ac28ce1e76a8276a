"""The ladder of reminders: which step of a deadline fires on which day, and for whom. Pure: days are passed in.

Steps count from the last possible day: 30, 7 and 1 days before, the day itself, 1 day after, then 7, 14, 21 ...
days after. A deadline without a day asks on its review days instead, again and again (design section 5).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from partners.working_days import LONGEST_REST, Days

STEPS_BEFORE = (-30, -7, -1, 0, 1)
# Said before the day or not at all: a reader who rests on this day hears of it before the rest.
LAST_BEFORE = -1
WEEK = 7
REVIEW = "review"
FOCAL_POINT_FROM = 14
SECRETARIAT_FROM = 28
NOT_BEFORE = time(7, 30)
FIRST_STEP = STEPS_BEFORE[0]
# So far ahead a last possible day may lie of which somebody hears today: after a long rest comes "tomorrow".
FURTHEST_AHEAD = timedelta(days=max(-FIRST_STEP, LONGEST_REST.days + 1))
# Due today, or overdue since today: where nobody knows whether these were taken, they are sent once more.
LAST_CHANCES = frozenset({0, 1})


@dataclass(frozen=True, slots=True)
class Fired:
    """A step that has fired: its name in the ledger, and how many days after the last possible day it lies."""

    step: str
    days: int
    fire_on: date


def is_last_chance(latest: date, today: date) -> bool:
    """Whether today is the day itself or the day after, whichever step is said today."""
    return (today - latest).days in LAST_CHANCES


def last_review_day(*, first: date | None, every_days: int | None, today: date) -> date | None:
    """The latest review day up to today, counted on from the first one. None before the first."""
    if first is None or first > today:
        return None
    if not every_days:
        return first
    return today - timedelta(days=(today - first).days % every_days)


def last_fired(*, latest: date | None, review_day: date | None, today: date, calendar: Days) -> Fired | None:
    """The latest step that has fired up to today. Never asks for equality: servers sleep, and people rest.

    The step of the day before is brought forward to the last day before it on which the reader works, so that a
    Monday is announced on Friday. Without a last possible day there is one step, the question of the latest review
    day.
    """
    if latest is None:
        return Fired(REVIEW, 0, review_day) if review_day is not None else None
    days = (today - latest).days
    if days >= WEEK:
        return _step(latest, days - days % WEEK, calendar)
    for candidate in reversed(STEPS_BEFORE):
        # The calendar is asked only where it can bring something forward.
        if days >= candidate or (candidate == LAST_BEFORE and _fires_on(latest, candidate, calendar) <= today):
            return _step(latest, candidate, calendar)
    return None


def fired_steps(*, latest: date | None, review_day: date | None, today: date, calendar: Days) -> list[Fired]:
    """All steps up to the latest that has fired, the earliest first."""
    last = last_fired(latest=latest, review_day=review_day, today=today, calendar=calendar)
    if last is None or latest is None:
        return [last] if last is not None else []
    before = [days for days in (*STEPS_BEFORE, *range(WEEK, last.days, WEEK)) if days < last.days]
    return [*(_step(latest, days, calendar) for days in before), last]


def _step(latest: date, days: int, calendar: Days) -> Fired:
    return Fired(f"{days:+d}" if days else "0", days, _fires_on(latest, days, calendar))


def _fires_on(latest: date, days: int, calendar: Days) -> date:
    day = latest + timedelta(days=days)
    return calendar.last_until(day) if days == LAST_BEFORE else day


def first_step(*, is_focal: bool, are_others_reached: bool, is_secretariat: bool = False) -> int:
    """From how many days after the last possible day a person hears of a share.

    Staff from the first step on; the focal point joins at 14 days overdue, or at once where nobody else of the
    organisation can be reached; the secretariat joins at 28.
    """
    if is_secretariat:
        return SECRETARIAT_FROM
    return FOCAL_POINT_FROM if is_focal and are_others_reached else FIRST_STEP


def is_time(local: datetime) -> bool:
    """Whether the day of a person has begun for mail: from half past seven of their own clock."""
    return local.time() >= NOT_BEFORE


def week_begins_on(*, weekday: int, today: date) -> date:
    """The first day of the week for which somebody hears once: the latest such day of the week."""
    return today - timedelta(days=(today.weekday() - weekday) % WEEK)


def split_new(fired: list[Fired], said: Collection[str], since: date) -> tuple[Fired | None, list[Fired]]:
    """What of the fired steps is news: the latest, to be mailed, and the earlier ones it stands for.

    Nothing if the latest was said. Steps from before the deadline was entered or the person joined (`since`)
    are not owed to anybody and are left out.
    """
    if not fired or fired[-1].step in said:
        return None, []
    latest = fired[-1]
    return latest, [step for step in fired[:-1] if step.step not in said and step.fire_on >= since]
