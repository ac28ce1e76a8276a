"""Celery, the doorbell of the background jobs; what is to be done lies in the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greencustoms.settings.production")

app = Celery("greencustoms")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
