"""How often a person is reminded, and by which clock. What is chosen counts at once, also for a mail that waits."""

from django.db import transaction

from greencustoms.core import audit
from greencustoms.core.choices import DigestRhythm, MailStream
from greencustoms.core.models import OutboundMail, User

from .changes import look_again, say_that_readers_change


@transaction.atomic
def choose_reminders(*, person: User, by: User | None, rhythm: str, weekday: int, time_zone: str) -> bool:
    """Set how often a person is reminded, and by which clock. Returns whether anything changed."""
    return _change(person, by=by, digest_rhythm=rhythm, digest_weekday=weekday, time_zone=time_zone)


@transaction.atomic
def choose_time_zone(*, person: User, by: User, time_zone: str) -> bool:
    """Set the clock alone, for people to whom no reminders come."""
    return _change(person, by=by, time_zone=time_zone)


@transaction.atomic
def choose_rhythm(*, person: User, by: User | None, rhythm: DigestRhythm) -> bool:
    """Set the rhythm alone. `by` is None for whoever follows the link in a reminder: it says whose it is, not who."""
    return _change(person, by=by, digest_rhythm=rhythm.value)


def _change(person: User, *, by: User | None, **values) -> bool:
    stored = User.objects.select_for_update().get(pk=person.pk)
    before = {name: getattr(stored, name) for name, value in values.items() if getattr(stored, name) != value}
    if not before:
        return False
    after = {name: values[name] for name in before}
    User.objects.filter(pk=stored.pk).update(**after)
    say_that_readers_change([stored.pk])
    look_again(OutboundMail.objects.filter(recipient=stored, stream=MailStream.DIGEST))
    did = "chose reminders" if by else "chose reminders by the link in a mail"
    audit.record(stored, did, by=by, before=before, after=after)
    return True
