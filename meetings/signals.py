"""An event or a meeting that moves takes along the deadlines that have only its days. The rule: `services.stages`.

The partners' room, where events are edited, does not know meetings; it saves, and this room hears of it in the
same transaction.
"""

from django.db.models.signals import post_save
from django.dispatch import receiver

from partners.models import Event

from .models import Meeting
from .services import stages

DAYS = {"starts_on", "ends_on"}


@receiver(post_save, sender=Event)
def event_saved(sender, instance, created, raw, update_fields=None, **kwargs):
    if _may_have_moved(created, raw, update_fields):
        stages.follow_event(event=instance, by=_editor(instance))


@receiver(post_save, sender=Meeting)
def meeting_saved(sender, instance, created, raw, update_fields=None, **kwargs):
    if _may_have_moved(created, raw, update_fields):
        stages.follow_meeting(meeting=instance, by=_editor(instance))


def _may_have_moved(created, raw, update_fields) -> bool:
    return not created and not raw and (update_fields is None or bool(DAYS & set(update_fields)))


def _editor(row):
    return getattr(row, "_history_user", None)
