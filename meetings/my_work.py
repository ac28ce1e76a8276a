"""What a person's organisations owe, sorted for their home page."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import F
from django.urls import reverse

from . import access, deadlines, pages, progress
from .choices import Part, Progress, StoredState
from .models import ActionShare, AgreedAction

MOST_DONE = 20
MOST_TO_CONFIRM = 50


@dataclass(slots=True)
class WorkRow:
    """A share as the home page of its organisation shows it."""

    url: str
    reference: str
    title: str
    stage: str
    partner_name: str
    by_when_text: str
    latest: date | None
    due: deadlines.DueWords
    mark: str
    mark_words: str
    reported_on: date | None
    is_confirmed: bool
    is_late: bool


@dataclass(slots=True)
class Work:
    late: list[WorkRow] = field(default_factory=list)
    coming: list[WorkRow] = field(default_factory=list)
    unanswered: list[WorkRow] = field(default_factory=list)
    contributes: list[WorkRow] = field(default_factory=list)
    past_when_entered: list[WorkRow] = field(default_factory=list)
    done: list[WorkRow] = field(default_factory=list)
    to_confirm: list[WorkRow] = field(default_factory=list)

    @property
    def owes_nothing(self) -> bool:
        return not (self.late or self.coming or self.unanswered or self.past_when_entered)


COLUMNS = (
    "pk", "part", "acceptance", "progress", "reported_at", "confirmed_at", "partner__acronym", "partner__sort_name",
    "deadline__label", "deadline__by_when_text", "deadline__kind", "deadline__latest", "deadline__review_on",
    "is_past_when_entered", "deadline__action__number", "deadline__action__title",
    "deadline__action__meeting__code", "deadline__action__meeting__time_zone",
)  # fmt: skip


def of(user, *, now: datetime) -> Work:
    """Everything a person has to do or see, the latest first. What waits unanswered and is late stands under late."""
    work = Work()
    own = (
        ActionShare.objects.of(user)
        .filter(deadline__action__in=AgreedAction.objects.in_final_reports())
        .filter(deadline__action__stored_state=StoredState.AGREED)
        .exclude(part=Part.CONSULTED)
    )
    done = own.filter(progress=Progress.DONE).order_by(F("reported_at").desc(), "pk")
    work.done = [row for row, _columns in _rows(done[:MOST_DONE], now)]
    for row, columns in _rows(own.exclude(progress=Progress.DONE).late_first(), now):
        _place(row, columns, work)
    to_confirm = access.shares_to_confirm(user).order_by("reported_at", "pk")
    work.to_confirm = [row for row, _columns in _rows(to_confirm[:MOST_TO_CONFIRM], now)]
    return work


def _place(row: WorkRow, columns: dict, work: Work) -> None:
    if row.mark in ("declined", "not_applicable"):
        return
    if columns["is_past_when_entered"]:
        work.past_when_entered.append(row)
    elif columns["part"] == Part.CONTRIBUTES:
        work.contributes.append(row)
    elif row.is_late:
        work.late.append(row)
    elif row.mark == "silent":
        work.unanswered.append(row)
    else:
        work.coming.append(row)


def _rows(shares, now: datetime):
    days: dict[str, date] = {}
    for columns in shares.with_past_when_entered().values(*COLUMNS):
        zone = columns["deadline__action__meeting__time_zone"]
        if zone not in days:
            days[zone] = deadlines.day_in(zone, now)
        mark = progress.mark_of(columns["acceptance"], columns["progress"])
        due = deadlines.due_words(
            kind=columns["deadline__kind"], latest=columns["deadline__latest"], today=days[zone],
            review_on=columns["deadline__review_on"], is_done=mark == "done",
        )  # fmt: skip
        code, number = columns["deadline__action__meeting__code"], columns["deadline__action__number"]
        row = WorkRow(
            url=reverse("share_report", args=[columns["pk"]]),
            reference=pages.reference(code, number),
            title=columns["deadline__action__title"],
            stage=columns["deadline__label"],
            partner_name=columns["partner__acronym"] or columns["partner__sort_name"],
            by_when_text=columns["deadline__by_when_text"],
            latest=columns["deadline__latest"],
            due=due,
            mark=mark,
            mark_words=progress.mark_words(mark),
            reported_on=columns["reported_at"] and columns["reported_at"].date(),
            is_confirmed=columns["confirmed_at"] is not None,
            is_late=due.state == "late",
        )
        yield row, columns
