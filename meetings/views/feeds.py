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
from meetings.files import calendar_entries, export_rows
from meetings.files import feed as action_feed
from meetings.filters import ActionFilter

from .actions import filtered


def _back_to_the_list(request):
    """The list says what is wrong; a file with other rows than asked for would not."""
    return redirect(f"{reverse('action_list')}?{request.GET.urlencode()}")


@public_page(params=ActionFilter.base_filters, is_kept=False)
@rate_limited("export", burst=20, per_hour=60)
def action_export_csv(request):
    _level, filterset = filtered(request)
    if not filterset.is_valid():
        return _back_to_the_list(request)
    return csv_response("agreed-actions.csv", export_rows.HEADER, export_rows.of(filterset.qs))


@public_page(params=ActionFilter.base_filters, is_kept=False)
@rate_limited("export", burst=20, per_hour=60)
def action_export_xlsx(request):
    _level, filterset = filtered(request)
    if not filterset.is_valid():
        return _back_to_the_list(request)
    return xlsx_response("agreed-actions.xlsx", _("Agreed actions"), export_rows.HEADER, export_rows.of(filterset.qs))


@public_page(params=ActionFilter.base_filters, is_kept=False)
@rate_limited("feed", burst=60, per_hour=240)
def action_export_ics(request):
    _level, filterset = filtered(request)
    if not filterset.is_valid():
        return _back_to_the_list(request)
    return ics_response(
        "agreed-actions.ics", calendar_entries.of_actions(filterset.qs), name=_("Agreed actions · Green Customs")
    )


@public_page
@rate_limited("feed", burst=60, per_hour=240)
def action_feed_atom(request):
    feed = action_feed.atom(today=timezone.now().date())
    return HttpResponse(feed, content_type="application/atom+xml; charset=utf-8")
