"""What the page of a meeting lists besides its sessions: the agenda's matters arising, and who took part."""

from typing import NamedTuple

from django.db.models import F, Value
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse

from meetings import access
from meetings.choices import ReportState
from meetings.models import AgendaItem, Attendance
from meetings.pages import cards as pages

MATTER, PRESENT = 0, 1


class Matter(NamedTuple):
    """An action of an earlier meeting that this one takes up again."""

    reference: str
    title: str
    url: str
    note: str


class Present(NamedTuple):
    """An organisation that took part."""

    name: str
    url: str
    note: str


def matters_and_presence(meeting, *, visible) -> tuple[list[Matter], list[Present]]:
    """Both short lists with one statement. `visible` are the actions that the reader may see."""
    matters = AgendaItem.objects.filter(meeting=meeting, action__in=visible).order_by()
    present = Attendance.objects.filter(meeting=meeting).order_by()
    short_name = Coalesce(NullIf("partner__acronym", Value("")), F("partner__sort_name"))
    rows = matters.values_list(
        Value(MATTER), "action__meeting__starts_on", "action__number", "action__title", "action__meeting__code",
        "note", Value(""),
    ).union(
        present.values_list(
            Value(PRESENT), F("meeting__starts_on"), Value(0), short_name, "partner__slug", "note", "partner__sort_key"
        ),
        all=True,
    )  # fmt: skip
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


def url_to_choose(user, meeting) -> str:
    """Where the secretariat chooses the matters arising of a meeting; empty for others, and for a final report."""
    may = user.is_authenticated and access.keeps_meetings(user)
    if not may or meeting.state == ReportState.FINAL or meeting.revises_id:
        return ""
    return reverse("desk_matters_arising", args=[meeting.code])
