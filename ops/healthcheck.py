"""Asks the web process beside it whether it answers, in the way nginx does."""

import os
import sys
import urllib.request

request = urllib.request.Request(
    "http://127.0.0.1:8000/healthz",
    headers={"Host": os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0], "X-Forwarded-Proto": "https"},
)
try:
    with urllib.request.urlopen(request, timeout=4) as answer:
        sys.exit(answer.status != 200)
except OSError as error:
    sys.exit(str(error))
