"""The first page of the desk: what this person may do."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.http import require_safe

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
        },
    )
