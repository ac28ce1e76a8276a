"""An event that moves takes along the deadlines that have only its days. The rule lives in `services.stages`.

The partners' room, where events are edited, does not know meetings; it saves, and this room hears of it in the
same transaction.
"""

from django.db.models.signals import post_save
from django.dispatch import receiver

from partners.models import Event

from .services import stages


@receiver(post_save, sender=Event)
def event_saved(sender, instance, created, raw, update_fields=None, **kwargs):
    if created or raw or (update_fields is not None and not {"starts_on", "ends_on"} & set(update_fields)):
        return
    stages.follow_event(event=instance, by=getattr(instance, "_history_user", None))
