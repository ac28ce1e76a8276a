"""Why a mail did not leave, or waits, as far as the portal itself decided it. Stored as a code, told in words.

What a mail server said stands in the same place (`OutboundMail.last_error`), in its own words.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Reason(TextChoices):
    """The codes are kept in the database: change the words, never the codes."""

    OVERTAKEN = "overtaken", _("Its day is over. What it was to say is in the next reminder.")
    CLOSED_ACCOUNT = "closed account", _("The account of its reader is closed.")
    NO_REMINDERS = "no reminders", _("Its reader chose to get no reminders.")
    REFUSES = "address refuses", _("The address refused mail on three days in a row.")
    HELD_ALONE = "held alone", _("Somebody of the secretariat holds this mail back.")
    HELD_BACK = "held back", _("Somebody of the secretariat holds back all reminders to this person.")
    TOO_EARLY = "too early", _("Its day has not begun where its reader is.")
    NOT_LOOKED_AT = "not looked at", _("The portal could not check whether it is still right.")
    BEING_CHANGED = "being changed", _("Somebody is changing what it may speak of.")
    NOBODY_KNOWS = "nobody knows", _("The sender stopped while it handed the mail over.")
    NOTHING_LEFT = "nothing left", _("Nothing is left to say.")
    NOT_REMINDED = "not reminded", _("This person is not reminded now.")
    OTHER_ADDRESS = "other address", _("This person has another address now.")
    NOT_ASKED = "not asked", _("What it asks for is done, or is not asked of its reader any more.")


def reason_of(last_error: str) -> Reason | None:
    """The portal's own reason; None if a mail server said it."""
    return Reason(last_error) if last_error in Reason.values else None
