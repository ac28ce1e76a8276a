"""What changes in the rooms above and matters here. They save, and this room hears of it in the same transaction.

An event or a meeting that moves takes along the deadlines that have only its days (`services.stages`). Whoever joins,
leaves or wants no reminders any more is not told what was planned before (`reminders.ledger`). Who is named by a final
report beside its own rows is guarded here too.
"""

from collections.abc import Collection

from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver

from greencustoms.core import mail
from greencustoms.core.models import User
from partners.models import Event, Membership

from .models import Meeting, MeetingSession
from .models.locking import refuse_final
from .reminders import ledger
from .services import stages, telling

DAYS = {"starts_on", "ends_on"}
# Whether, where and in which words somebody is reminded.
OF_READERS = {"is_active", "email", "name", "language", "time_zone", "digest_rhythm", "digest_weekday"}
BEFORE_A_CHANGE = ("pre_add", "pre_remove", "pre_clear")


@receiver(post_save, sender=Event)
def event_saved(sender, instance, created, raw, update_fields=None, **kwargs):
    if _may_have_moved(created, raw, update_fields):
        stages.follow_event(event=instance, by=_editor(instance))


@receiver(post_save, sender=Meeting)
def meeting_saved(sender, instance, created, raw, update_fields=None, **kwargs):
    if _may_have_moved(created, raw, update_fields):
        stages.follow_meeting(meeting=instance, by=_editor(instance))


@receiver(post_save, sender=User)
def reader_saved(sender, instance, created, raw, update_fields=None, **kwargs):
    if not created and not raw and (update_fields is None or OF_READERS & set(update_fields)):
        telling.readers_changed([instance.pk])
        reminders_changed([instance.pk])


@mail.when_readers_change
def reminders_changed(people: Collection[int]):
    """Also what others hear may be wrong by now: what is told to whom depends on who can be reached."""
    partners = Membership.objects.filter(user__in=people).values("partner")
    ledger.follow_people({*people} | ledger.heard_with(partners))


@receiver(post_save, sender=Membership)
@receiver(post_delete, sender=Membership)
def membership_changed(sender, instance, raw=False, **kwargs):
    if not raw:
        telling.readers_changed([instance.user_id])
        ledger.follow_people({instance.user_id} | ledger.heard_with([instance.partner_id]))


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
