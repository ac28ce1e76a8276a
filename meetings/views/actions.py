"""Agreed actions across all meetings: the list and its files."""

from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from greencustoms.core import facets as core_facets
from greencustoms.core import publication
from greencustoms.core.paging import kept_keys, page_of_keys, rows_in_order
from greencustoms.core.public_pages import public_page
from greencustoms.core.rate import rate_limited
from greencustoms.core.tables import csv_response
from meetings import access, facets, pages, rows
from meetings.filters import ActionFilter


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
    # The day is in it because of what is overdue.
    asked = {**filterset.asked(), "level": level, "today": filterset.today}
    keys = kept_keys("actions-keys", asked, filterset.qs)
    page = page_of_keys(keys, request)
    actions = rows_in_order(access.actions_for(level), page.rows, rows.COLUMNS)
    found = rows.rows_of(actions, now=timezone.now(), partner=asked.get("partner", ""))
    context = {
        "filters_html": _filters_html(filterset, asked),
        "page": page,
        "rows_html": rows.html_of(found),
        "chips": core_facets.chips(request.GET, request.path, filterset.chosen()),
        "export_url": f"{reverse('action_export_csv')}?{request.GET.urlencode()}",
    }
    return render(request, "meetings/action_list.html", context)


def _filters_html(filterset, asked) -> str:
    """The form beside the list, drawn once for each choice; with an error in it, for this time only."""

    def draw():
        return render_to_string("components/filters.html", {"filter": filterset})

    return draw() if filterset.form.errors else publication.kept("actions-form", asked, draw)


@public_page(params=ActionFilter.base_filters, is_kept=False)
@rate_limited("export", burst=20, per_hour=60)
def action_export_csv(request):
    _level, filterset = _filtered(request)
    if not filterset.is_valid():
        # The list says what is wrong; a file with other rows than asked for would not.
        return redirect(f"{reverse('action_list')}?{request.GET.urlencode()}")
    rows = pages.table_rows(filterset.qs)
    return csv_response("agreed-actions.csv", pages.TABLE_HEADER, rows)
