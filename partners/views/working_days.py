"""Focal points and the secretariat say on which days an organisation works."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Min, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from greencustoms.core.paging import page_of
from partners import access
from partners.changes import changes_of
from partners.forms import DaysOffForm, HolidaysToAdd
from partners.services import working_days as services

from .saving import edited

PAST_SHOWN = 50


@require_safe
def desk_working_days(request):
    access.require(access.keeps_people(request.user))
    not_over = Q(holidays__last_day__gte=timezone.localdate())
    kept = access.partners_kept_by(request.user).annotate(next_holiday=Min("holidays__first_day", filter=not_over))
    page = page_of(kept.alphabetical(), request)
    return render(request, "partners/desk_working_days.html", {"page": page})


@require_http_methods(["GET", "POST"])
def desk_working_days_edit(request, slug):
    """Three small forms: the days off of the week, holidays to add, and a button that deletes one."""
    access.require(access.keeps_people(request.user))
    partner = get_object_or_404(access.partners_kept_by(request.user), slug=slug)
    if request.method != "POST":
        return _page(request, partner)
    if "delete" in request.POST:
        return _delete(request, partner)
    if "add" in request.POST:
        return _add(request, partner)
    save = partial(services.choose_days_off, partner=partner)
    saved, context = edited(request, partner, DaysOffForm, save)
    if saved is None:
        return _page(request, context.pop("row"), **context)
    messages.success(request, _("The days off are saved."))
    return redirect("desk_working_days_edit", slug)


def _add(request, partner):
    today = timezone.localdate()
    rows = HolidaysToAdd(request.POST, prefix="holidays", form_kwargs={"today": today})
    refusal = ""
    if rows.is_valid():
        try:
            services.add_holidays(partner=partner, by=request.user, holidays=rows.entries, today=today)
        except ValidationError as error:
            refusal = error.messages[0]
        else:
            messages.success(request, _("The holidays are added."))
            # The form came from further down; the message stands at the top.
            return redirect(f"{reverse('desk_working_days_edit', args=[partner.slug])}#main")
    return _page(request, partner, rows=rows, refusal=refusal)


def _delete(request, partner):
    key = request.POST["delete"]
    holiday = partner.holidays.filter(pk=key).first() if key.isdecimal() and len(key) < 19 else None
    if holiday is None:
        messages.info(request, _("Somebody else has deleted this holiday already."))
        return redirect("desk_working_days_edit", partner.slug)
    try:
        services.delete_holiday(holiday=holiday, by=request.user)
    except ValidationError as error:
        messages.info(request, error.messages[0])
    else:
        messages.success(request, _("This holiday is deleted: %(name)s.") % {"name": holiday.name})
    return redirect("desk_working_days_edit", partner.slug)


def _page(request, partner, *, form=None, rows=None, refusal="", differences=()):
    today = timezone.localdate()
    context = {
        "partner": partner,
        "form": form or DaysOffForm(instance=partner),
        "rows": rows or HolidaysToAdd(prefix="holidays", form_kwargs={"today": today}),
        "refusal": refusal,
        "differences": differences,
        "coming": partner.holidays.coming(today)[: services.MOST_COMING],
        "past": partner.holidays.past(today)[:PAST_SHOWN],
        "changes": changes_of(partner),
    }
    return render(request, "partners/desk_working_days_edit.html", context)
