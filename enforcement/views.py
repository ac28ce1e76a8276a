"""The reading room: what one holds, asking for access, and the indicators one may read."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from greencustoms.core.sessions import has_second_factor

from . import access, services
from .choices import Refusal
from .forms import AskForm, IndicatorSearchForm
from .models import AccessGrant, AccessRequest


@require_safe
def enforcement_home(request):
    now = timezone.now()
    return render(
        request,
        "enforcement/enforcement_home.html",
        {
            "grants": access.live_grants(request.user, now) if access.is_officer(request.user, now) else [],
            "for_another_address": AccessGrant.objects.of(request.user).for_another_address(now).first(),
            "ended": AccessGrant.objects.of(request.user).ended(now).order_by("-ends_at").first(),
            "asked": AccessRequest.objects.of(request.user).first(),
            "has_second_factor": has_second_factor(request.user),
            "may_hold_a_grant": access.may_hold_a_grant(request.user),
            "may_decide": access.may_decide(request.user),
        },
    )


@require_http_methods(["GET", "POST"])
def enforcement_ask(request):
    waiting = AccessRequest.objects.open().of(request.user).first()
    if waiting is not None or not access.may_hold_a_grant(request.user):
        return redirect("enforcement_home")
    form = AskForm(request.POST or None)
    if form.is_valid():
        try:
            services.ask_for_access(by=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Your request is before the access administrators."))
            return redirect("enforcement_home")
    return render(request, "enforcement/enforcement_ask.html", {"form": form})


@access.officers_only
@require_http_methods(["GET", "POST"])
def indicator_list(request):
    """A search is posted, so that its words stand in no address, log or history."""
    form = IndicatorSearchForm(request.POST or None)
    items = access.indicators_for(request.user, timezone.now())
    if form.is_valid():
        items = items.matching(form.cleaned_data["words"])
    return render(request, "enforcement/indicator_list.html", {"form": form, "items": list(items)})


@access.officers_only
@require_safe
def indicator_detail(request, pk):
    now = timezone.now()
    return render(
        request, "enforcement/indicator_detail.html", {"item": access.open_indicator(request, pk, now), "now": now}
    )


@access.officers_only
def nothing_here(request):
    """Every other path below: the same refusal as for an indicator one may not read."""
    access.refuse(request.user, timezone.now(), reason=Refusal.NO_PAGE)
