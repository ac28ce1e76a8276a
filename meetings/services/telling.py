"""Tells people of what was given to their organisations, or came back to them, in the transaction that did it.

Each mail has a key that says what it tells, so that nothing is told twice. Whoever did it is not told.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime

from greencustoms.core import mail, time_zones
from greencustoms.core.choices import MailStream
from greencustoms.core.models import OutboundMail, User
from meetings import digest_words, emails
from meetings.choices import Part
from meetings.models import ActionShare, AgreedAction, Meeting
from partners.choices import MemberRole
from partners.models import Membership, Partner


def leads_of(meeting: Meeting) -> set[int]:
    """The keys of the shares in the lead of a report, before it changes."""
    return set(
        ActionShare.objects.filter(deadline__action__meeting=meeting, part=Part.LEAD).values_list("pk", flat=True)
    )


def tell_of_final_report(*, meeting: Meeting, by: User, now: datetime, known: Collection[int] = ()) -> None:
    """What a report gives to whom, without the shares that a version before gave them already (`known`).

    What was past when it was entered is only counted: of a report entered long after the meeting nobody is told
    that something is asked of them now.
    """
    shares = [share for share in _owed(deadline__action__meeting=meeting) if share.pk not in known]
    drafts = []
    for user, own in _by_person(shares, but=by).items():
        current = _reminding(own)
        if current:
            past = len(own) - len(current)
            drafts.append(
                emails.report_final(user=user, meeting=meeting, shares=current, past=past, today=_today_of(user, now))
            )
    mail.enqueue_many(drafts)


def tell_of_joining(*, partner: Partner, added: Iterable[ActionShare], by: User, now: datetime) -> None:
    """What a partner that joined owes now together with the others."""
    shares = _reminding(_owed(partner=partner, pk__in=[share.pk for share in added]))
    mail.enqueue_many(
        emails.partner_joined(user=user, partner=partner, shares=own, today=_today_of(user, now))
        for user, own in _by_person(shares, but=by).items()
    )


def tell_of_owner(*, share: ActionShare, by: User, now: datetime) -> None:
    """That an organisation was named owner of something that nobody owned."""
    mail.enqueue_many(
        emails.owner_named(user=user, share=own[0], today=_today_of(user, now))
        for user, own in _by_person(_owed(pk=share.pk), but=by).items()
    )


def tell_of_reopened_action(*, action: AgreedAction, by: User, now: datetime) -> None:
    """That what was owed before an action ended is owed again."""
    shares = _reminding(_owed(deadline__action=action))
    mail.enqueue_many(
        emails.action_reopened(user=user, action=action, shares=own, today=_today_of(user, now))
        for user, own in _by_person(shares, but=by).items()
    )


def tell_of_return(*, share: ActionShare, was_confirmed: bool, by: User, now: datetime) -> None:
    """That a report was sent back, or reopened: to whoever wrote it, else to the organisation's staff."""
    mail.enqueue_many(
        emails.share_came_back(user=user, share=share, was_confirmed=was_confirmed, today=_today_of(user, now))
        for user in _who_reported(share)
        if user != by
    )


# --- Before it leaves: a mail may have waited for hours ---


@mail.before_sending(MailStream.WORK)
def look_once_more(rows: list[OutboundMail], now: datetime) -> dict[int, mail.Verdict]:
    """A mail leaves as long as one thing it asks for is still owed by an organisation of its reader."""
    asked = {
        row: digest_words.shares_in(row.body_text) for row in rows if row.key.partition(":")[0] in emails.OF_SHARES
    }
    if not asked:
        return {}
    shares = ActionShare.objects.owed().filter(pk__in=set().union(*asked.values())).in_bulk()
    rows_of_members = Membership.objects.filter(
        user__in={row.recipient_id for row in asked}, partner__in={share.partner_id for share in shares.values()}
    )
    members = set(rows_of_members.order_by().values_list("user_id", "partner_id"))
    return {
        row.pk: mail.Cancelled(mail.Reason.NOT_ASKED)
        for row, keys in asked.items()
        # Of a very long list only the beginning stands in the mail: what follows may still be owed.
        if len(keys) < emails.MOST_LINES
        and not any(_is_asked(shares[key], row.recipient_id, members) for key in keys & shares.keys())
    }


def _is_asked(share: ActionShare, user_id: int | None, members: set[tuple[int, int]]) -> bool:
    if (user_id, share.partner_id) in members:
        return True
    return share.is_reported_on_behalf and share.reported_by_id == user_id


def readers_changed(people: Collection[int]) -> None:
    """Where these people are read, or which organisations they belong to: what waits is looked at again."""
    mail.look_again(OutboundMail.objects.filter(recipient__in=people, stream=MailStream.WORK))


def _today_of(user: User, now: datetime) -> date:
    return time_zones.day_in(user.time_zone, now)


def _owed(**conditions) -> list[ActionShare]:
    shares = ActionShare.objects.owed().filter(**conditions)
    return list(shares.select_related("deadline__action__meeting__revises", "partner").late_first())


def _reminding(shares: Iterable[ActionShare]) -> list[ActionShare]:
    return [share for share in shares if not share.deadline.is_past_when_entered]


def _by_person(shares: Iterable[ActionShare], *, but: User) -> dict[User, list[ActionShare]]:
    """The shares of each person: those of all organisations they belong to."""
    shares = list(shares)
    rows = Membership.objects.filter(partner__in={share.partner_id for share in shares}, user__is_active=True)
    members: dict[int, list[User]] = defaultdict(list)
    for row in rows.exclude(user=but).select_related("user").order_by("user", "pk"):
        members[row.partner_id].append(row.user)
    found: dict[User, list[ActionShare]] = defaultdict(list)
    for share in shares:
        for user in members[share.partner_id]:
            found[user].append(share)
    return found


def _who_reported(share: ActionShare) -> list[User]:
    """Whoever reported, as long as they may still answer for it; else the staff, else the focal point."""
    rows = Membership.objects.filter(partner=share.partner_id, user__is_active=True).select_related("user")
    members = list(rows.order_by("pk"))
    reported_by = share.reported_by
    may_answer = share.is_reported_on_behalf or share.reported_by_id in {row.user_id for row in members}
    if reported_by is not None and reported_by.is_active and may_answer:
        return [reported_by]
    staff = [row.user for row in members if row.role == MemberRole.STAFF]
    return staff or [row.user for row in members]
