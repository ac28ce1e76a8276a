"""An event or a meeting that moves takes along the deadlines that have only its days. The rule: `services.stages`.

The partners' room, where events are edited, does not know meetings; it saves, and this room hears of it in the
same transaction. Who is named by a final report beside its own rows is guarded here too.
"""

from django.db.models.signals import m2m_changed, post_save
from django.dispatch import receiver

from partners.models import Event

from .models import Meeting, MeetingSession
from .models.locking import refuse_final
from .services import stages

DAYS = {"starts_on", "ends_on"}
BEFORE_A_CHANGE = ("pre_add", "pre_remove", "pre_clear")


@receiver(post_save, sender=Event)
def event_saved(sender, instance, created, raw, update_fields=None, **kwargs):
    if _may_have_moved(created, raw, update_fields):
        stages.follow_event(event=instance, by=_editor(instance))


@receiver(post_save, sender=Meeting)
def meeting_saved(sender, instance, created, raw, update_fields=None, **kwargs):
    if _may_have_moved(created, raw, update_fields):
        stages.follow_meeting(meeting=instance, by=_editor(instance))


@receiver(m2m_changed, sender=Meeting.partners.through)
def partners_of_meeting_change(sender, instance, action, reverse, pk_set, **kwargs):
    """Who was a partner on that day is part of the report, and locked with it (`models.locking`)."""
    if action not in BEFORE_A_CHANGE or pk_set == set():
        return
    if not reverse:
        refuse_final({instance.pk})
        return
    meetings = pk_set or set(instance.meetings_as_partner.values_list("pk", flat=True))
    refuse_final(meetings)


@receiver(m2m_changed, sender=MeetingSession.default_owners.through)
def owners_of_session_change(sender, instance, action, pk_set, **kwargs):
    if action in BEFORE_A_CHANGE and pk_set != set():
        refuse_final({instance.meeting_id})


def _may_have_moved(created, raw, update_fields) -> bool:
    return not created and not raw and (update_fields is None or bool(DAYS & set(update_fields)))


def _editor(row):
    return getattr(row, "_history_user", None)
