"""All senders rest for a minute when the mail server is away: nobody's mail is at fault, and none counts as tried.

The row is the same kind the parts of the tick write, so that the page about health names what fails.
"""

from datetime import datetime, timedelta

from django.db.models import F, Q

from greencustoms.core.models import Heartbeat

NAME = "reach the mail server"
LASTS = timedelta(minutes=1)


def is_on(now: datetime) -> bool:
    """Whether the server was away a moment ago. A clock put back does not prolong it."""
    lately = Heartbeat.objects.filter(name=NAME, failed_at__gt=now - LASTS, failed_at__lte=now)
    return lately.filter(Q(at=None) | Q(at__lt=F("failed_at"))).exists()


def begin(now: datetime, words: str) -> None:
    Heartbeat.objects.update_or_create(name=NAME, defaults={"failed_at": now, "error": words[:300]})


def end(now: datetime) -> None:
    """The server answers."""
    Heartbeat.objects.update_or_create(name=NAME, defaults={"at": now})
