"""The portal as it runs in production, but on plain http of this machine. BENCH_CACHE=off measures cold pages."""

import os

from greencustoms.settings.base import *  # noqa: F403
from greencustoms.settings.base import STATIC_ROOT

SECRET_KEY = "only-for-measuring"
FIELD_KEYS = ["kq0mPrB3bM5GfG0p6mX8rQyq0mYv3rVQw0h8m3S1c2E="]
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
PORTAL_URL = "http://localhost"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MAIL_STAYS_HERE = os.environ.get("BENCH_MAIL") != "leaves"
LOGGING = {}
# A cold page is made anew; counts and facets stay kept until the next publication, as they are in production.
KEEP_WHOLE_PAGES = os.environ.get("BENCH_CACHE") != "off"
# Thousands of requests from one address, on purpose.
RATE_LIMITS = False
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
