"""The page of one agreed action, its history, and files that partners sent in answer to it."""

from django.db.models import OuterRef, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from greencustoms.core import stored_files
from greencustoms.core.public_pages import public_page
from meetings import access
from meetings.models import ShareAnswer
from meetings.pages import action_links, action_page, answers, history


@public_page
def action_detail(request, code, number):
    level = access.reading_level(request.user)
    found = action_page.read(level, code=code, number=number, now=timezone.now())
    if found is None:
        raise Http404
    action, card, today = found
    context = {
        "action": action,
        "card": card,
        "today": today,
        "others": action_links.others(action, level=level),
        "report_links": [],
        "may_decide": False,
        "answers": [],
        "reads_notes": level != access.PUBLIC,
        "crumbs": [
            (_("Meetings"), reverse("meeting_list")),
            (action.meeting_title, action.meeting_url),
            (card.reference, None),
        ],
    }
    if request.user.is_authenticated:
        context["report_links"] = action_links.add_links_to_shares(request.user, action, card)
        context["may_decide"] = action_links.may_decide(request.user, action)
        if context["may_decide"]:
            action_links.add_links_to_reminders(card)
    if level != access.PUBLIC:
        context["answers"] = answers.tables_of(action, card)
    return render(request, "meetings/action_detail.html", context)


@public_page
def action_history(request, code, number):
    """On a page of its own: it reads as many statements as the page of the action itself, and few people ask for it."""
    level = access.reading_level(request.user)
    rows = access.actions_to_read_for(level).filter(meeting__code=code).select_related("meeting__revises")
    first = access.versions_for(level).filter(meeting=OuterRef("meeting")).order_by("number")
    rows = rows.annotate(
        first_final=Subquery(first.values("finalised_at")[:1]), first_version=Subquery(first.values("number")[:1])
    )
    action = get_object_or_404(rows, number=number)
    reference = action.reference
    context = {
        "action": action,
        "reference": reference,
        "entries": history.of_action(
            action,
            visible=access.actions_for(level),
            with_persons=level != access.PUBLIC,
            since=None if level == access.DRAFTS else action.first_final or action.meeting.circulated_at,
            first_version=action.first_version or 0 if level == access.PUBLIC else 0,
        ),
        "crumbs": [
            (_("Meetings"), reverse("meeting_list")),
            (str(action.meeting), action.meeting.get_absolute_url()),
            (reference, reverse("action_detail", args=[code, number])),
            (_("History"), None),
        ],
    }
    return render(request, "meetings/action_history.html", context)


@require_safe
def share_answer_file(request, code, number, pk):
    """A file that a partner sent in answer to a request: for partners and the secretariat."""
    level = access.reading_level(request.user)
    if level == access.PUBLIC:
        raise Http404
    actions = access.actions_for(level).filter(meeting__code=code, number=number)
    answers = ShareAnswer.objects.select_related("file").exclude(file=None)
    answer = get_object_or_404(answers, share__id=pk, share__deadline__action__in=actions)
    try:
        return stored_files.response(request, answer.file, is_public=False, as_attachment=True)
    except FileNotFoundError as error:
        raise Http404 from error
