"""The calendar: meetings, events and dated deadlines, as a page and as a feed."""

from django import forms
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from greencustoms import almanac
from greencustoms.core.calendar_files import ics_response
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
    return ics_response("green-customs.ics", almanac.of_feed(timezone.localdate()))
