"""Work pages of the front door, for the menu of the desk."""

from django.utils.translation import gettext_lazy as _

from partners.panels import DeskEntry, desk_entry

desk_entry(
    DeskEntry(
        "desk_mail",
        _("Mail"),
        _("What goes out to whom in the next days, what went out, and what did not."),
        allowed=lambda user: user.has_perm("core.keep_mail"),
        place=35,
    )
)
desk_entry(
    DeskEntry(
        "desk_health",
        _("Health"),
        _("Whether the regular work is done, mail leaves and nothing waits too long."),
        allowed=lambda user: user.has_perm("core.see_health"),
        place=70,
    )
)
