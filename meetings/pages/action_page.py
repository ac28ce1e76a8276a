"""The page of one action: its card, and what the page says of its report."""

from datetime import date, datetime
from typing import NamedTuple

from django.urls import reverse

from greencustoms.core import time_zones
from greencustoms.core.statements import KeptRows
from meetings import access
from meetings.choices import CompletionRule
from meetings.pages import cards as pages

HEAD_COLUMNS = (
    "pk", "number", "completion_rule", "superseded_by_id", "carried_over_to_id", "meeting_id", "meeting__code",
    "meeting__title", "meeting__time_zone", "meeting__is_invented", "meeting__state", "session__number",
    "session__title",
)  # fmt: skip


class ActionHead(NamedTuple):
    """What the page shows of an action beside its card, in the order of HEAD_COLUMNS."""

    pk: int
    number: int
    completion_rule: str
    superseded_by_id: int | None
    carried_over_to_id: int | None
    meeting_id: int
    meeting_code: str
    meeting_title: str
    time_zone: str
    is_invented: bool
    meeting_state: str
    session_number: int
    session_title: str

    @property
    def meeting_url(self) -> str:
        return reverse("meeting_detail", args=[self.meeting_code])

    @property
    def rule_words(self) -> str:
        return str(CompletionRule(self.completion_rule).label)


COLUMNS = tuple(dict.fromkeys(pages.ACTION_COLUMNS + HEAD_COLUMNS))


@KeptRows
def _rows(level: str, *, code, number):
    action = access.actions_to_read_for(level).filter(meeting__code=code, number=number)
    return action.order_by(*pages.ACTION_ORDER).values_list(*COLUMNS)


def read(level: str, *, code: str, number: int, now: datetime) -> tuple[ActionHead, pages.ActionCard, date] | None:
    """The action with its card and the day at the place of its meeting; None if there is none that may be read.

    Two statements.
    """
    rows = _rows(level, code=code, number=number)
    if not rows:
        return None
    columns = dict(zip(COLUMNS, rows[0], strict=True))
    head = ActionHead(*(columns[name] for name in HEAD_COLUMNS))
    today = time_zones.day_in(head.time_zone, now)
    [card] = pages.cards_from((row[: len(pages.ACTION_COLUMNS)] for row in rows), today=today)
    return head, card, today
