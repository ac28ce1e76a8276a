"""The work pages of this room, for the menu of the desk."""

from django.utils.translation import gettext_lazy as _

from partners.panels import DeskEntry, desk_entry


def _sees_drafts(user) -> bool:
    return user.has_perm("meetings.see_drafts")


desk_entry(
    DeskEntry(
        "desk_meeting_list",
        _("Meetings"),
        _("Write reports and agreed actions, from the draft to the final version."),
        allowed=_sees_drafts,
        place=30,
    )
)
desk_entry(
    DeskEntry(
        "desk_silent",
        _("Who is silent"),
        _("What each organisation owes, what is overdue, and when it was last heard of."),
        allowed=_sees_drafts,
        place=31,
    )
)
desk_entry(
    DeskEntry(
        "desk_partner_changes",
        _("Partners that join or leave"),
        _("What each partner was to do, for one that joins; what no longer applies, for one that leaves."),
        allowed=lambda user: user.has_perm("meetings.keep_meetings"),
        place=32,
    )
)
