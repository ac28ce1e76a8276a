"""Agreed actions across all meetings: the list. Its files are made in feeds.py."""

from urllib.parse import urlencode

from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from greencustoms.core import facets as core_facets
from greencustoms.core import publication
from greencustoms.core.paging import kept_keys, page_of_keys, rows_in_order
from greencustoms.core.public_pages import public_page
from meetings import access, facets
from meetings.filters import ActionFilter
from meetings.pages import rows


def filtered(request):
    """The filter of /actions/ bound to the query string, over what this person may see."""
    level = access.reading_level(request.user)
    actions = access.actions_for(level).newest_meeting_first()
    today = timezone.now().date()
    choices = facets.of_actions(level, meeting=request.GET.get("meeting", ""))
    return level, ActionFilter(request.GET, queryset=actions, level=level, facets=choices, today=today)


@public_page(params=[*ActionFilter.base_filters, "page"])
def action_list(request):
    level, filterset = filtered(request)
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
        "downloads": _downloads(request),
    }
    return render(request, "meetings/action_list.html", context)


def _filters_html(filterset, asked) -> str:
    """The form beside the list, drawn once for each choice; with an error in it, for this time only."""

    def draw():
        return render_to_string("components/filters.html", {"filter": filterset})

    return draw() if filterset.form.errors else publication.kept("actions-form", asked, draw)


def _downloads(request):
    """The filtered list for other programs: name, address and what each is good for."""
    asked = {name: value for name, value in request.GET.items() if name in ActionFilter.base_filters}
    query = f"?{urlencode(asked)}" if asked else ""
    return [
        (_("CSV"), reverse("action_export_csv") + query, _("table for every program")),
        (_("Excel (XLSX)"), reverse("action_export_xlsx") + query, _("table with days and numbers")),
        (_("Calendar (iCal)"), reverse("action_export_ics") + query, _("what has a day, for your calendar program")),
        (_("Feed (Atom)"), reverse("action_feed"), _("news about the newest public actions")),
    ]
