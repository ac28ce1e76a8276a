"""Mail: the outbox that holds it, and the sender that hands it to the mail server."""

from .outbox import enqueue, one_time_key, render_and_enqueue, ring
from .sender import send_due

__all__ = ["enqueue", "one_time_key", "render_and_enqueue", "ring", "send_due"]
