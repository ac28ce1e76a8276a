"""What may be decided on an action as a whole, by the state that is stored of it. No database, no request."""

from django.utils.translation import gettext as _

from meetings.choices import StoredState

DROP, SUPERSEDE, CARRY_OVER, REOPEN, NAME_OWNER = "drop", "supersede", "carry_over", "reopen", "name_owner"
ENDED = (StoredState.DROPPED, StoredState.SUPERSEDED, StoredState.CARRIED_OVER)


def acts_on(stored_state: str) -> list[str]:
    """What may be decided on an action of a final report, in the order in which the page shows it."""
    if stored_state == StoredState.AGREED:
        return [CARRY_OVER, SUPERSEDE, DROP, NAME_OWNER]
    return [REOPEN] if stored_state in ENDED else []


def why_not(act: str, stored_state: str) -> str:
    """The reason why an act is not open in this state, as a sentence; empty if it is open."""
    if act in acts_on(stored_state):
        return ""
    if act == REOPEN:
        return _("This action is in effect, so there is nothing to reopen.")
    if stored_state == StoredState.PROPOSED:
        return _("This action is only proposed. Agree on it first.")
    return _("This action is no longer in effect. Reopen it first.")
