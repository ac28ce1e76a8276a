"""The embedded run of `make run`: one machine, no server to install, plain http on localhost."""

from greencustoms.core.secrets_file import kept_fernet_key, kept_secret

from .base import *  # noqa: F403
from .base import VAR_DIR, env

for folder in ("broker/messages", "broker/control", "tmp", "files", "media"):
    (VAR_DIR / folder).mkdir(parents=True, exist_ok=True, mode=0o700)

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or kept_secret(VAR_DIR / "secret-key")
FIELD_KEYS = [kept_fernet_key(VAR_DIR / "field-key")]
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS: list[str] = []

SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True

MAIL_STAYS_HERE = env.bool("MAIL_STAYS_HERE", default="EMAIL_URL" not in env.ENVIRON)
