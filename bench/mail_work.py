"""The measured half of bench/mail.py, in a process of its own: fills, plans, sends, and runs the bare loop."""

import datetime
import os
import resource
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass

import django

django.setup()

from django.core import mail as django_mail  # noqa: E402
from django.core.mail import EmailMultiAlternatives  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.utils import timezone  # noqa: E402

from greencustoms.core import mail  # noqa: E402
from greencustoms.core.mail import outbox  # noqa: E402
from greencustoms.core.models import OutboundMail, User  # noqa: E402
from meetings.models import (  # noqa: E402
    ActionShare,
    AgreedAction,
    Deadline,
    Meeting,
    MeetingSession,
    Notice,
    unlocked,
)
from meetings.reminders.planner import plan_reminders  # noqa: E402
from partners.models import Membership, Partner  # noqa: E402

from .run import backends_of, cpu_of  # noqa: E402

STAFF_EACH = 4
NOW = datetime.datetime.now(datetime.UTC)
TODAY = NOW.date()
# Whatever the hour and the day of the week, everybody is at work: it is noon where they are, and no day off.
HOURS_EAST = 12 - NOW.hour
NOON = f"Etc/GMT{-HOURS_EAST:+d}" if HOURS_EAST else "UTC"
DAYS_OFF = "sun" if NOW.weekday() == 4 else "fri"


@dataclass
class Figure:
    cpu: float = 0
    wall: float = 0


@contextmanager
def measured():
    """Processor time of this process and of the database's processes that work for it, and time that went by."""
    figure = Figure()
    cpu, wall = cpu_seconds(), time.monotonic()
    yield figure
    figure.cpu, figure.wall = cpu_seconds() - cpu, time.monotonic() - wall


def cpu_seconds() -> float:
    return time.process_time() + sum(cpu_of(pid) for pid in backends_of(os.environ["BENCH_DATABASE"]))


def memory_mb() -> float:
    """The most this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def fill(people: int, notices: int) -> None:
    """Organisations of four people each; each owes so many shares that every notice is due today, and no other."""
    owed = notices // people
    partners = [
        Partner(
            slug=f"p{n}", name=f"Organisation {n}", sort_name=f"Organisation {n}", days_off=DAYS_OFF, standing="partner"
        )
        for n in range(people // STAFF_EACH)
    ]
    for partner in partners:
        partner.sort_key = partner.sort_name
    partners = Partner.objects.bulk_create(partners, batch_size=500)
    users = User.objects.bulk_create(
        [User(email=f"u{n}@office.example", name=f"Office {n}", password="!", time_zone=NOON) for n in range(people)],
        batch_size=500,
    )
    long_ago = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    Membership.objects.bulk_create(
        [Membership(user=user, partner=partners[n // STAFF_EACH], since=long_ago) for n, user in enumerate(users)],
        batch_size=500,
    )
    with unlocked():
        meeting = Meeting.objects.create(
            code="bench", title="Bench", starts_on=TODAY - datetime.timedelta(60),
            ends_on=TODAY - datetime.timedelta(59), state="final", report_version=1,
            finalised_at=NOW, finalised_by=users[0],
        )  # fmt: skip
        session = MeetingSession.objects.create(meeting=meeting, number=1, title="Bench")
        actions = AgreedAction.objects.bulk_create(
            [
                AgreedAction(meeting=meeting, session=session, number=n + 1, title=f"Action {n + 1}", text="Do it.")
                for n in range(owed)
            ]
        )
        deadlines = Deadline.objects.bulk_create(
            [
                Deadline(
                    action=action, kind="day", by_when_text="soon", entered_on=TODAY,
                    latest=TODAY + datetime.timedelta(days=(0, 1, 7, 30)[n % 4]),
                )
                for n, action in enumerate(actions)
            ]
        )  # fmt: skip
        ActionShare.objects.bulk_create(
            [ActionShare(deadline=deadline, partner=partner) for partner in partners for deadline in deadlines],
            batch_size=500,
        )


def bare_loop(count: int) -> Figure:
    """What it costs to send the same bytes: Django's own messages over one connection, with no row and no template."""
    bodies = list(OutboundMail.objects.order_by("pk").values_list("subject", "body_text", "body_html", "to_address"))
    with measured() as figure:
        connection = django_mail.get_connection()
        connection.open()
        for subject, text, html, address in bodies[:count]:
            message = EmailMultiAlternatives(subject, text, to=[address], connection=connection)
            message.attach_alternative(html, "text/html")
            message.send()
        connection.close()
    return figure


def send_all() -> int:
    rounds = 0
    while mail.send_due(timezone.now()):
        rounds += 1
    return rounds


def count_rings() -> list[float]:
    """Rings for real, and notes how long each took."""
    took = []
    ring = outbox.ring

    def timed():
        before = time.monotonic()
        ring()
        took.append(time.monotonic() - before)

    outbox.ring = timed
    return took


def main(people: int, notices: int) -> None:
    fill(people, notices)
    rings = count_rings()
    begun = memory_mb()
    with measured() as planned:
        plan_reminders(NOW)
    planned_memory = memory_mb()
    with measured() as sent:
        rounds = send_all()
    sent_memory = memory_mb()
    states = dict(OutboundMail.objects.values_list("state").annotate(count=Count("pk")))
    told = Notice.objects.count()
    mails = OutboundMail.objects.count()
    loop = bare_loop(mails)
    bare = loop.cpu / mails * 1000
    ours = planned.cpu + sent.cpu
    print(f"{told:,} reminders for {mails:,} people; mails: {states}; {rounds} rounds")
    print(f"{'':44}{'CPU s':>8}{'wall s':>8}{'CPU s per 1,000 mails':>24}{'x bare loop':>12}")
    for name, figure in (("planned", planned), ("sent", sent), ("bare loop, the same mails", loop)):
        each = figure.cpu / mails * 1000
        print(f"{name:44}{figure.cpu:8.2f}{figure.wall:8.2f}{each:24.2f}{each / bare:12.2f}")
    print(f"{'planned and sent':44}{ours:8.2f}{'':8}{ours / mails * 1000:24.2f}{ours / mails * 1000 / bare:12.2f}")
    print(f"planned and sent, per 1,000 reminders: {ours / told * 1000:.2f} CPU s, {ours / told * 1000 / bare:.2f} x")
    print("  the bare loop's 1,000 mails (must: 2 x, the limit being one mail for each reminder)")
    print(f"handing over: {len(rings)} messages to the broker in {sum(rings):.2f} s (must: 0.5 s)")
    print(f"most memory: {begun:.0f} MB filled, {planned_memory:.0f} MB planned, {sent_memory:.0f} MB sent")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
