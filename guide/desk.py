"""The work pages of this room, for the menu of the desk."""

from django.utils.translation import gettext_lazy as _

from partners.panels import DeskEntry, desk_entry

desk_entry(
    DeskEntry(
        "desk_guide",
        _("Guide"),
        _("Its editions, and the PDF that is made of each."),
        allowed=lambda user: user.has_perm("guide.publish_edition"),
        place=30,
    )
)
