"""One version number for all that is public: raised with each publication, it makes cached pages stale.

With Redis the number lies there; without, a file below var/ carries it, so that asking costs no SQL.
"""

import contextlib
import os
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from redis.exceptions import RedisError

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
    if settings.REDIS_URL:
        caches["pages"].set(KEY, _first_version(), None)
        return
    path = _version_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    # The clock of the file system ticks every few milliseconds: too coarse for two publications in a row.
    now = time.time_ns()
    os.utime(path, ns=(now, now))


def kept_until_next(name: str, make: Callable[[], Any]) -> Any:
    """A plain value made of public content, kept until something is published: counts, facets, latest rows."""
    version = current_version()
    if not version:
        return make()
    key = f"value:{version}:{name}"
    try:
        value = caches["pages"].get(key)
    except (OSError, RedisError):
        return make()
    if value is None:
        value = make()
        with contextlib.suppress(OSError, RedisError):
            caches["pages"].set(key, value, KEPT_SECONDS)
    return value


def _version_file():
    return settings.VAR_DIR / "public-version"


def _first_version() -> str:
    # Random, not counted: a number that starts again after Redis was emptied would bring old ETags back.
    return uuid.uuid4().hex
