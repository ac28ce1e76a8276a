"""Background jobs, and what is looked after every minute."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from greencustoms.core.choices import JobState


class Job(models.Model):
    """Background work as a row. The broker's message carries only the id and says "look now"."""

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200, help_text="what the result depends on; one job per kind and key")
    args = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    percent = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)
    result = models.JSONField(default=dict)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="job_once_per_kind_and_key"),
            models.CheckConstraint(
                condition=Q(state__in=[JobState.QUEUED, JobState.RUNNING], finished_at=None)
                | Q(state__in=[JobState.DONE, JobState.FAILED], finished_at__isnull=False),
                name="job_finished_at_when_finished",
            ),
        ]
        indexes = [models.Index(fields=["state", "heartbeat_at"])]

    def __str__(self):
        return f"{self.kind} {self.key}"

    @property
    def is_finished(self) -> bool:
        return self.state in (JobState.DONE, JobState.FAILED)


class Heartbeat(models.Model):
    """When a regular piece of work last ended well."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField(null=True, blank=True)
    seconds = models.FloatField(default=0)
    failed_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True, help_text="what it last failed with")

    class Meta:
        permissions = [("see_health", "Can see whether the regular work is done")]

    def __str__(self):
        return self.name


class RateBucket(models.Model):
    """How much of an allowance somebody has left (a token bucket), shared by all processes."""

    key = models.CharField(max_length=120, unique=True)
    tokens = models.FloatField()
    filled_at = models.DateTimeField()

    def __str__(self):
        return self.key
