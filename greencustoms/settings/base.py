"""Settings that are safe as they stand; development.py and test.py loosen them line by line."""

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import environ
from celery.schedules import schedule
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.FileAwareEnv()

# Everything a run writes lies below var/: database, files, secrets, the embedded broker.
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))

DEBUG = False
SECRET_KEY = ""
ALLOWED_HOSTS: list[str] = []
SITE_ID = 1
SITE_NAME = "Green Customs"
# Where links in mails and calendar files lead.
PORTAL_URL = env.str("PORTAL_URL", default="http://localhost:8000").rstrip("/")
# With this off, the portal runs without its restricted section.
ENFORCEMENT_ENABLED = env.bool("ENFORCEMENT_ENABLED", default=True)

INSTALLED_APPS = [
    "greencustoms.core",
    "partners",
    "meetings",
    "training",
    "guide",
    "enforcement",
    "greencustoms",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sites",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_filters",
    "django_htmx",
    "simple_history",
    "lucide",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "greencustoms.core.middleware.browser_policies",
    "greencustoms.core.middleware.clean_query",
    "greencustoms.core.public_pages.PublicPagesMiddleware",
    "enforcement.middleware.BehindTheGateMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "greencustoms.core.sessions.SessionLimitsMiddleware",
    "greencustoms.core.sessions.SecondFactorMiddleware",
]

ROOT_URLCONF = "greencustoms.urls"
WSGI_APPLICATION = "greencustoms.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "greencustoms.views.shell.shell",
            ],
        },
    }
]
FORM_RENDERER = "greencustoms.core.forms.PortalFormRenderer"

# --- Database, cache, broker: nothing to install by default, PostgreSQL and Redis by address ---

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Without IMMEDIATE most read-then-write transactions fail as "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")


def redis_database(number: int) -> str:
    """The address of another numbered database on the same Redis server."""
    return urlunsplit(urlsplit(REDIS_URL)._replace(path=f"/{number}"))


CACHES = {
    # Shared by all processes and surviving a lost Redis: rate limits of the sign-in live here.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_rows",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    # Whole public pages only.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 1_000},
    },
}
if REDIS_URL:
    CACHES["pages"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": redis_database(1),
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }

# Both off only to measure what making a page costs.
KEEP_WHOLE_PAGES = True
RATE_LIMITS = True

CELERY_TIMEZONE = "UTC"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {"core.send_mail": {"queue": "mail"}, "core.tick": {"queue": "mail"}}
# With the broker away, whoever puts in a mail or a job waits 0.01 s in place of 0.6 s; the tick rings again anyway.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TASK_TIME_LIMIT = 120
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A tick nobody took in time is worthless: the next one does the same.
CELERY_BEAT_SCHEDULE = {"tick": {"task": "core.tick", "schedule": schedule(60), "options": {"expires": 55}}}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,
        # Without it a worker stayed deaf for 154 s after a half-open connection.
        "socket_timeout": 10,
        "socket_connect_timeout": 3,
        "socket_keepalive": True,
        "health_check_interval": 25,
    }
else:
    CELERY_BROKER_URL = "filesystem://localhost//"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR_DIR / "broker" / "messages"),
        "data_folder_out": str(VAR_DIR / "broker" / "messages"),
        "control_folder": str(VAR_DIR / "broker" / "control"),
        "polling_interval": 0.3,
    }

# --- Files ---

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = "/media/"
STORED_FILES_ROOT = VAR_DIR / "files"
PRIVATE_ROOT = VAR_DIR / "private"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# --- Accounts ---

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "greencustoms.core.people.PersonBackend",
    "greencustoms.core.people.SignInBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "after_sign_in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "greencustoms.core.passwords.LengthByFactorValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "greencustoms.core.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = "strict"
# Nobody can have the portal write to a stranger by typing an address.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Green Customs] "
PASSWORD_RESET_TIMEOUT = 60 * 60
MFA_ADAPTER = "greencustoms.core.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODE_DIGITS = 10
MFA_TOTP_TOLERANCE = 0
MFA_TOTP_ISSUER = SITE_NAME
USERSESSIONS_TRACK_ACTIVITY = False
# Keys that encrypt second-factor secrets, newest first (cryptography's Fernet keys).
FIELD_KEYS: list[str] = []

SESSION_ENGINE = "greencustoms.core.session_store"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_IDLE_SECONDS = 2 * 60 * 60
SESSION_SAVE_EVERY_REQUEST = False
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "greencustoms.views.errors.csrf_failure"
# Messages in a cookie: a public page then never has to open a session.
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

# --- What browsers may do ---

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_SSL_REDIRECT = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- Language and time ---

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "greencustoms" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
DATE_FORMAT = "j F Y"
FORMAT_MODULE_PATH = ["greencustoms.formats"]

# --- Mail ---

# With mail kept here, messages stay in the database and are shown to their own recipient.
MAIL_STAYS_HERE = False
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Green Customs <no-reply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 15
# How long a sender may hold a mail. Shorter only where senders are killed on purpose.
MAIL_LEASE_SECONDS = env.int("MAIL_LEASE_SECONDS", default=120)
vars().update(env.email_url("EMAIL_URL", default="smtp://localhost:25"))

# --- Limits of the child processes: making a PDF, looking at a file that somebody sends ---

PDF_LIMITS = {"memory_mb": 1024, "cpu_seconds": 60, "wall_seconds": 90}
UPLOAD_LIMITS = {"memory_mb": 1024, "cpu_seconds": 20, "wall_seconds": 30}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "class": "greencustoms.core.secret_paths.WithoutSecrets",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # Without handlers of their own: those of Django write whole addresses, also such as are secrets.
        "django": {"propagate": True},
        "django.server": {"propagate": True},
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
    },
}
