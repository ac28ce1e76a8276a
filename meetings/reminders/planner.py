"""Plans reminders: one digest a person a day at most. Safe to run twice, and by two planners at once.

The rows decide (security section 2): `Notice` is unique by deadline, due day, person and step, `OutboundMail` by
person and local day, and both are written in the transaction that decided them.
"""

import zoneinfo
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from greencustoms.core.models import OutboundMail
from greencustoms.core.tick import every_tick
from meetings import emails
from meetings.models import ActionShare, Notice
from meetings.reminders import ladder as reminders
from partners.choices import MemberRole, Standing
from partners.models import Membership


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a digest: a share that is owed, and what is news about it."""

    share_id: int
    deadline_id: int
    due_on: date
    is_dated: bool
    reference: str
    title: str
    stage: str
    partner_name: str
    by_when_text: str
    step: reminders.Fired
    collapsed: tuple[reminders.Fired, ...]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who hears of the shares of some organisations, from some step on."""

    user: object
    since: date
    first_step: int


@every_tick("plan reminders")
def plan_reminders(now: datetime) -> int:
    """Write the digests that are due. Returns how many are new."""
    shares = _owed_shares(now)
    if not shares:
        return 0
    listeners = _listeners({share.partner_id for share in shares})
    by_user: dict[int, list[tuple[ActionShare, Recipient]]] = defaultdict(list)
    users = {}
    for share in shares:
        for recipient in listeners.get(share.partner_id, ()):
            users[recipient.user.pk] = recipient.user
            by_user[recipient.user.pk].append((share, recipient))
    local = {pk: now.astimezone(zoneinfo.ZoneInfo(user.time_zone)) for pk, user in users.items()}
    awake = {pk for pk, moment in local.items() if reminders.is_time(moment)}
    keys = {pk: digest_key(pk, local[pk].date()) for pk in awake}
    taken = set(OutboundMail.objects.filter(key__in=keys.values()).values_list("key", flat=True))
    waiting = [pk for pk in awake if keys[pk] not in taken]
    known = _known_steps(waiting)
    return sum(
        _write_digest(users[pk], local[pk].date(), keys[pk], _lines(by_user[pk], known[pk], local[pk].date()))
        for pk in sorted(waiting)
    )


def digest_key(user_id: int, local_day: date) -> str:
    return f"digest:{user_id}:{local_day.isoformat()}"


def _owed_shares(now: datetime) -> list[ActionShare]:
    """Owed shares whose first step may have fired somewhere on earth, without those past when entered."""
    furthest = (now + timedelta(days=1 - reminders.FIRST_STEP)).date()
    tomorrow = (now + timedelta(days=1)).date()
    is_dated = Q(deadline__latest__lte=furthest)
    is_reviewed = Q(deadline__latest=None, deadline__review_on__lte=tomorrow)
    shares = ActionShare.objects.owed().reminding().filter(is_dated | is_reviewed)
    return list(shares.select_related("deadline__action__meeting", "partner").late_first())


def _listeners(partner_ids: set[int]) -> dict[int, list[Recipient]]:
    """For each organisation that owes something: its staff, its focal point, and the secretariat."""
    rows = Membership.objects.filter(
        Q(partner__in=partner_ids) | Q(partner__standing=Standing.SECRETARIAT), user__is_active=True
    ).select_related("user", "partner")
    members: dict[int, list[Membership]] = defaultdict(list)
    secretariat = []
    for row in rows:
        members[row.partner_id].append(row)
        if row.partner.standing == Standing.SECRETARIAT:
            secretariat.append(row)
    found = {}
    for partner_id in partner_ids:
        own = members.get(partner_id, [])
        has_staff = any(row.role == MemberRole.STAFF for row in own)
        listeners = {
            row.user_id: Recipient(
                row.user,
                row.since.date(),
                reminders.first_step(is_focal=row.role == MemberRole.FOCAL, has_staff=has_staff),
            )
            for row in own
        }
        for row in secretariat:
            first = reminders.first_step(is_focal=False, has_staff=True, is_secretariat=True)
            listeners.setdefault(row.user_id, Recipient(row.user, row.since.date(), first))
        found[partner_id] = list(listeners.values())
    return found


def _known_steps(user_ids: list[int]) -> dict[int, dict[tuple[int, date], set[str]]]:
    """Steps in the ledger, by person, deadline and due day."""
    known: dict[int, dict[tuple[int, date], set[str]]] = defaultdict(lambda: defaultdict(set))
    rows = Notice.objects.filter(recipient__in=user_ids)
    for user_id, deadline_id, due_on, step in rows.values_list("recipient_id", "deadline_id", "due_on", "step"):
        known[user_id][deadline_id, due_on].add(step)
    return known


def _lines(owed, known: dict[tuple[int, date], set[str]], today: date) -> list[Line]:
    """What is news to a person today, overdue first."""
    lines = []
    for share, recipient in owed:
        deadline = share.deadline
        review_day = reminders.last_review_day(
            first=deadline.review_on, every_days=deadline.review_every_days, today=today
        )
        # A question is known by its own review day: the next one is another question.
        due_on = deadline.latest or review_day
        fired = reminders.fired_steps(latest=deadline.latest, review_day=review_day, today=today)
        fired = [step for step in fired if step.days >= recipient.first_step]
        since = max(deadline.entered_on, recipient.since)
        step, collapsed = reminders.split_new(fired, known[deadline.pk, due_on], since)
        if step is not None:
            action = deadline.action
            lines.append(
                Line(
                    share_id=share.pk,
                    deadline_id=deadline.pk,
                    due_on=due_on,
                    is_dated=deadline.latest is not None,
                    reference=action.reference,
                    title=action.title,
                    stage=deadline.label,
                    partner_name=share.partner.short_name,
                    by_when_text=deadline.by_when_text,
                    step=step,
                    collapsed=tuple(collapsed),
                )
            )
    return sorted(lines, key=lambda line: (not line.is_dated, line.due_on, line.reference, line.share_id))


def _write_digest(user, today: date, key: str, lines: list[Line]) -> bool:
    """The mail and its notices in one transaction. No if another planner was faster."""
    if not lines:
        return False
    with transaction.atomic():
        mail = emails.deadline_digest(user=user, today=today, key=key, lines=lines)
        if mail.notices.exists():
            return False
        notices = {}
        for line in lines:
            for step, is_collapsed in [*((step, True) for step in line.collapsed), (line.step, False)]:
                notices[line.deadline_id, line.due_on, step.step] = Notice(
                    deadline_id=line.deadline_id, due_on=line.due_on, recipient=user, step=step.step,
                    local_day=today, is_collapsed=is_collapsed, mail=mail,
                )  # fmt: skip
        Notice.objects.bulk_create(notices.values(), ignore_conflicts=True)
    return True
