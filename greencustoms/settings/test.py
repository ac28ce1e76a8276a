"""Tests: quick, no network, jobs run in the same process."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

VAR_DIR = Path(tempfile.mkdtemp(prefix="greencustoms-test-"))
atexit.register(shutil.rmtree, VAR_DIR, ignore_errors=True)
os.environ["VAR_DIR"] = str(VAR_DIR)

from .base import *  # noqa: E402, F403
from .base import CACHES, DATABASES, REDIS_URL, STATIC_ROOT, redis_database  # noqa: E402

# WhiteNoise warns about a missing folder, and warnings are errors here.
STATIC_ROOT.mkdir(parents=True)

SECRET_KEY = "only-for-tests"  # noqa: S105
FIELD_KEYS = ["kq0mPrB3bM5GfG0p6mX8rQyq0mYv3rVQw0h8m3S1c2E="]
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
PORTAL_URL = "http://testserver"
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
if REDIS_URL:
    # Tests running side by side empty their cache, each its own.
    CACHES["pages"]["LOCATION"] = redis_database(1 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]))
CELERY_TASK_ALWAYS_EAGER = True
MAIL_STAYS_HERE = True
DATABASES["default"]["CONN_MAX_AGE"] = 0
