"""The access administrators' page, for the menu of the desk."""

from django.utils.translation import gettext_lazy as _

from partners.panels import DeskEntry, desk_entry

from .access import may_decide
from .models import AccessRequest

desk_entry(
    DeskEntry(
        "desk_access",
        _("Who reads risk indicators"),
        _("Requests, grants about to lapse, what was opened; revoke now."),
        allowed=may_decide,
        place=60,
        waiting=lambda user: AccessRequest.objects.open().count(),
    )
)
