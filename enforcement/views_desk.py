"""The access administrators' desk: who asks, who reads, until when, and what was opened."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from greencustoms.core.paging import page_of

from . import access, services
from .choices import LogKind
from .filters import AccessLogFilter
from .forms import GrantForm, ReasonForm
from .models import AccessGrant, AccessLog, AccessRequest

SOON = timedelta(days=30)
ENDED_SHOWN = 50


@access.access_administrators_only
@require_safe
def desk_access(request):
    now = timezone.now()
    running = AccessGrant.objects.running(now).with_address_check()
    running = running.select_related("user", "granted_by").prefetch_related("agreements")
    ended = AccessGrant.objects.ended(now).select_related("user", "revoked_by").order_by("-ends_at", "-pk")
    return render(
        request,
        "enforcement/desk_access.html",
        {
            "requests": AccessRequest.objects.open().select_related("user").order_by("asked_at"),
            "lapsing": running.filter(ends_at__lte=now + SOON).order_by("ends_at", "pk"),
            "page": page_of(running.order_by("ends_at", "pk"), request),
            "ended": ended[:ENDED_SHOWN],
        },
    )


@access.access_administrators_only(within_seconds=access.DECIDING_SECONDS)
@require_http_methods(["GET", "POST"])
def desk_access_grant(request):
    now = timezone.now()
    asked = None
    if "request" in request.GET:
        number = request.GET["request"]
        if not (number.isascii() and number.isdigit()):
            raise Http404
        asked = get_object_or_404(AccessRequest.objects.open().select_related("user"), pk=number)
    form = GrantForm(request.POST or None, today=now.date(), initial={"officer": asked.user.email} if asked else None)
    if form.is_valid():
        try:
            grant = services.grant_access(by=request.user, now=now, answers=asked, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Access granted to %(officer)s.") % {"officer": grant.user})
            return redirect("desk_access")
    return render(request, "enforcement/desk_access_grant.html", {"form": form, "asked": asked})


@access.access_administrators_only(within_seconds=access.DECIDING_SECONDS)
@require_http_methods(["GET", "POST"])
def desk_access_refuse(request, pk):
    asked = get_object_or_404(AccessRequest.objects.open().select_related("user"), pk=pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            services.refuse_request(asked=asked, by=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Request of %(officer)s refused.") % {"officer": asked.user})
            return redirect("desk_access")
    return render(request, "enforcement/desk_access_refuse.html", {"form": form, "asked": asked})


@access.access_administrators_only(within_seconds=access.DECIDING_SECONDS)
@require_http_methods(["GET", "POST"])
def desk_access_revoke(request, pk):
    now = timezone.now()
    grant = get_object_or_404(AccessGrant.objects.running(now).select_related("user"), pk=pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            services.revoke_access(grant=grant, by=request.user, now=now, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Access of %(officer)s revoked.") % {"officer": grant.user})
            return redirect("desk_access")
    return render(request, "enforcement/desk_access_revoke.html", {"form": form, "grant": grant})


@access.access_administrators_only
@require_safe
def desk_access_log(request):
    """Item numbers, labels and readers; titles never. Reading the log leaves a row in it too."""
    access.write_log(LogKind.LOG, by=request.user)
    filter = AccessLogFilter(request.GET, queryset=AccessLog.objects.select_related("by", "about"))
    rows = filter.qs if filter.is_valid() else AccessLog.objects.select_related("by", "about")
    return render(request, "enforcement/desk_access_log.html", {"filter": filter, "page": page_of(rows, request)})
