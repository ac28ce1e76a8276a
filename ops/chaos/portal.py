"""What the processes of the portal do here. Loaded once, then each of these functions runs in a process of its own."""

import json
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

django.setup()

import celery.bin.celery  # noqa: E402 - loaded here, so that no sender has to
import celery.bin.worker  # noqa: E402, F401
from celery.apps.worker import Worker  # noqa: E402, F401
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from greencustoms.celery import app  # noqa: E402
from greencustoms.core import mail  # noqa: E402
from greencustoms.core.choices import MailStream  # noqa: E402
from greencustoms.core.models import User  # noqa: E402
from meetings.models import ActionShare, AgreedAction, Deadline, Meeting, MeetingSession, unlocked  # noqa: E402
from meetings.reminders.planner import plan_reminders  # noqa: E402
from partners.choices import DaysOff, Standing  # noqa: E402
from partners.models import Membership, Partner  # noqa: E402

from .faults import GONE  # noqa: E402

LOT = 250
# One mail in so many goes to an address that refuses everything; five such mails share an address.
GONE_EVERY, MAILS_TO_ONE_GONE = 100, 5
# Days from today to the deadline, each of which is a step of the ladder today; with 0 and -1 it is the last chance.
STEPS_OF_TODAY = (0, 1, 7, 30, -1, -7)
FRIDAY, SUNDAY, NOON = 4, 6, 12


def prepare(folder: Path):
    for name in ("broker/messages", "broker/control", "tmp", "files", "media"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, run_syncdb=True, verbosity=0)
    call_command("createcachetable", verbosity=0)


# --- Processes that stay ---


def sender(number: int):
    app.start(
        [
            *(
                "--quiet",
                "worker",
                "--pool=solo",
                "--queues=mail,default",
                f"--hostname=sender{number}@%h",
                "--loglevel=WARNING",
            ),
            *("--without-gossip", "--without-mingle"),
        ]
    )


def beat(schedule: Path):
    app.start(["--quiet", "beat", f"--schedule={schedule}", "--pidfile=", "--loglevel=WARNING"])


def ticker():
    call_command("ticker")


def planner():
    """Plans and plans again, as if each moment were the one the minute's work begins."""
    while True:
        plan_reminders(timezone.now())


# --- What is to be sent ---


def people(count: int, names: Path, wave: int = 0):
    """People who owe something of which they are to be reminded today, wherever the clock stands. One mail each."""
    zone, today = _zone_at_noon(timezone.now())
    with transaction.atomic():
        partners = _partners_that_owe(wave, today)
        users = [
            User(
                email=f"person-{wave}-{number}@office.example",
                name=f"Person {number}",
                time_zone=zone,
                password="!",  # noqa: S106 - nobody signs in
            )
            for number in range(count)
        ]
        User.objects.bulk_create(users, batch_size=500)
        Membership.objects.bulk_create(
            [
                Membership(user=user, partner=partners[number % len(partners)], since=timezone.now() - timedelta(90))
                for number, user in enumerate(users)
            ],
            batch_size=500,
        )
    with names.open("a") as lines:
        lines.writelines(f"{user.email}\n" for user in users)


def mails(count: int, keys: Path, seed: int):
    """Mails of the other streams, in lots, while the senders are at work."""
    dice = random.Random(seed)  # noqa: S311
    streams = (MailStream.WORK, MailStream.ACCOUNT, MailStream.ACCESS)
    drafts = []
    for number in range(count):
        address = f"mail-{number}@office.example"
        if number % GONE_EVERY == GONE_EVERY - 1:
            address = f"{GONE}-{number // (GONE_EVERY * MAILS_TO_ONE_GONE)}@office.example"
        stream = dice.choice(streams)
        drafts.append(mail.Draft(f"chaos:{number}", stream, address, f"Mail {number}", f"Text of mail {number}.\n"))
    for start in range(0, count, LOT):
        _put_in(drafts[start : start + LOT], keys)


def trickle(count: int, keys: Path, seconds: float, waits: Path):
    """Mails one after the other over some time, and how long whoever puts in each of them has to wait."""
    for number in range(count):
        draft = mail.Draft(
            f"chaos:{number}", MailStream.WORK, f"mail-{number}@office.example", f"Mail {number}", "Text.\n"
        )
        began = time.monotonic()
        _put_in([draft], keys)
        with waits.open("a") as lines:
            lines.write(f"{time.monotonic() - began}\n")
        time.sleep(seconds / count)


def some(prefix: str, last_chances: int, others: int, keys: Path):
    """A few mails that are sent once more if nobody knows whether they were taken, and after them a few others."""
    _put_in(
        [
            mail.Draft(
                f"{prefix}:{number}", MailStream.WORK, f"{prefix}-{number}@office.example", f"{prefix} {number}",
                "Text.\n", is_last_chance=number < last_chances,
            )
            for number in range(last_chances + others)
        ],
        keys,
    )  # fmt: skip


def send_once():
    mail.send_due(timezone.now())


def _put_in(drafts: list[mail.Draft], keys: Path):
    rows = mail.enqueue_many(drafts)
    with keys.open("a") as lines:
        lines.writelines(json.dumps([row.key, row.message_id]) + "\n" for row in rows)


def _zone_at_noon(now: datetime) -> tuple[str, datetime]:
    """A time zone where it is about noon, so that the day neither begins nor ends during the run; and its day."""
    ahead = NOON - now.astimezone(UTC).hour
    # These names count the other way round.
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT", (now.astimezone(UTC) + timedelta(hours=ahead)).date()


@unlocked()
def _partners_that_owe(wave: int, today) -> list[Partner]:
    days_off = DaysOff.FRIDAY if today.weekday() == SUNDAY else DaysOff.SUNDAY
    meeting = Meeting.objects.create(
        code=f"chaos-{wave}", title=f"Meeting {wave}", starts_on=today - timedelta(100), ends_on=today - timedelta(99),
        state="final", visibility="public",
    )  # fmt: skip
    session = MeetingSession.objects.create(meeting=meeting, number=1, title="Session")
    partners = []
    for number, days in enumerate(STEPS_OF_TODAY):
        partner = Partner(
            slug=f"office-{wave}-{number}", name=f"Office {wave} {number}", sort_name=f"Office {wave} {number}",
            standing=Standing.PARTNER, days_off=days_off,
        )  # fmt: skip
        partner.save()
        action = AgreedAction.objects.create(
            meeting=meeting, session=session, number=number + 1, title=f"Action {number}", text="Do it.",
            by_whom_text="the office",
        )  # fmt: skip
        deadline = Deadline.objects.create(
            action=action, kind="day", by_when_text="by the day", latest=today + timedelta(days),
            entered_on=today - timedelta(95),
        )  # fmt: skip
        ActionShare.objects.create(deadline=deadline, partner=partner)
        partners.append(partner)
    return partners
