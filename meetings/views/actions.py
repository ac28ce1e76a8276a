"""Agreed actions across all meetings: the list. Its files are made in feeds.py."""

import functools
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlencode

from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from greencustoms.core import facets as core_facets
from greencustoms.core import publication
from greencustoms.core.paging import kept_keys, page_of_keys
from greencustoms.core.public_pages import public_page
from meetings import access, facets
from meetings.filters import ActionFilter
from meetings.pages import rows


def filtered(request, level: str) -> ActionFilter:
    """The filter of /actions/ bound to the query string, over what may be read at this level."""
    actions = access.actions_for(level).newest_meeting_first()
    choices = facets.of_actions(level, meeting=request.GET.get("meeting", ""))
    return ActionFilter(request.GET, queryset=actions, level=level, facets=choices, today=timezone.now().date())


@public_page(params=[*ActionFilter.base_filters, "page"])
def action_list(request):
    level, now = access.reading_level(request.user), timezone.now()
    # Nothing of it is needed where what was asked and the keys are kept.
    filterset = functools.cache(lambda: filtered(request, level))
    asked = _asked(request, level, filterset)
    # The day is in it because of what is overdue.
    keys = kept_keys("actions-keys", {**asked.values, "level": level, "today": now.date()}, lambda: filterset().qs)
    page = page_of_keys(keys, request)
    found = rows.rows_of(rows.read(level, page.rows), now=now, partner=asked.values.get("partner", ""))
    context = {
        "filters_html": asked.form_html,
        "page": page,
        "rows_html": rows.html_of(found),
        "chips": core_facets.chips(request.GET, request.path, asked.chosen),
        "downloads": _downloads(request),
    }
    return render(request, "meetings/action_list.html", context)


class Asked(NamedTuple):
    """What the list is asked for, as far as it could be read: values, their words, and the form beside the list."""

    values: dict
    chosen: list[tuple[str, str, str]]
    form_html: str


def _asked(request, level: str, filterset: Callable[[], ActionFilter]) -> Asked:
    """Read and drawn once for each query; one with an error in it, each time."""

    def read() -> Asked:
        form_html = render_to_string("components/filters.html", {"filter": filterset()})
        return Asked(filterset().asked(), filterset().chosen(), form_html)

    def read_if_valid() -> Asked | None:
        return None if filterset().form.errors else read()

    query = {name: request.GET[name] for name in ActionFilter.base_filters if name in request.GET}
    return publication.kept("actions-asked", {"query": query, "level": level}, read_if_valid) or read()


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
