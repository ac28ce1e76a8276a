"""Addresses that are secrets themselves (links in mails, calendars), and how a log shows them: only their beginning.

`ops/nginx.conf` has the same list for its own log; greencustoms/core/tests/test_secret_paths.py compares the two.
"""

import logging
import re

BEGINNINGS = (r"/accounts/[a-z0-9-]+/", r"/my/calendar/", r"/unsubscribe/")
_SECRET = re.compile(rf"""({"|".join(BEGINNINGS)})[^\s"'<>()]+""")


def without_secrets(text: str) -> str:
    return _SECRET.sub(r"\1...", text)


class WithoutSecrets(logging.Formatter):
    """Takes secret addresses out of what is written down: Django names the path of each answer of 4xx or 5xx."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))
