"""What tests of reminders share: a Friday, members who have been here for long, and a sender."""

from datetime import UTC, date, datetime, timedelta

from django.core import mail as django_mail

from greencustoms.core import mail
from greencustoms.core.mail.postman import Postman
from greencustoms.core.models import OutboundMail
from meetings.reminders.planner import plan_reminders
from meetings.tests.factories import ActionShareFactory
from partners.tests.factories import MembershipFactory

FRIDAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def days(number):
    return FRIDAY + timedelta(days=number)


def at(day, hour=12, minute=0):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def member_of(partner=None, **facts):
    if partner is not None:
        facts["partner"] = partner
    return MembershipFactory(since=LONG_AGO, **facts)


def owed_share(member, latest, **facts):
    return ActionShareFactory(partner=member.partner, deadline__latest=latest, **facts)


def planned(now=NOON):
    """The mails of one tick."""
    before = set(OutboundMail.objects.values_list("pk", flat=True))
    plan_reminders(now)
    return list(OutboundMail.objects.exclude(pk__in=before).order_by("pk"))


def named_in(text, shares):
    """Which of these shares a mail leads to."""
    return [share for share in shares if f"/my/shares/{share.pk}/report/" in text]


def send(now=NOON):
    """What a sender hands over at this moment: the texts."""
    django_mail.outbox.clear()
    OutboundMail.objects.update(next_at=now)
    mail.send_due(now)
    return [message.body for message in django_mail.outbox]


def send_while(monkeypatch, change, now=NOON):
    """What a sender hands over if the world changes after it has claimed its mails and looked at them once more."""
    announce = Postman.announce
    changes = [change]

    def announce_slowly(postman, letter):
        while changes:
            changes.pop()()
        return announce(postman, letter)

    monkeypatch.setattr(Postman, "announce", announce_slowly)
    try:
        return send(now)
    finally:
        monkeypatch.setattr(Postman, "announce", announce)
