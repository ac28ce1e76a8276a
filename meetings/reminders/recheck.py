"""A digest is looked at once more before it is handed over: what it says must be right at that moment."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from greencustoms.core import mail
from greencustoms.core.choices import MailStream
from greencustoms.core.models import OutboundMail, User
from meetings import emails
from meetings.models import Notice

from . import contents, ledger, lines, recipients


@mail.before_sending(MailStream.DIGEST)
def look_once_more(rows: list[OutboundMail], now: datetime) -> dict[int, mail.Verdict]:
    """Compare what these mails say with what they would say now. A few statements for the whole lot."""
    if not ledger.wait_for_changes():
        return {row.pk: mail.Later(mail.Reason.BEING_CHANGED) for row in rows}
    people = {
        person.pk: person for person in recipients.may_be_reminded().filter(pk__in=[r.recipient_id for r in rows])
    }
    verdicts: dict[int, mail.Verdict] = {}
    standing = {}
    for row in rows:
        if why := _why_not(row, people.get(row.recipient_id)):
            verdicts[row.pk] = mail.Cancelled(why)
        else:
            standing[row] = people[row.recipient_id]
    if moved := [row for row in rows if row.recipient_id in people and row.pk in verdicts]:
        _plan_anew(moved)
    days = {person: row.local_day for row, person in standing.items()}
    found = contents.lines_on(days, besides_mails=[row.pk for row in rows])
    for row, person in standing.items():
        current = found[person.pk]
        key = lines.content_key(person, row.local_day, current)
        if not current:
            verdicts[row.pk] = mail.Cancelled(mail.Reason.NOTHING_LEFT)
        elif key != row.content_key:
            rendered = emails.digest(user=person, today=row.local_day, lines=current)
            verdicts[row.pk] = mail.Changed(rendered, lines.is_last_chance(current, row.local_day), key)
    _keep_the_ledger(rows, standing, found, verdicts, now)
    return verdicts


def _why_not(row: OutboundMail, person: User | None) -> str:
    if person is None:
        return mail.Reason.NOT_REMINDED
    return "" if row.to_address.lower() == person.email.lower() else mail.Reason.OTHER_ADDRESS


@transaction.atomic
def _plan_anew(rows: list[OutboundMail]) -> None:
    """Whoever is reminded, but at another address by now, is planned anew; the planner takes the same row."""
    mail.cancel(OutboundMail.objects.filter(pk__in=[row.pk for row in rows]), mail.Reason.OTHER_ADDRESS)
    ledger.free_days({row.recipient_id: row.local_day for row in rows})


def _keep_the_ledger(
    rows: list[OutboundMail],
    standing: Mapping[OutboundMail, User],
    found: Mapping[int, list[lines.Line]],
    verdicts: Mapping[int, mail.Verdict],
    now: datetime,
) -> None:
    """Also of a mail that stands as it did: what was withdrawn from it may be right again."""
    withdrawn = Notice.objects.filter(mail__in=[row.pk for row in rows], withdrawn_at__isnull=False)
    touched = verdicts.keys() | set(withdrawn.values_list("mail_id", flat=True))
    digests = {row: found[standing[row].pk] if row in standing else [] for row in rows if row.pk in touched}
    if digests:
        ledger.note_anew(digests, now=now)
