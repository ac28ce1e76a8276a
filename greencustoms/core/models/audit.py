"""What happened, for investigators."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from greencustoms.core.append_only import AppendOnly


class AuditEvent(AppendOnly):
    """One thing somebody did. Rows are only ever added; pages never show them, investigators read them."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    did = models.CharField(max_length=80)
    object_kind = models.CharField(max_length=80)
    object_id = models.CharField(max_length=64)
    words = models.CharField(max_length=300, blank=True)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [models.Index(fields=["object_kind", "object_id"])]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.did} {self.object_kind} {self.object_id}"
