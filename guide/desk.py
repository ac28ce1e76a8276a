"""The work pages of this room, for the menu of the desk."""

from django.utils.translation import gettext_lazy as _

from partners.panels import DeskEntry, desk_entry

from .models import Feedback

desk_entry(
    DeskEntry(
        "desk_guide",
        _("Guide"),
        _("Its editions, and the PDF that is made of each."),
        allowed=lambda user: user.has_perm("guide.publish_edition"),
        place=30,
    )
)
desk_entry(
    DeskEntry(
        "desk_feedback_list",
        _("Feedback"),
        _("What readers say is wrong or missing, page by page."),
        allowed=lambda user: user.has_perm("guide.answer_feedback"),
        place=25,
        waiting=lambda user: Feedback.objects.waiting().count(),
    )
)
