"""The first page of the desk: what this person may do."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from greencustoms.core import health
from partners.panels import entries_for


@require_safe
def desk_home(request):
    entries = entries_for(request.user)
    if not entries:
        raise PermissionDenied
    return render(
        request,
        "desk/desk_home.html",
        {
            "entries": [(entry, entry.waiting(request.user) if entry.waiting else 0) for entry in entries],
            "no_mail": _no_mail(request.user),
        },
    )


def _no_mail(user) -> bool:
    """Whether to tell the secretariat that nothing is sent; those who can do something about it see the red bar."""
    concerns = user.has_perm("core.keep_mail") and not user.has_perm("core.see_health")
    return concerns and health.standstill(user, timezone.now()) is not None
