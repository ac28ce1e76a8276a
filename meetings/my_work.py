"""What a person's organisations owe, sorted for their home page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from . import access, card_words, deadlines, pages, progress, share_words
from .choices import Part, Progress
from .models import ActionShare, Deadline

MOST_DONE = 20
MOST_TO_CONFIRM = 50
MOST_CAME_BACK = 50


class WorkRow(NamedTuple):
    """A share as the home page of its organisation shows it: words, which the template unpacks."""

    url: str
    title: str
    stage: str
    hint: str
    reported_on: date | None
    state_html: str
    mark_words: str
    full_name: str
    remarks: list[str]


@dataclass(slots=True)
class Work:
    came_back: list[WorkRow] = field(default_factory=list)
    late: list[WorkRow] = field(default_factory=list)
    coming: list[WorkRow] = field(default_factory=list)
    unanswered: list[WorkRow] = field(default_factory=list)
    contributes: list[WorkRow] = field(default_factory=list)
    past_when_entered: list[WorkRow] = field(default_factory=list)
    done: list[WorkRow] = field(default_factory=list)
    to_confirm: list[WorkRow] = field(default_factory=list)

    @property
    def owes_nothing(self) -> bool:
        return not (self.came_back or self.late or self.coming or self.unanswered or self.past_when_entered)


COLUMNS = (
    "pk", "part", "acceptance", "progress", "reported_at", "confirmed_at", "partner__acronym", "partner__sort_name",
    "deadline__label", "deadline__by_when_text", "deadline__kind", "deadline__latest", "deadline__review_on",
    "sent_back_reason", "is_answered_on_behalf", "is_reported_on_behalf", "behalf_note",
    "is_past_when_entered", "deadline__action__number", "deadline__action__title",
    "deadline__action__meeting__code", "deadline__action__meeting__time_zone",
)  # fmt: skip


def open_stages(partners):
    """Stages of which these organisations still owe a share, the latest first.

    Asked stage by stage along the index of last days: a page of them costs the same, however many there are.
    """
    shares = ActionShare.objects.to_do().filter(partner__in=partners, deadline=OuterRef("pk"))
    return Deadline.objects.in_effect().filter(Exists(shares)).late_first()


def of(user, partners, *, stages: Iterable[int], is_first_page: bool, now: datetime) -> Work:
    """What a person has to do or see on one page of `open_stages()`: the late ones come first.

    What waits unanswered and is late stands under late. The first page also shows what was done last and what
    waits for a confirmation, and before all else what came back.
    """
    work = Work()
    own = ActionShare.objects.filter(partner__in=partners)
    shown = set()
    if is_first_page:
        came_back = own.to_do().in_effect().filter(sent_back_at__isnull=False).order_by("-sent_back_at", "pk")
        for row, columns, _late in _rows(came_back[:MOST_CAME_BACK], now):
            work.came_back.append(row)
            shown.add(columns["pk"])
    for row, columns, is_late in _rows(own.to_do().filter(deadline__in=stages).late_first(), now):
        if columns["pk"] not in shown:
            _place(row, columns, is_late, work)
    if is_first_page:
        done = own.in_effect().filter(progress=Progress.DONE).exclude(part=Part.CONSULTED)
        done = done.order_by(F("reported_at").desc(), "pk")
        work.done = [row for row, _columns, _late in _rows(done[:MOST_DONE], now)]
        to_confirm = access.shares_to_confirm(user).order_by("reported_at", "pk")
        work.to_confirm = [row for row, _columns, _late in _rows(to_confirm[:MOST_TO_CONFIRM], now)]
    return work


def _place(row: WorkRow, columns: dict, is_late: bool, work: Work) -> None:
    if columns["is_past_when_entered"]:
        work.past_when_entered.append(row)
    elif columns["part"] == Part.CONTRIBUTES:
        work.contributes.append(row)
    elif is_late:
        work.late.append(row)
    elif progress.mark_of(columns["acceptance"], columns["progress"]) == "silent":
        work.unanswered.append(row)
    else:
        work.coming.append(row)


def _rows(shares, now: datetime):
    """Each share as a row, with its columns and whether it is late."""
    base = reverse("my_home")
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
        yield _row(columns, mark, due, base), columns, due.state == "late"


def _row(columns: dict, mark: str, due: deadlines.DueWords, base: str) -> WorkRow:
    reference = pages.reference(columns["deadline__action__meeting__code"], columns["deadline__action__number"])
    stage = columns["deadline__label"]
    partner = columns["partner__acronym"] or columns["partner__sort_name"]
    by_when = columns["deadline__by_when_text"]
    remarks = [
        share_words.sent_back(columns["sent_back_reason"]),
        share_words.said_on_behalf(
            partner, is_answered=columns["is_answered_on_behalf"], is_reported=columns["is_reported_on_behalf"],
            note=columns["behalf_note"],
        ),
    ]  # fmt: skip
    said = (_("confirmed") if columns["confirmed_at"] else "") if mark == "done" else progress.mark_words(mark)
    return WorkRow(
        url=f"{base}shares/{columns['pk']}/report/",
        title=columns["deadline__action__title"],
        stage=stage,
        hint=" · ".join([reference, partner, *([card_words.quoted(by_when)] if by_when else [])]),
        reported_on=columns["reported_at"] and columns["reported_at"].date(),
        state_html=pages.state_html(due.state, due.words),
        mark_words=said,
        full_name=f"{reference} {stage} {partner}",
        remarks=[words for words in remarks if words],
    )
