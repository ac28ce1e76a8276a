"""Who said or did what with a share, as pages say it. Pure: no database, no request."""

from django.utils.translation import gettext as _


def entered_for(partner: str, *, is_answered: bool, is_reported: bool) -> str:
    """As `said_on_behalf` for visitors: how an organisation said so may name a person."""
    if is_reported:
        return _("Reported by the secretariat for %(partner)s") % {"partner": partner}
    return _("Answered by the secretariat for %(partner)s") % {"partner": partner} if is_answered else ""


def said_on_behalf(partner: str, *, is_answered: bool, is_reported: bool, note: str) -> str:
    """That the secretariat entered what an organisation said, and how it did so. Empty if it spoke for itself."""
    if is_reported:
        words = _("Reported by the secretariat for %(partner)s: %(note)s")
    elif is_answered:
        words = _("Answered by the secretariat for %(partner)s: %(note)s")
    else:
        return ""
    return words % {"partner": partner, "note": note}


def sent_back(reason: str) -> str:
    """Why a report came back. Empty if it did not."""
    return _("Came back: %(reason)s") % {"reason": reason} if reason else ""
