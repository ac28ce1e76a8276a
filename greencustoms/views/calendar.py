"""The calendar: meetings, events and dated deadlines, as a page and as a feed."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from greencustoms import almanac
from greencustoms.core.public_pages import public_page
from greencustoms.core.rate import rate_limited


class YearForm(forms.Form):
    year = forms.TypedChoiceField(label=_("Year"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args, years, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [("", _("upcoming")), *((str(year), str(year)) for year in years)]


@public_page(params=["year"])
def calendar(request):
    today = timezone.localdate()
    years = almanac.years()
    form = YearForm(request.GET, years=years)
    year = form.cleaned_data["year"] if form.is_valid() else None
    context = {
        "entries": almanac.of_year(year) if year else almanac.upcoming(today),
        "form": form,
        "year": year,
        "years": years,
        "today": today,
    }
    return render(request, "front/calendar.html", context)


@public_page
@rate_limited("feed", burst=60, per_hour=240)
def calendar_ics(request):
    feed = almanac.to_ics(almanac.of_feed(timezone.localdate()))
    return HttpResponse(
        feed,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'inline; filename="green-customs.ics"'},
    )
