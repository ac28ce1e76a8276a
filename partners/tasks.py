"""What this room looks after every minute."""

from datetime import datetime

from greencustoms.core.tick import every_tick

from .services import requests


@every_tick("forget unconfirmed requests for accounts")
def forget_unconfirmed(now: datetime) -> None:
    requests.forget_unconfirmed(now=now)
