"""The default for web and Celery: reads what it needs and stops at start-up, naming what is missing."""

import os

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import env


def required(name: str) -> str:
    """The value of an environment variable (or of the file NAME_FILE names). Stops if it is empty."""
    value = env.str(name, default="").strip()
    if not value:
        raise ImproperlyConfigured(f"Set {name} (or {name}_FILE) before starting the portal.")
    return value


SECRET_KEY = required("SECRET_KEY")
FIELD_KEYS = required("FIELD_KEYS").split(",")
ALLOWED_HOSTS = required("ALLOWED_HOSTS").split(",")
PORTAL_URL = required("PORTAL_URL").rstrip("/")
CSRF_TRUSTED_ORIGINS = [PORTAL_URL]
required("DATABASE_URL")

# nginx ends TLS and says so; it must overwrite both headers.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXY_COUNT", "1"))
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
