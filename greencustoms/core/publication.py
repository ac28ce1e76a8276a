"""One version number for all that is public: raised with each publication, it makes cached pages stale.

With Redis the number lies there; without, a file below var/ carries it, so that asking costs no SQL.
"""

import contextlib
import hashlib
import json
import logging
import os
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from redis.exceptions import RedisError

from .models import Heartbeat

logger = logging.getLogger(__name__)

# The row that notes a publication whose version could not be written.
WAITING = "public version waits"
KEY = "public-version"
KEPT_SECONDS = 60 * 60


def current_version() -> str:
    """The version of the public content, as text to be put into keys. Empty when nobody can tell: keep nothing then."""
    if settings.REDIS_URL:
        try:
            return str(caches["pages"].get_or_set(KEY, _first_version, None))
        except (OSError, RedisError):  # a lost Redis must not take a public page with it
            return ""
    try:
        return str(_version_file().stat().st_mtime_ns)
    except FileNotFoundError:
        return "0"


def raise_version() -> None:
    """After the running transaction commits: public pages are made anew."""
    transaction.on_commit(_raise, robust=True)


def _raise() -> None:
    try:
        _write_new_version()
    except (OSError, RedisError) as error:
        logger.warning("Publication: the new version could not be written (%s); the tick does it again", error)
        Heartbeat.objects.update_or_create(name=WAITING, defaults={"at": timezone.now()})


def raise_again(now: datetime) -> None:
    """Do what could not be done when something was published. Stays noted as long as it fails."""
    waiting = Heartbeat.objects.filter(name=WAITING).first()
    if waiting is None:
        return
    try:
        _write_new_version()
    except (OSError, RedisError) as error:
        logger.warning("Publication: the new version can still not be written (%s)", error)
    else:
        # A publication of this very moment waits for the next round.
        Heartbeat.objects.filter(name=WAITING, at=waiting.at).delete()


def _write_new_version() -> None:
    if settings.REDIS_URL:
        caches["pages"].set(KEY, _first_version(), None)
        return
    path = _version_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    # The clock of the file system ticks every few milliseconds: too coarse for two publications in a row.
    now = time.time_ns()
    os.utime(path, ns=(now, now))


def kept(name: str, asked: dict, build: Callable[[], Any]) -> Any:
    """What `build` makes of public content, kept until something is published (plain values: counts, latest rows).

    `asked` is all that the value depends on besides. Nothing is kept while nobody can tell the version.
    """
    version = current_version()
    if not version:
        return build()
    parts = json.dumps([version, get_language(), asked], sort_keys=True, default=str)
    key = f"{name}:" + hashlib.sha256(parts.encode()).hexdigest()
    try:
        value = caches["pages"].get(key)
    except (OSError, RedisError):  # a lost Redis makes pages slower, never unavailable
        return build()
    if value is None:
        value = build()
        with contextlib.suppress(OSError, RedisError):
            caches["pages"].set(key, value, KEPT_SECONDS)
    return value


def _version_file():
    return settings.VAR_DIR / "public-version"


def _first_version() -> str:
    # Random, not counted: a number that starts again after Redis was emptied would bring old ETags back.
    return uuid.uuid4().hex
