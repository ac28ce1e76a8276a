"""The list of agreed actions for other programs: tables, calendar, feed."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from greencustoms.core.calendar_files import ics_response
from greencustoms.core.public_pages import public_page
from greencustoms.core.rate import rate_limited
from greencustoms.core.tables import csv_response, xlsx_response
from meetings import access
from meetings.files import calendar_entries, export_rows
from meetings.files import feed as action_feed
from meetings.filters import ActionFilter

from .actions import filtered


def _file_of_the_list(request, make):
    """What `make` makes of the filtered actions. A bad filter leads back to the list, which says what is wrong."""
    filterset = filtered(request, access.reading_level(request.user))
    if not filterset.is_valid():
        return redirect(f"{reverse('action_list')}?{request.GET.urlencode()}")
    return make(filterset.qs)


@public_page(params=ActionFilter.base_filters, is_kept=False)
@rate_limited("export", burst=20, per_hour=60)
def action_export_csv(request):
    def make(actions):
        return csv_response("agreed-actions.csv", export_rows.HEADER, export_rows.of(actions))

    return _file_of_the_list(request, make)


@public_page(params=ActionFilter.base_filters, is_kept=False)
@rate_limited("export", burst=20, per_hour=60)
def action_export_xlsx(request):
    def make(actions):
        return xlsx_response("agreed-actions.xlsx", _("Agreed actions"), export_rows.HEADER, export_rows.of(actions))

    return _file_of_the_list(request, make)


@public_page(params=ActionFilter.base_filters, is_kept=False)
@rate_limited("feed", burst=60, per_hour=240)
def action_export_ics(request):
    def make(actions):
        name = _("Agreed actions · Green Customs")
        return ics_response("agreed-actions.ics", calendar_entries.of_actions(actions), name=name)

    return _file_of_the_list(request, make)


@public_page
@rate_limited("feed", burst=60, per_hour=240)
def action_feed_atom(request):
    feed = action_feed.atom(today=timezone.now().date())
    return HttpResponse(feed, content_type="application/atom+xml; charset=utf-8")
