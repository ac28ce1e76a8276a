import logging
import signal
import threading
from datetime import timedelta

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone

from greencustoms.core.models import Heartbeat
from greencustoms.core.tick import tick

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 15
LATE = timedelta(seconds=90)


class Command(BaseCommand):
    help = "Watches the tick and does it itself when the last good one is older than 90 s: a dead broker stops nothing."

    def handle(self, **options):
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *args: stop.set())
        signal.signal(signal.SIGINT, lambda *args: stop.set())
        while not stop.wait(LOOK_EVERY_SECONDS):
            look()


def look() -> None:
    """Tick if nobody else did. A database that is away for a moment does not end the watch."""
    try:
        close_old_connections()
        now = timezone.now()
        if not Heartbeat.objects.filter(name="tick", at__gt=now - LATE).exists():
            tick(now)
    except Exception:
        logger.exception("Ticker: could not look; it will look again")
