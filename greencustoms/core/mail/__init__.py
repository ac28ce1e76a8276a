"""Mail: the outbox that holds it, and the sender that hands it to the mail server."""

from . import addresses, keeping, unsubscribe
from .changes import cancel, look_again, when_readers_change
from .checks import Cancelled, Changed, Later, Verdict, before_sending
from .days import cancel_overtaken, local_day_of
from .drafts import Draft, Rendered, render
from .outbox import enqueue, enqueue_many, one_time_key, render_and_enqueue, ring
from .reasons import Reason
from .sender import send_all_due, send_due

__all__ = [
    "Cancelled",
    "Changed",
    "Draft",
    "Later",
    "Reason",
    "Rendered",
    "Verdict",
    "addresses",
    "before_sending",
    "cancel",
    "cancel_overtaken",
    "enqueue",
    "enqueue_many",
    "keeping",
    "local_day_of",
    "look_again",
    "one_time_key",
    "render",
    "render_and_enqueue",
    "ring",
    "send_all_due",
    "send_due",
    "unsubscribe",
    "when_readers_change",
]
