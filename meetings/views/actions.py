"""Agreed actions across all meetings: the list and its files."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from greencustoms.core import facets as core_facets
from greencustoms.core import publication
from greencustoms.core.paging import page_of
from greencustoms.core.public_pages import public_page
from greencustoms.core.rate import rate_limited
from greencustoms.core.tables import csv_response
from meetings import access, facets, pages
from meetings.filters import ActionFilter
from meetings.totals import this_minute


def _filtered(request):
    """The filter of /actions/ bound to the query string, over what this person may see."""
    level = access.reading_level(request.user)
    actions = access.actions_for(level).newest_meeting_first()
    today = timezone.now().date()
    choices = facets.of_actions(level, meeting=request.GET.get("meeting", ""))
    return level, ActionFilter(request.GET, queryset=actions, level=level, facets=choices, today=today)


@public_page(params=[*ActionFilter.base_filters, "page"])
def action_list(request):
    level, filterset = _filtered(request)
    actions = filterset.qs
    asked = {name: request.GET.get(name, "") for name in filterset.filters if name != "sort"}
    asked |= {"level": level, "minute": this_minute()}
    total = publication.kept("actions-total", asked, actions.order_by().count)
    page = page_of(actions, request, total=total, columns=pages.ROW_COLUMNS)
    context = {
        "filter": filterset,
        "page": page,
        "rows": pages.rows_of(page.rows, now=timezone.now()),
        "chips": core_facets.chips(request.GET, request.path, filterset.chosen()),
        "export_url": f"{reverse('action_export_csv')}?{request.GET.urlencode()}",
    }
    return render(request, "meetings/action_list.html", context)


@public_page(params=ActionFilter.base_filters, is_kept=False)
@rate_limited("export", burst=20, per_hour=60)
def action_export_csv(request):
    _level, filterset = _filtered(request)
    if not filterset.is_valid():
        # The list says what is wrong; a file with other rows than asked for would not.
        return redirect(f"{reverse('action_list')}?{request.GET.urlencode()}")
    rows = pages.table_rows(filterset.qs)
    return csv_response("agreed-actions.csv", pages.TABLE_HEADER, rows)
