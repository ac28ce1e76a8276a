"""Plans reminders: one digest a person a day at most. Safe to run twice, and by several planners at once.

The rows decide (security section 2). A person's local day is claimed by a compare-and-swap on `ReminderDay`, in the
transaction that writes their digest and its notices: all of a portion of people is written, or nothing, and then the
next tick does it.
"""

import logging
import uuid
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from greencustoms.core import audit, mail, time_zones
from greencustoms.core.choices import DigestRhythm, MailState, MailStream
from greencustoms.core.models import MailHold, OutboundMail, User
from greencustoms.core.tick import every_tick
from meetings import emails
from meetings.models import ReminderDay

from . import contents, ladder, ledger, recipients
from .lines import Line, content_key, is_last_chance

logger = logging.getLogger(__name__)

PORTION = 200
SERVER_GONE = (OperationalError, InterfaceError)
BY_HAND = "by hand"


class PlanningFailed(Exception):
    """Some people's reminders could not be planned. The next tick tries again; the log says why."""


@every_tick("plan reminders")
def plan_reminders(now: datetime) -> int:
    """Write the digests that are due. Returns how many are new. Raises PlanningFailed after having done the others."""
    written, failed, last = 0, [], 0
    awake = _days_of_zones_awake(now)
    while people := _waiting(awake, after=last):
        last = people[-1].pk
        try:
            written += _plan(people, awake, now)
        except SERVER_GONE:
            raise
        except Exception:
            logger.exception("Reminders: a portion could not be planned; its people are taken one by one")
            one_by_one, again = _plan_each(people, awake, now)
            written += one_by_one
            failed += again
    if failed:
        raise PlanningFailed(f"not planned for {len(failed)} people, such as number {failed[0]}")
    return written


def _plan_each(people: list[User], awake: Mapping[str, date], now: datetime) -> tuple[int, list[int]]:
    """What goes wrong with one person must not keep the others from being reminded."""
    written, failed = 0, []
    for person in people:
        try:
            written += _plan([person], awake, now)
        except SERVER_GONE:
            raise
        except Exception:
            logger.exception("Reminders: nothing could be planned for person %s", person.pk)
            failed.append(person.pk)
    return written, failed


def _days_of_zones_awake(now: datetime) -> dict[str, date]:
    """The local day of each time zone in which somebody lives and the day has begun for mail."""
    zones = recipients.may_be_reminded().order_by().values_list("time_zone", flat=True).distinct()
    local = {zone: now.astimezone(time_zones.zone_of(zone)) for zone in zones}
    return {zone: moment.date() for zone, moment in local.items() if ladder.is_time(moment)}


def _waiting(awake: Mapping[str, date], *, after: int) -> list[User]:
    """The next people whose day has begun and for whom nobody has looked yet."""
    zones_of_day: dict[date, list[str]] = defaultdict(list)
    for zone, day in awake.items():
        zones_of_day[day].append(zone)
    waiting = Q()
    for day, zones in zones_of_day.items():
        planned = ReminderDay.objects.filter(person=OuterRef("pk"), day__gte=day)
        waiting |= Q(time_zone__in=zones) & ~Exists(planned)
    if not waiting:
        return []
    people = recipients.at_good_addresses(recipients.may_be_reminded()).filter(waiting, pk__gt=after)
    return list(people.order_by("pk")[:PORTION])


@transaction.atomic
def _plan(people: list[User], awake: Mapping[str, date], now: datetime) -> int:
    """Claim these people's day and write their digests."""
    claimed = _claim({person: awake[person.time_zone] for person in people}, now)
    if not claimed:
        return 0
    _cancel_overtaken(claimed)
    told = _told_this_week(claimed)
    days = {person: day for person, day in claimed.items() if person.pk not in told}
    return len(_write(days, contents.lines_on(days, only_working_days=True)))


def _claim(days: Mapping[User, date], now: datetime) -> dict[User, date]:
    """Of several planners one gets each person's day; who is held by another is left to that one."""
    ReminderDay.objects.bulk_create(
        [
            ReminderDay(person=person, day=day - timedelta(days=1), planned_at=now)
            for person, day in sorted(days.items(), key=lambda pair: pair[0].pk)
        ],
        ignore_conflicts=True,
    )
    rows = ReminderDay.objects.filter(person__in=[person.pk for person in days]).order_by("person")
    free = set(rows.select_for_update(skip_locked=True).values_list("person", flat=True))
    round_ = str(uuid.uuid4())
    for day in set(days.values()):
        wanted = [person.pk for person, own in days.items() if own == day and person.pk in free]
        ReminderDay.objects.filter(person__in=wanted, day__lt=day).update(day=day, planned_at=now, planned_by=round_)
    ours = set(ReminderDay.objects.filter(person__in=free, planned_by=round_).values_list("person", flat=True))
    return {person: day for person, day in days.items() if person.pk in ours}


def _cancel_overtaken(days: Mapping[User, date]) -> None:
    """What an earlier digest was still to say is said by the new one."""
    earlier = Q()
    for day in set(days.values()):
        people = [person.pk for person, own in days.items() if own == day]
        earlier |= Q(recipient__in=people, local_day__lt=day)
    waiting = OutboundMail.objects.filter(earlier, stream=MailStream.DIGEST, state__in=contents.NOT_LEFT_YET)
    keys = list(waiting.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    if keys:
        mail.cancel(OutboundMail.objects.filter(pk__in=keys), mail.Reason.OVERTAKEN)


def _told_this_week(days: Mapping[User, date]) -> set[int]:
    """Those who chose to hear once a week and were told something since their day of the week."""
    weekly = {
        person.pk: ladder.week_begins_on(weekday=person.digest_weekday, today=day)
        for person, day in days.items()
        if person.digest_rhythm == DigestRhythm.WEEKLY
    }
    if not weekly:
        return set()
    digests = OutboundMail.objects.filter(
        stream=MailStream.DIGEST, recipient__in=weekly, state__in=contents.TELLING, local_day__gte=min(weekly.values())
    )
    return {
        person_id
        for person_id, local_day in digests.values_list("recipient_id", "local_day")
        if local_day >= weekly[person_id]
    }


@transaction.atomic
def plan_now(*, person: User, by: User, now: datetime) -> OutboundMail:
    """Write a person's digest of today at once, whatever the hour, the day of the week or their rhythm of once a week.

    Raises ValidationError: "not_reminded", "held" or "suppressed", "said_today", or "nothing_to_say".
    """
    person = User.objects.get(pk=person.pk)
    _refuse_if_not_reminded(person)
    today = mail.local_day_of(person, now)
    # Whoever plans for this person at this moment is waited for.
    ReminderDay.objects.bulk_create(
        [ReminderDay(person=person, day=today - timedelta(days=1), planned_at=now)], ignore_conflicts=True
    )
    planned = ReminderDay.objects.select_for_update().get(person=person)
    _refuse_second_digest(person, today)
    _cancel_overtaken({person: today})
    lines = contents.lines_on({person: today})
    if not lines[person.pk]:
        raise ValidationError(
            _("There is nothing to remind this person of today that they were not told."), code="nothing_to_say"
        )
    planned.day, planned.planned_at, planned.planned_by = max(planned.day, today), now, BY_HAND
    planned.save(update_fields=["day", "planned_at", "planned_by"])
    row = _write({person: today}, lines)[0]
    audit.record(person, "sent reminders now", by=by, after={"day": today.isoformat(), "lines": len(lines[person.pk])})
    return row


def why_not_now(*, person: User, now: datetime) -> str:
    """Why `plan_now` would refuse, in its own words; empty if it only may find nothing to say."""
    try:
        _refuse_if_not_reminded(person)
        _refuse_second_digest(person, mail.local_day_of(person, now))
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _refuse_if_not_reminded(person: User) -> None:
    if not person.is_active:
        raise ValidationError(_("The account of this person is closed."), code="not_reminded")
    if person.digest_rhythm == DigestRhythm.NONE:
        raise ValidationError(_("This person chose to get no reminders by e-mail."), code="not_reminded")
    if MailHold.objects.filter(person=person).exists():
        raise ValidationError(_("The reminders to this person are held back. Let them go first."), code="held")
    if mail.addresses.suppressed_among([person.email]):
        raise ValidationError(
            _("Nothing is sent to %(address)s any more. Let mail go there again first."),
            params={"address": person.email},
            code="suppressed",
        )


def _refuse_second_digest(person: User, today: date) -> None:
    """A cancelled one was never handed over: it is taken up again."""
    digests = OutboundMail.objects.filter(stream=MailStream.DIGEST, recipient=person, local_day=today)
    row = digests.exclude(state=MailState.CANCELLED).first()
    if row is not None:
        raise ValidationError(
            _("This person has a reminder of today already (%(state)s). The next one can go tomorrow."),
            params={"state": row.get_state_display()},
            code="said_today",
        )


def _write(days: Mapping[User, date], lines: Mapping[int, list[Line]]) -> list[OutboundMail]:
    """The mails and their notices."""
    drafts = [_draft(person, day, lines[person.pk]) for person, day in days.items() if lines[person.pk]]
    rows = mail.enqueue_many(drafts)
    if len(rows) < len(drafts):
        rows += _revive(drafts)
    ledger.note({row: lines[row.recipient_id] for row in rows})
    return rows


def _revive(drafts: list[mail.Draft]) -> list[OutboundMail]:
    """Cancelled digests of these days go out after all, with new words: never handed over, so nobody gets two."""
    wanted = {draft.recipient.pk: draft for draft in drafts}
    cancelled = OutboundMail.objects.filter(
        stream=MailStream.DIGEST, state=MailState.CANCELLED, recipient__in=wanted, times_sent_again=0, sent_at=None,
        local_day__in={draft.local_day for draft in drafts},
    )  # fmt: skip
    rows = []
    for row in cancelled.order_by("pk").select_for_update(no_key=True):
        draft = wanted[row.recipient_id]
        if draft.local_day != row.local_day:
            continue
        row.to_address, row.subject = draft.to_address, draft.subject
        row.body_text, row.body_html = draft.body_text, draft.body_html
        row.is_last_chance, row.content_key = draft.is_last_chance, draft.content_key
        row.state, row.last_error, row.attempts, row.version = MailState.PENDING, "", 0, row.version + 1
        row.save()
        rows.append(row)
    return rows


def _draft(person: User, day: date, lines: list[Line]) -> mail.Draft:
    words = emails.digest(user=person, today=day, lines=lines)
    return mail.Draft(
        key=digest_key(person.pk, day),
        stream=MailStream.DIGEST,
        to_address=person.email,
        subject=words.subject,
        body_text=words.body_text,
        body_html=words.body_html,
        recipient=person,
        local_day=day,
        is_last_chance=is_last_chance(lines, day),
        content_key=content_key(person, day, lines),
    )


def digest_key(user_id: int, local_day: date) -> str:
    return f"digest:{user_id}:{local_day.isoformat()}"
