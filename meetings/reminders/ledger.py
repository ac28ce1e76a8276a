"""The ledger of reminders: what is noted with each digest, and what follows when the world changes after that.

Whatever makes a reminder wrong calls `follow` in its own transaction: mails that wait are looked at again before they
leave, and what they would have said in vain does not count as said (security section 2).

Who takes several rows takes mails before notices, and either in the order of their keys.
"""

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from greencustoms.core import mail
from greencustoms.core.choices import MailState
from greencustoms.core.mail.changes import STOPPABLE
from greencustoms.core.models import OutboundMail
from meetings.models import Notice, ReminderDay
from partners.choices import MemberRole
from partners.models import Membership

from . import contents, recipients
from .lines import Line

ROWS_A_STATEMENT = 500
# One number for the whole database, chosen by us.
CHANGES_UNDER_WAY = 20_070_305
# A change that takes longer keeps its mails waiting, not the sender.
LONGEST_WAIT_SECONDS = 5
SECONDS_BETWEEN_LOOKS = 0.02
# The transactions of others that hold the shared lock of `_say_that_something_changes`.
_UNDER_WAY = """
    SELECT virtualtransaction FROM pg_locks
    WHERE locktype = 'advisory' AND classid = 0 AND objid = %s AND objsubid = 1 AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> pg_backend_pid()
"""


def note(digests: Mapping[OutboundMail, Sequence[Line]]) -> None:
    """Write down what these mails say. What an earlier mail was to say, and did not, is theirs now."""
    notices: dict[tuple, Notice] = {}
    for row, lines in digests.items():
        for line in lines:
            for step, is_collapsed in [*((step, True) for step in line.collapsed), (line.step, False)]:
                notices[line.deadline_id, line.due_on, row.recipient_id, step.step] = Notice(
                    deadline_id=line.deadline_id, due_on=line.due_on, recipient_id=row.recipient_id, step=step.step,
                    local_day=row.local_day, is_collapsed=is_collapsed, mail=row,
                )  # fmt: skip
    Notice.objects.bulk_create(
        [notices[key] for key in sorted(notices)],
        batch_size=ROWS_A_STATEMENT,
        update_conflicts=True,
        unique_fields=["deadline", "due_on", "recipient", "step"],
        update_fields=["local_day", "is_collapsed", "withdrawn_at", "mail"],
    )


@transaction.atomic
def note_anew(digests: Mapping[OutboundMail, Sequence[Line]], *, now: datetime) -> None:
    """Write down what these mails say now; the rest of what they were to say is withdrawn."""
    said = {(row.pk, line.deadline_id, line.due_on) for row, lines in digests.items() for line in lines}
    rows = Notice.objects.filter(mail__in=[row.pk for row in digests]).order_by("pk").select_for_update(no_key=True)
    wrong = [pk for pk, *key in rows.values_list("pk", "mail_id", "deadline_id", "due_on") if tuple(key) not in said]
    Notice.objects.filter(pk__in=wrong, withdrawn_at=None).update(withdrawn_at=now)
    note(digests)


@transaction.atomic
def follow(deadlines: QuerySet | Collection[int]) -> None:
    """Something about these deadlines has changed: their days, their words, or who owes what."""
    _say_that_something_changes()
    _look_again(Q(deadline__in=deadlines))


@transaction.atomic
def follow_people(people: Collection[int]) -> None:
    """Something about these people has changed: whether they are reminded, of what, or in which words."""
    _say_that_something_changes()
    _look_again(Q(recipient__in=people))


def heard_with(partner_ids: Iterable[int]) -> set[int]:
    """Focal points of these organisations: what they hear of depends on who else there can be reached."""
    rows = Membership.objects.filter(partner__in=partner_ids, role=MemberRole.FOCAL)
    return set(rows.order_by().values_list("user_id", flat=True))


def wait_for_changes() -> bool:
    """Whether every change that was under way has been committed, or given up. Waits a few seconds for them.

    What changes after that finds the mails that a sender holds by now, and takes them from it. Who waits only looks
    at the locks and asks for none: changes that begin meanwhile would have to queue behind it. Where one writes at
    a time nothing is to be waited for.
    """
    if connection.vendor != "postgresql":
        return True
    until = time.monotonic() + LONGEST_WAIT_SECONDS
    under_way = _changes_under_way()
    while under_way:
        if time.monotonic() > until:
            return False
        time.sleep(SECONDS_BETWEEN_LOOKS)
        under_way &= _changes_under_way()
    return True


def _changes_under_way() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(_UNDER_WAY, [CHANGES_UNDER_WAY])
        return {transaction_id for (transaction_id,) in cursor.fetchall()}


def _say_that_something_changes() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [CHANGES_UNDER_WAY])


def free_days(days: Mapping[int, date]) -> None:
    """Have these people planned anew, if this is the day for which they were planned last."""
    people: dict[date, list[int]] = defaultdict(list)
    for person_id, day in days.items():
        people[day].append(person_id)
    for day, keys in people.items():
        ReminderDay.objects.filter(person__in=keys, day=day).update(day=date.min)


def _look_again(notices: Q) -> None:
    """Also of cancelled digests: what made them wrong may be right again, and their day is not over yet."""
    waiting = Q(withdrawn_at=None, mail__state__in=STOPPABLE)
    cancelled = Q(mail__state=MailState.CANCELLED)
    rows = Notice.objects.filter(notices, waiting | cancelled).order_by("local_day", "pk").values_list(
        "pk", "mail_id", "recipient_id", "deadline_id", "due_on", "local_day", "mail__state"
    )  # fmt: skip
    found, unsaid = [], {}
    for *row, state in rows:
        if state == MailState.CANCELLED:
            unsaid[row[2]] = row[5]
        else:
            found.append(row)
    free_days(unsaid)
    if not found:
        return
    mails = {row[1] for row in found}
    _lock(OutboundMail.objects.filter(pk__in=mails))
    mail.look_again(OutboundMail.objects.filter(pk__in=mails))
    right = _right(mails, {row[2]: row[5] for row in found}, {row[3] for row in found})
    wrong = [pk for pk, _mail, *key, _day in found if tuple(key) not in right]
    _lock(Notice.objects.filter(pk__in=wrong))
    Notice.objects.filter(pk__in=wrong).update(withdrawn_at=timezone.now())


def _lock(rows: QuerySet) -> None:
    list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))


def _right(mails: Collection[int], days: Mapping[int, date], deadlines: Collection[int]) -> set[tuple[int, int, date]]:
    """By person, deadline and due day: what those people would be told of these deadlines as things stand now."""
    people = recipients.wanting().filter(pk__in=days)
    lines = contents.lines_on(
        {person: days[person.pk] for person in people}, besides_mails=mails, of_deadlines=deadlines
    )
    return {(person_id, line.deadline_id, line.due_on) for person_id, of_person in lines.items() for line in of_person}
