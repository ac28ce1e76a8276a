"""The portal as it runs in production, but on plain http of this machine. BENCH_CACHE=off measures cold pages."""

import os

from greencustoms.settings.base import *  # noqa: F403
from greencustoms.settings.base import CACHES

SECRET_KEY = "only-for-measuring"  # noqa: S105
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
MAIL_STAYS_HERE = True
LOGGING = {}
if os.environ.get("BENCH_CACHE") == "off":
    CACHES["pages"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
