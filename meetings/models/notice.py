"""Whom the portal has reminded of what, and for which day it has looked."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from .deadline import Deadline


class Notice(models.Model):
    """That somebody is to be reminded of a deadline, once for each step of the ladder (security section 2)."""

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="notices")
    due_on = models.DateField()
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    step = models.CharField(max_length=10, help_text="days after the last possible day: -30, -7, 0, +14; or review")
    local_day = models.DateField()
    is_collapsed = models.BooleanField(default=False, help_text="a later step was sent instead")
    withdrawn_at = models.DateTimeField(
        null=True, blank=True, help_text="when a change made it wrong before its mail left; then it may be planned anew"
    )
    mail = models.ForeignKey("core.OutboundMail", models.SET_NULL, null=True, blank=True, related_name="notices")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deadline", "due_on", "recipient", "step"], name="notice_once")]

    def __str__(self):
        return f"{self.recipient} {self.deadline} {self.step}"


class ReminderDay(models.Model):
    """The latest local day for which a person's reminders were planned, whether or not there was anything to say."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminder_day")
    day = models.DateField()
    planned_at = models.DateTimeField(default=timezone.now)
    planned_by = models.CharField(max_length=36, blank=True, help_text="which round of which planner")

    def __str__(self):
        return f"{self.person} {self.day}"
