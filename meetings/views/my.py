"""The home of partner staff."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from meetings.pages import my_work
from meetings.reports import life as report_life
from partners.access import memberships_of


@require_safe
def my_home(request):
    partners = memberships_of(request.user)
    own = [belonging.partner_id for belonging in partners]
    work, page = my_work.of(request.user, own, request=request, now=timezone.now())
    context = {"partners": partners, "work": work, "page": page, "crumbs": []}
    context["to_comment_on"] = report_life.waiting_for_comments_of(request.user) if partners else []
    return render(request, "meetings/my_home.html", context)
