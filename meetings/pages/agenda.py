"""What the page of a meeting lists besides its sessions: the agenda's matters arising, who took part, annexes."""

from typing import NamedTuple

from django.db.models import F, Value
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse

from greencustoms.core.statements import KeptRows
from meetings import access
from meetings.choices import ReportState
from meetings.models import AgendaItem, Annex, Attendance
from meetings.pages import cards as pages

MATTER, PRESENT = 0, 1


class Matter(NamedTuple):
    """An action of an earlier meeting that this one takes up again."""

    reference: str
    title: str
    url: str
    note: str


class AnnexRow(NamedTuple):
    """A paper that belongs to the report."""

    number: int
    label: str
    title: str
    is_held: bool
    note: str
    file_id: int | None


class Present(NamedTuple):
    """An organisation that took part."""

    name: str
    url: str
    note: str


@KeptRows
def _rows(level: str, *, meeting):
    matters = AgendaItem.objects.filter(meeting=meeting, action__in=access.actions_for(level)).order_by()
    present = Attendance.objects.filter(meeting=meeting).order_by()
    short_name = Coalesce(NullIf("partner__acronym", Value("")), F("partner__sort_name"))
    return matters.values_list(
        Value(MATTER), "action__meeting__starts_on", "action__number", "action__title", "action__meeting__code",
        "note", Value(""),
    ).union(
        present.values_list(
            Value(PRESENT), F("meeting__starts_on"), Value(0), short_name, "partner__slug", "note", "partner__sort_key"
        ),
        all=True,
    )  # fmt: skip


def matters_and_presence(meeting, *, level: str) -> tuple[list[Matter], list[Present]]:
    """Both short lists with one statement. Of the actions only those that may be read at the level."""
    rows = _rows(level, meeting=meeting.pk)
    found = sorted(rows, key=lambda row: (-row[1].toordinal(), row[6], row[4], row[2]))
    partner_base = reverse("partner_list")
    return (
        [
            Matter(pages.reference(code, number), title, reverse("action_detail", args=[code, number]), note)
            for kind, _day, number, title, code, note, _key in found
            if kind == MATTER
        ],
        [
            Present(name, f"{partner_base}{slug}/", note)
            for kind, _day, _number, name, slug, note, _key in found
            if kind == PRESENT
        ],
    )


@KeptRows
def _annex_rows(*, meeting):
    return Annex.objects.filter(meeting=meeting).order_by("number").values_list(*AnnexRow._fields)


def annexes(meeting) -> list[AnnexRow]:
    return [AnnexRow(*row) for row in _annex_rows(meeting=meeting.pk)]


def url_to_choose(user, meeting) -> str:
    """Where the secretariat chooses the matters arising of a meeting; empty for others, and for a final report."""
    may = user.is_authenticated and access.keeps_meetings(user)
    if not may or meeting.state == ReportState.FINAL or meeting.revises_id:
        return ""
    return reverse("desk_matters_arising", args=[meeting.code])
