"""Which other rows a decision on an action may name."""

from .choices import StoredState
from .models import AgreedAction, Meeting


def later_drafts(action):
    """Meetings to which an action may be carried over: later ones whose report is being written for the first time.

    Not a working copy: it is merged into the report that it revises, and then is no more.
    """
    later = Meeting.objects.being_written().filter(revises=None, starts_on__gte=action.meeting.starts_on)
    return later.exclude(pk=action.meeting_id).order_by("starts_on", "code")


def replacements(action):
    """Actions that may take the place of this one: agreed ones, also in a report that is being written."""
    return AgreedAction.objects.filter(stored_state=StoredState.AGREED, meeting__revises=None).exclude(pk=action.pk)
