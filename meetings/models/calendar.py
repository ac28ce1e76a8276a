"""Private calendar addresses, which a calendar program asks without signing in."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class CalendarAddress(models.Model):
    """A secret address of one person's deadlines. Only its hash is kept: it is shown once, and can be revoked."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_addresses")
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_asked_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(revoked_at=None), name="calendar_address_one_in_use_a_person"
            )
        ]

    def __str__(self):
        return f"{self.user} {self.created_at:%Y-%m-%d}"
