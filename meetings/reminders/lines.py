"""What a digest says: its lines, and which of what is owed is news to somebody on a day. Pure: no database."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from meetings import deadlines

from . import ladder
from .ladder import Fired
from .recipients import Reader

# Earlier steps than these are not noted as passed over: after a year of downtime nobody asks for them.
NOTED_FOR = timedelta(days=90)

# By deadline and the day it is due: the steps that somebody was told of.
Said = Mapping[tuple[int, date], Collection[str]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a digest: a share that is owed, and what is news about it."""

    share_id: int
    deadline_id: int
    due_on: date
    is_dated: bool
    reference: str
    title: str
    stage: str
    partner_name: str
    by_when_text: str
    step: Fired
    # Whether an organisation of the reader owes it; the secretariat hears of those of others too.
    is_own: bool
    # The code of its meeting and its number there.
    action: tuple[str, int]
    # Another day that this reader was told before, if the deadline has moved since.
    moved_from: date | None = None
    # Earlier steps that this one stands for; the text does not name them.
    collapsed: tuple[Fired, ...] = field(default=(), repr=False)


class Owed(NamedTuple):
    """As much of an owed share as it takes to know whether anybody hears of it."""

    share_id: int
    partner_id: int
    deadline_id: int
    latest: date | None
    review_on: date | None
    kind: str
    entered_on: date


class News(NamedTuple):
    """What is news about an owed share: the latest step, and the earlier ones that it stands for."""

    owed: Owed
    due_on: date
    step: Fired
    collapsed: tuple[Fired, ...]
    is_own: bool


def news_for(reader: Reader, owed: Iterable[Owed], said: Said, today: date) -> Iterator[News]:
    """What is to be told to a person on a day, of shares that are owed by whomever."""
    for share in owed:
        hearing = reader.hearing_of(share.partner_id)
        if hearing is None:
            continue
        due_on = due_on_of(share, today)
        if due_on is None:
            continue
        days = {"latest": share.latest, "review_day": due_on, "today": today, "calendar": reader.calendar}
        last = ladder.last_fired(**days)
        known = said.get((share.deadline_id, due_on), ())
        if last is None or last.days < hearing.first_step or last.step in known:
            continue
        fired = [step for step in ladder.fired_steps(**days) if step.days >= hearing.first_step]
        since = max(share.entered_on, hearing.since, today - NOTED_FOR)
        step, collapsed = ladder.split_new(fired, known, since)
        if step is not None:
            yield News(share, due_on, step, tuple(collapsed), hearing.is_own)


def due_on_of(share: Owed, today: date) -> date | None:
    """The day by which the ledger knows it: the last possible one, else the latest review day.

    The next review day is another question.
    """
    return share.latest or ladder.last_review_day(
        first=share.review_on, every_days=deadlines.REVIEW_AFTER_DAYS.get(share.kind), today=today
    )


def in_order(lines: Iterable[Line]) -> list[Line]:
    """What is late longest first, questions last."""
    return sorted(lines, key=lambda line: (not line.is_dated, line.due_on, line.reference, line.share_id))


def is_last_chance(lines: Iterable[Line], today: date) -> bool:
    """Whether a digest tells of something due today or overdue since today (security section 2)."""
    return any(line.is_dated and ladder.is_last_chance(line.due_on, today) for line in lines)


def content_key(user, today: date, lines: Iterable[Line]) -> str:
    """Two digests with the same key are the same text: of all that the text is made from."""
    parts = [user.name, user.language, user.digest_rhythm, user.digest_weekday, today.isoformat()]
    parts += [repr(line) for line in lines]
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()
