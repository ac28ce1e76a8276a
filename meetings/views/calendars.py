"""The private calendar of a person: what their organisations owe, for a calendar program."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from greencustoms.core.calendar_files import ics_response
from greencustoms.core.rate import rate_limited
from meetings.files import calendar_entries
from meetings.forms.calendar import CalendarForm
from meetings.models import ActionShare, CalendarAddress
from meetings.services import calendar_addresses as services
from partners.models import Partner


@require_http_methods(["GET", "POST"])
def my_calendar(request):
    """The address in use, when it was last asked, and how to make a new one or none."""
    form = CalendarForm(request.POST or None)
    token = ""
    if form.is_valid():
        if form.cleaned_data["act"] == "make":
            # Shown in the answer itself and never again: nothing keeps it.
            token = services.make_address(by=request.user, now=timezone.now())
        else:
            services.revoke_address(by=request.user, now=timezone.now())
            messages.success(request, _("The address is revoked. Calendar programs that still ask get nothing."))
            return redirect("my_calendar")
    context = {
        "address": CalendarAddress.objects.filter(user=request.user, revoked_at=None).first(),
        "new_url": settings.PORTAL_URL + reverse("my_calendar_ics", args=[token]) if token else "",
        "partners": list(Partner.objects.of(request.user).alphabetical()),
        "form": form,
        "crumbs": [(_("My work"), reverse("my_home")), (_("Calendar"), None)],
    }
    return render(request, "meetings/my_calendar.html", context)


@login_not_required
@require_safe
@rate_limited("private-calendar", burst=60, per_hour=300)
def my_calendar_ics(request, token):
    """What the organisations of the address's owner owe. The same 404 for every address that opens nothing."""
    address = services.address_for(token=token, today=timezone.localdate())
    partners = list(Partner.objects.of(address.user)) if address else []
    if not partners:
        raise Http404
    owed = ActionShare.objects.in_effect().to_do().filter(partner__in=partners)
    response = ics_response(
        "my-deadlines.ics", calendar_entries.of_shares(owed), name=_("My deadlines · Green Customs")
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response
