"""Meetings and single agreed actions, for everyone."""

from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from greencustoms.core.paging import page_of
from greencustoms.core.public_pages import public_page
from greencustoms.core.text import to_html
from meetings import access, deadlines, pages
from meetings.choices import ReportState, StoredState, Visibility
from partners.models import Membership

# What the page of an action shows of its meeting and session; the texts of a report are long.
ACTION_COLUMNS = (
    "completion_rule", "meeting__code", "meeting__title", "meeting__time_zone", "meeting__is_invented",
    "session__number", "session__title",
)  # fmt: skip


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
    meeting = get_object_or_404(access.meetings_for(level).select_related("host"), code=code)
    today = deadlines.day_in(meeting.time_zone, timezone.now())
    actions = access.actions_for(level).filter(meeting=meeting)
    cards = pages.cards_of(actions, today=today)
    sessions = list(meeting.sessions.order_by("number"))
    for session in sessions:
        session.cards = pages.with_new_topics(card for card in cards if card.session_id == session.pk)
        session.summary_html = to_html(session.summary, id_prefix=f"s{session.number}")
        session.footnotes_html = to_html(session.footnotes)
    context = {
        "meeting": meeting,
        "days": deadlines.days_between(meeting.starts_on, meeting.ends_on),
        "sections": [(title, to_html(text)) for title, text in _sections_before(meeting) if text],
        "sections_after": [(title, to_html(text)) for title, text in _sections_after(meeting) if text],
        "sessions": sessions,
        "action_count": len(cards),
        "attendance": list(meeting.attendance.select_related("partner").order_by("partner__sort_key")),
        "annexes": list(meeting.annexes.order_by("number")),
        "today": today,
        "is_open_to_all": meeting.visibility == Visibility.PUBLIC and meeting.state == ReportState.FINAL,
        "crumbs": [(_("Meetings"), reverse("meeting_list")), (str(meeting), None)],
    }
    return render(request, "meetings/meeting_detail.html", context)


def _sections_before(meeting):
    return (_("Introduction"), meeting.introduction), (_("Opening"), meeting.opening)


def _sections_after(meeting):
    return (_("Conclusion"), meeting.conclusion), (_("After the meeting"), meeting.afterwards)


@public_page
def action_detail(request, code, number):
    actions = access.actions_visible_to(request.user).filter(meeting__code=code)
    rows = actions.select_related("meeting", "session").only(*ACTION_COLUMNS)
    action = get_object_or_404(rows, number=number)
    today = deadlines.day_in(action.meeting.time_zone, timezone.now())
    [card] = pages.cards_of(actions.filter(pk=action.pk), today=today)
    context = {
        "action": action,
        "card": card,
        "today": today,
        "report_links": _report_links(request.user, card),
        "neighbours": _neighbours(actions, number),
        "crumbs": [
            (_("Meetings"), reverse("meeting_list")),
            (str(action.meeting), action.meeting.get_absolute_url()),
            (card.reference, None),
        ],
    }
    return render(request, "meetings/action_detail.html", context)


def _report_links(user, card):
    """Where a signed-in person reports on this action, one link for each share of an own organisation."""
    if not user.is_authenticated:
        return []
    own = set(Membership.objects.filter(user=user).values_list("partner_id", flat=True))
    labels = {stage.pk: stage.label for stage in card.stages}
    return [
        (share.partner_name, labels[stage.pk], reverse("share_report", args=[share.pk]))
        for stage in card.stages
        for share in stage.shares
        if share.partner_id in own
    ]


def _neighbours(actions, number):
    """The actions before and after this one in the same meeting."""
    found = actions.filter(number__in=[number - 1, number + 1]).order_by("number")
    return {
        "previous" if other < number else "next": (title, reverse("action_detail", args=[code, other]))
        for other, title, code in found.values_list("number", "title", "meeting__code")
    }
