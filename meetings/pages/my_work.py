"""What a person's organisations owe, sorted for their home page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from html import escape
from typing import NamedTuple

from django.db.models import Case, F, Q, When, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from greencustoms.core import time_zones
from greencustoms.core.paging import Page, kept_keys, page_of_keys
from greencustoms.core.statements import RowsByKeys
from meetings import access, deadlines, progress
from meetings.choices import Part, Progress
from meetings.models import ActionShare
from meetings.pages import card_words, share_words
from meetings.pages import cards as pages
from partners.access import memberships_of
from partners.choices import MemberRole

MY_ROWS = 50
MOST_ANSWERED = 20  # of those that are done, and of those that are set aside
MOST_TO_CONFIRM = 50


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
    set_aside: list[WorkRow] = field(default_factory=list)
    to_confirm: list[WorkRow] = field(default_factory=list)

    @property
    def owes_nothing(self) -> bool:
        return not (self.came_back or self.late or self.coming or self.unanswered or self.past_when_entered)


COLUMNS = (
    "pk", "part", "acceptance", "progress", "reported_at", "confirmed_at", "partner__acronym", "partner__sort_name",
    "deadline__label", "deadline__by_when_text", "deadline__kind", "deadline__latest", "deadline__review_on",
    "sent_back_at", "sent_back_reason", "is_answered_on_behalf", "is_reported_on_behalf", "behalf_note",
    "is_past_when_entered", "deadline__action__number", "deadline__action__title",
    "deadline__action__meeting__code", "deadline__action__meeting__time_zone",
)  # fmt: skip


def open_shares(partners: Iterable[int]):
    """Shares that these organisations still owe: what came back, then the earliest last day first."""
    shares = ActionShare.objects.in_effect().to_do().filter(partner__in=partners)
    first_due = F("deadline__latest").asc(nulls_last=True)
    return shares.order_by(F("sent_back_at").desc(nulls_last=True), first_due, "deadline__action__number", "pk")


def of(user, partners: list[int], *, request, now: datetime) -> tuple[Work, Page]:
    """What a person has to do or see on one page of `open_shares()`, and that page.

    What waits unanswered and is late stands under late. The first page also shows what was done or declined last
    and what waits for a confirmation. One statement; before it, one for each list whose keys were not kept since the
    last publication.
    """
    keys = kept_keys("my-keys", {"partners": partners}, lambda: open_shares(partners))
    page = page_of_keys(keys, request, per_page=MY_ROWS)
    is_first = page.number == 1
    answered: list[int] = []
    if is_first and partners:
        answered = _kept("my-answered", {"partners": partners}, lambda: _answered(partners))
    to_confirm = _to_confirm(user, partners) if is_first else []
    work = Work()
    wanted = {*page.rows, *answered, *to_confirm}
    found = {columns["pk"]: (row, columns, late) for row, columns, late in _rows(wanted, now)} if wanted else {}
    for key in page.rows:
        if key in found:
            _place(*found[key], work)
    for key in answered:
        if key in found:
            _place_answered(*found[key], work)
    work.to_confirm = [found[key][0] for key in to_confirm if key in found]
    return work, page


def _answered(partners):
    """What is done and what is set aside, the newest of each: one list, so that both cost one statement."""
    is_aside = Q(acceptance__in=progress.SET_ASIDE)
    shares = ActionShare.objects.filter(partner__in=partners).in_effect().exclude(part=Part.CONSULTED)
    newest = [F("reported_at").desc(nulls_last=True), F("answered_at").desc(nulls_last=True), F("pk").asc()]
    place = Window(RowNumber(), partition_by=Case(When(is_aside, then=1), default=0), order_by=newest)
    found = shares.filter(is_aside | Q(progress=Progress.DONE)).annotate(place=place)
    return found.filter(place__lte=MOST_ANSWERED).order_by("place", "pk")


def _to_confirm(user, partners: list[int]) -> Iterable[int]:
    """Keys of what waits for this person's word. They are kept by the rights too, which may end at any time."""
    is_focal = any(belonging.role == MemberRole.FOCAL for belonging in memberships_of(user))
    rights = {"confirms": user.has_perm("meetings.confirm_share"), "is_focal": is_focal}
    if not any(rights.values()):
        return []

    def waiting():
        return access.shares_to_confirm(user).order_by("reported_at", "pk")[:MOST_TO_CONFIRM]

    return _kept("my-to-confirm", {"user": user.pk, "partners": partners, **rights}, waiting)


def _kept(name: str, asked: dict, rows: Callable) -> list[int]:
    """All keys of a short list."""
    keys = kept_keys(name, asked, rows)
    return keys.part(0, keys.total)


def _place(row: WorkRow, columns: dict, is_late: bool, work: Work) -> None:
    mark = progress.mark_of(columns["acceptance"], columns["progress"])
    if mark in ("done", "declined", "not_applicable"):
        return  # answered a moment ago: the keys are older
    if columns["sent_back_at"]:
        work.came_back.append(row)
    elif columns["is_past_when_entered"]:
        work.past_when_entered.append(row)
    elif columns["part"] == Part.CONTRIBUTES:
        work.contributes.append(row)
    elif is_late:
        work.late.append(row)
    elif mark == "silent":
        work.unanswered.append(row)
    else:
        work.coming.append(row)


def _place_answered(row: WorkRow, columns: dict, is_late: bool, work: Work) -> None:
    if columns["acceptance"] in progress.SET_ASIDE:
        work.set_aside.append(row)
    elif columns["progress"] == Progress.DONE:
        work.done.append(row)


@RowsByKeys
def _share_rows(keys):
    return ActionShare.objects.filter(pk__in=keys).with_past_when_entered().values_list(*COLUMNS)


def _rows(keys: Iterable[int], now: datetime):
    """Each share as a row, with its columns and whether it is late."""
    base = reverse("my_home")
    days: dict[str, date] = {}
    for row in _share_rows(keys):
        columns = dict(zip(COLUMNS, row, strict=True))
        zone = columns["deadline__action__meeting__time_zone"]
        if zone not in days:
            days[zone] = time_zones.day_in(zone, now)
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
    is_aside = columns["acceptance"] in progress.SET_ASIDE
    return WorkRow(
        url=f"{base}shares/{columns['pk']}/report/",
        title=columns["deadline__action__title"],
        stage=stage,
        hint=" · ".join([reference, partner, *([card_words.quoted(by_when)] if by_when else [])]),
        reported_on=columns["reported_at"] and columns["reported_at"].date(),
        # Nothing is due of what was declined.
        state_html=pages.state_html("open", said) if is_aside else pages.state_html(due.state, due.words),
        mark_words="" if is_aside else said,
        full_name=f"{reference} {stage} {partner}",
        remarks=[words for words in remarks if words],
    )


def html_of(rows: Iterable[WorkRow], words: str, *, is_strong: bool = False) -> SafeString:
    """The rows as a list, each with a button that says what to do. Drawn here for the reason given in rows.py."""
    button = "button" if is_strong else "button quiet"
    reported, words = escape(_("reported on")), escape(words)
    return mark_safe("".join(_line(row, words, button, reported) for row in rows))  # noqa: S308 - escaped or ours


def _line(row: WorkRow, words: str, button: str, reported: str) -> str:
    stage = f"\N{NO-BREAK SPACE}· {escape(row.stage)}" if row.stage else ""
    mark = f"<span>{escape(row.mark_words)}</span>" if row.mark_words else ""
    day = ""
    if row.reported_on:
        day = f' · {reported} <time datetime="{row.reported_on:%Y-%m-%d}">{deadlines.long_day(row.reported_on)}</time>'
    remarks = "".join(f'<p class="hint">{escape(remark)}</p>\n' for remark in row.remarks)
    return (
        f'<li>\n<div>\n<p><strong><a href="{escape(row.url)}">{escape(row.title)}</a></strong>{stage}</p>\n'
        f'<p class="hint">{escape(row.hint)}{day}</p>\n'
        f'<p class="work-state">{row.state_html}{mark}</p>\n{remarks}</div>\n'
        f'<a class="{button}" href="{escape(row.url)}">{words}<span class="visually-hidden">: '
        f"{escape(row.full_name)}</span></a>\n</li>\n"
    )
