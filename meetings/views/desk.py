"""The secretariat's meetings: the list, a new one, and the workplace of one report."""

from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import IntegrityError
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from greencustoms.core import time_zones
from greencustoms.core.paging import page_of
from meetings import deadlines
from meetings.choices import ReportState
from meetings.forms.desk import MeetingAddForm
from meetings.models import AgreedAction, Meeting
from meetings.pages import agenda
from meetings.pages import cards as pages
from meetings.pages.desk_facts import gaps_of
from meetings.reports import life as report_life
from meetings.rules import completeness
from meetings.rules.completeness import Gap
from meetings.services import entry


@permission_required("meetings.see_drafts", raise_exception=True)
@require_safe
def desk_meeting_list(request):
    writing = list(_with_count(Meeting.objects.being_written()).order_by("-starts_on", "code"))
    gaps = gaps_of(writing)
    for meeting in writing:
        meeting.days = deadlines.days_between(meeting.starts_on, meeting.ends_on)
        meeting.gap_count = len(gaps[meeting.pk])
    final = page_of(_with_count(Meeting.objects.final()).order_by("-starts_on", "code"), request)
    for meeting in final.rows:
        meeting.days = deadlines.days_between(meeting.starts_on, meeting.ends_on)
    return render(request, "meetings/desk_meeting_list.html", {"writing": writing, "page": final})


def _with_count(meetings):
    return meetings.annotate(action_count=Count("actions"))


@permission_required("meetings.keep_meetings", raise_exception=True)
@require_http_methods(["GET", "POST"])
def desk_meeting_add(request):
    form = MeetingAddForm(request.POST or None)
    if form.is_valid():
        try:
            meeting = entry.add_meeting(by=request.user, **form.cleaned_data)
        except IntegrityError:
            # The code is the only thing that another meeting can have taken since the form was checked.
            form.add_error(
                "code", _("Somebody else took this code in the meantime. Save again, or choose another one.")
            )
        else:
            messages.success(request, _("The draft is there. Write its texts, sessions and actions in any order."))
            return redirect("desk_meeting", meeting.code)
    return render(request, "meetings/desk_meeting_add.html", {"form": form})


@permission_required("meetings.see_drafts", raise_exception=True)
@require_safe
def desk_meeting(request, code):
    meeting = get_object_or_404(Meeting.objects.select_related("host", "revises"), code=code)
    is_open = meeting.state != ReportState.FINAL
    found = gaps_of([meeting])[meeting.pk] if is_open else []
    by_part = {part: list(gaps) for part, gaps in groupby(found, key=lambda gap: gap.part)}
    today = time_zones.day_in(meeting.time_zone, timezone.now())
    cards = pages.cards_of(AgreedAction.objects.filter(meeting=meeting), today=today)
    sessions = list(meeting.sessions.order_by("number"))
    for session in sessions:
        session.rows = [
            (card, [gap for gap in by_part.get(completeness.ACTIONS, ()) if gap.number == card.number])
            for card in cards
            if card.session_id == session.pk
        ]
        session.gaps = [gap for gap in by_part.get(completeness.SESSIONS, ()) if gap.number == session.number]
    context = {
        "meeting": meeting,
        "days": deadlines.days_between(meeting.starts_on, meeting.ends_on),
        "is_open": is_open,
        "may_edit": is_open and request.user.has_perm("meetings.keep_meetings"),
        "gaps": by_part,
        "gaps_in_general": [
            gap for gap in found if gap.part in (completeness.SESSIONS, completeness.ACTIONS) and not gap.number
        ],
        "gap_count": len(found),
        "next_step": (found[0].words, _address(meeting, found[0])) if found else None,
        "sessions": sessions,
        "action_count": len(cards),
        "texts": [(meeting._meta.get_field(name).verbose_name, getattr(meeting, name)) for name in TEXTS],
        "attendance": list(meeting.attendance.select_related("partner").order_by("partner__sort_key")),
        "partners": list(meeting.partners.alphabetical()),
        "annexes": list(meeting.annexes.select_related("file").order_by("number")),
        "panel": report_life.panel(meeting, request.user),
        "matters_url": agenda.url_to_choose(request.user, meeting),
    }
    return render(request, "meetings/desk_meeting.html", context)


TEXTS = ("introduction", "opening", "conclusion", "afterwards")


def _address(meeting: Meeting, gap: Gap) -> str:
    """Where a gap is filled."""
    name, numbers = {
        completeness.BASICS: ("desk_meeting_edit", []),
        completeness.TEXTS: ("desk_meeting_texts", []),
        completeness.ATTENDANCE: ("desk_attendance", []),
        completeness.SESSIONS: ("desk_session_edit" if gap.number else "desk_session_add", [gap.number]),
        completeness.ACTIONS: ("desk_action_edit" if gap.number else "desk_action_add", [gap.number]),
        completeness.ANNEXES: ("desk_annex_edit", [gap.number]),
    }[gap.part]
    return reverse(name, args=[meeting.code, *[number for number in numbers if number]])
