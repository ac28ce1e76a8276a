"""The work pages of this room, for the menu of the desk."""

from django.utils.translation import gettext_lazy as _

from . import access
from .models import AccountRequest
from .panels import DeskEntry, desk_entry


def _has(permission: str):
    return lambda user: user.has_perm(permission)


desk_entry(
    DeskEntry(
        "desk_people",
        _("People"),
        _("Who works here for which organisation; invite and remove."),
        allowed=access.keeps_people,
        place=10,
    )
)
desk_entry(
    DeskEntry(
        "desk_request_list",
        _("Requests for accounts"),
        _("Officers who ask for an account and name your organisation."),
        allowed=access.keeps_people,
        place=20,
        waiting=lambda user: AccountRequest.objects.waiting().answerable_by(user).count(),
    )
)
desk_entry(
    DeskEntry(
        "desk_working_days",
        _("Working days"),
        _("Weekly days off and holidays, on which nobody is reminded."),
        allowed=access.keeps_people,
        place=25,
    )
)
desk_entry(
    DeskEntry(
        "desk_partner_list",
        _("Organisations"),
        _("Names, seats, web sites and general mailboxes."),
        allowed=_has("partners.change_partner"),
        place=40,
    )
)
desk_entry(
    DeskEntry(
        "desk_agreement_list",
        _("Agreements"),
        _("What they control, and the documents to ask for."),
        allowed=_has("partners.change_agreement"),
        place=41,
    )
)
desk_entry(
    DeskEntry(
        "desk_event_list",
        _("Events"),
        _("Conferences of the parties and the like, which deadlines hang on."),
        allowed=_has("partners.change_event"),
        place=42,
    )
)
desk_entry(
    DeskEntry(
        "desk_about_list",
        _("Pages about the Initiative"),
        _("The texts under “About”."),
        allowed=_has("partners.change_aboutpage"),
        place=43,
    )
)
