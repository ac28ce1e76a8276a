"""The portal as `make run` starts it, with real mail, and with a clock that runs faster unless told otherwise."""

import os

from celery.schedules import schedule

from greencustoms.settings.development import *  # noqa: F403

PORTAL_URL = "http://portal.example"
MAIL_STAYS_HERE = False
DEFAULT_FROM_EMAIL = "Green Customs <no-reply@portal.example>"

if os.environ.get("CHAOS_CLOCK") != "real":
    # Two minutes become eight seconds, and one minute two.
    MAIL_LEASE_SECONDS = 8
    EMAIL_TIMEOUT = 2
    CELERY_BEAT_SCHEDULE = {"tick": {"task": "core.tick", "schedule": schedule(2), "options": {"expires": 2}}}


class FromModels(dict):
    """Tables as the models say, without the migrations that led there: a second in place of twenty."""

    def __contains__(self, app):
        return True

    def __getitem__(self, app):
        return None


if os.environ.get("CHAOS_TABLES") == "models":
    MIGRATION_MODULES = FromModels()
