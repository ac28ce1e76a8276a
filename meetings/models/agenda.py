"""Matters arising: what earlier meetings agreed and the next one takes up again."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .action import AgreedAction
from .locking import Locked
from .meeting import Meeting


class AgendaItem(Locked):
    """That a meeting takes up an action of an earlier one under "matters arising"."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="matters_arising")
    action = models.ForeignKey(AgreedAction, models.CASCADE, related_name="agenda_items")
    note = models.CharField(_("note"), max_length=300, blank=True)
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    shown_on_public_pages = True

    class Meta:
        ordering = ["meeting", "-action__meeting__starts_on", "action__number"]
        constraints = [models.UniqueConstraint(fields=["meeting", "action"], name="agenda_item_once")]

    def __str__(self):
        return f"{self.meeting}: {self.action}"
