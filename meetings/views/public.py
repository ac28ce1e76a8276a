"""Meetings and their reports, for everyone."""

from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from greencustoms.core import time_zones
from greencustoms.core.paging import page_of
from greencustoms.core.public_pages import public_page
from greencustoms.core.text import to_html
from meetings import access, deadlines
from meetings.choices import ReportState, StoredState, Visibility
from meetings.pages import agenda, report_body
from meetings.reports import life as report_life


@public_page(params=["page"])
def meeting_list(request):
    meetings = (
        access.meetings_visible_to(request.user)
        .annotate(
            action_count=Count("actions", filter=~Q(actions__stored_state=StoredState.PROPOSED)),
        )
        .order_by("-starts_on", "code")
    )
    page = page_of(meetings, request, per_page=24)
    for meeting in page.rows:
        meeting.days = deadlines.days_between(meeting.starts_on, meeting.ends_on)
    return render(request, "meetings/meeting_list.html", {"page": page})


@public_page
def meeting_detail(request, code):
    level = access.reading_level(request.user)
    found = report_body.meeting_of(level, code)
    if found is None:
        raise Http404
    meeting, host = found
    today = time_zones.day_in(meeting.time_zone, timezone.now())
    matters, attendance = agenda.matters_and_presence(meeting, level=level)
    context = {
        **report_body.drawn(meeting, level=level, today=today),
        "meeting": meeting,
        "host": host,
        "days": deadlines.days_between(meeting.starts_on, meeting.ends_on),
        "sections": [(title, to_html(text)) for title, text in _sections_before(meeting) if text],
        "sections_after": [(title, to_html(text)) for title, text in _sections_after(meeting) if text],
        "attendance": attendance,
        "matters_arising": matters,
        "matters_url": agenda.url_to_choose(request.user, meeting),
        "annexes": agenda.annexes(meeting),
        "today": today,
        "life": report_life.for_readers(meeting, request.user),
        "desk_words": _desk_words(request.user, meeting),
        "is_open_to_all": meeting.visibility == Visibility.PUBLIC and meeting.state == ReportState.FINAL,
        "crumbs": [(_("Meetings"), reverse("meeting_list")), (str(meeting), None)],
    }
    return render(request, "meetings/meeting_detail.html", context)


def _desk_words(user, meeting):
    """What the link to the desk says to those who see drafts there; for everyone else there is none."""
    if not user.has_perm("meetings.see_drafts"):
        return ""
    if meeting.state == ReportState.FINAL or not user.has_perm("meetings.keep_meetings"):
        return _("See it at the work desk")
    return _("Edit")


def _sections_before(meeting):
    return (_("Introduction"), meeting.introduction), (_("Opening"), meeting.opening)


def _sections_after(meeting):
    return (_("Conclusion"), meeting.conclusion), (_("After the meeting"), meeting.afterwards)
