"""The secretariat's board: who is silent, and the old deadlines about which the portal says nothing."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from greencustoms.core.paging import page_of
from meetings import deadlines
from meetings.forms.board import BoardForm, ReopenDeadlineForm
from meetings.models import Deadline
from meetings.pages import silence
from meetings.services import stages


@permission_required("meetings.see_drafts", raise_exception=True)
@require_safe
def desk_silent(request):
    form = BoardForm(request.GET)
    meeting = form.chosen_meeting
    now = timezone.now()
    rows = silence.board(today=now.date(), meeting=meeting, order=form.chosen_order)
    context = {
        "filter": {"form": form},
        "meeting": meeting,
        "rows": rows,
        "total": silence.total(rows),
        "now": now,
        "actions_url": reverse("action_list"),
        "past_count": Deadline.objects.in_effect().past_when_entered().count(),
    }
    return render(request, "meetings/desk_silent.html", context)


@permission_required("meetings.see_drafts", raise_exception=True)
@require_safe
def desk_past_deadlines(request):
    past = Deadline.objects.in_effect().past_when_entered().select_related("action__meeting")
    page = page_of(past.order_by("-action__meeting__starts_on", "action__number", "position"), request)
    return render(request, "meetings/desk_past_deadlines.html", {"page": page})


@permission_required("meetings.keep_meetings", raise_exception=True)
@require_http_methods(["GET", "POST"])
def desk_deadline_reopen(request, pk):
    past = Deadline.objects.in_effect().past_when_entered().select_related("action__meeting")
    deadline = get_object_or_404(past, pk=pk)
    form = ReopenDeadlineForm(request.POST or None, initial={"version": deadline.version})
    if form.is_valid():
        try:
            stages.reopen_deadline(deadline=deadline, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The partners are reminded of it from now on."))
            return redirect("desk_past_deadlines")
    context = {
        "deadline": deadline,
        "form": form,
        "day": deadlines.long_day(deadline.latest or deadline.review_on),
        "crumbs": [(_("Old deadlines"), reverse("desk_past_deadlines")), (deadline.action.reference, None)],
    }
    return render(request, "meetings/desk_deadline_reopen.html", context)
