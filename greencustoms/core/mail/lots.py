"""What of a claimed lot is still right to send. Asked for the whole lot, in a few statements."""

import logging
from collections import defaultdict
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError
from django.db.models import Exists, OuterRef

from greencustoms.core.choices import DigestRhythm, MailState, MailStream
from greencustoms.core.models import MailHold, OutboundMail

from . import claims
from .addresses import suppressed_among
from .changes import LET_GO_OF, ends_unsent
from .checks import Cancelled, Later, checks_of
from .days import is_early, is_overtaken
from .drafts import one_line
from .reasons import Reason

logger = logging.getLogger(__name__)

FOR_OPEN_ACCOUNTS = (MailStream.DIGEST, MailStream.WORK)
ENDS = (MailState.CANCELLED, MailState.SUPPRESSED)
# How long mails rest that a room could not look at: its own mistake, which the page about health shows.
REST = timedelta(minutes=5)
# How long mails rest of which a room cannot say yet whether they are right.
SOON = timedelta(minutes=1)


class CheckFailed(Exception):
    """A room could not say whether its mails are still right. They wait; the others were looked at."""


def still_right(rows: list[OutboundMail], now: datetime) -> tuple[list[OutboundMail], CheckFailed | None]:
    """The mails of a lot that may be handed over, with the words they have by now. The others are put away."""
    rows = _to_present_addresses(rows)
    suppressed = suppressed_among(row.to_address for row in rows)
    dropped: dict[tuple, list[OutboundMail]] = defaultdict(list)
    left = []
    for row in rows:
        if fate := _fate(row, suppressed, now):
            dropped[fate].append(row)
        else:
            left.append(row)
    for (state, why, next_at), those in dropped.items():
        _put(those, state, last_error=why, **({"next_at": next_at} if next_at else {}))
    return _looked_at(left, now)


def present_address(row: OutboundMail) -> str:
    """Where a mail is to go. What is asked of a person goes where the person is read today, whoever it was put in for.

    Mails about accounts and access may be about an address itself, so they go where they were meant to.
    """
    return row.recipient.email if row.recipient is not None and row.stream in FOR_OPEN_ACCOUNTS else row.to_address


def _to_present_addresses(rows: list[OutboundMail]) -> list[OutboundMail]:
    """Without those that were taken away meanwhile. A reminder stays as it is: the room that wrote it looks at that."""
    lost = set()
    for row in rows:
        address = present_address(row)
        if row.stream == MailStream.WORK and row.to_address != address:
            row.to_address = address
            if not claims.move(row, MailState.CLAIMED, to_address=address):
                lost.add(row.pk)
    return [row for row in rows if row.pk not in lost]


def _fate(row: OutboundMail, suppressed: set[str], now: datetime) -> tuple[MailState, str, datetime | None] | None:
    """State, reason and next try of a mail that must not leave now."""
    if row.recipient is not None and row.stream in FOR_OPEN_ACCOUNTS and not row.recipient.is_active:
        return MailState.CANCELLED, Reason.CLOSED_ACCOUNT, None
    if row.recipient is not None and row.stream == MailStream.DIGEST:
        if is_overtaken(row, now):
            return MailState.CANCELLED, Reason.OVERTAKEN, None
        if row.recipient.digest_rhythm == DigestRhythm.NONE:
            return MailState.CANCELLED, Reason.NO_REMINDERS, None
        if hasattr(row.recipient, "mail_hold"):
            return MailState.HELD, Reason.HELD_BACK, None
        if is_early(row, now):
            return MailState.DEFERRED, Reason.TOO_EARLY, now + timedelta(hours=1)
    if row.to_address in suppressed:
        return MailState.SUPPRESSED, Reason.REFUSES, None
    return None


def _looked_at(rows: list[OutboundMail], now: datetime) -> tuple[list[OutboundMail], CheckFailed | None]:
    by_stream: dict[str, list[OutboundMail]] = defaultdict(list)
    for row in rows:
        by_stream[row.stream].append(row)
    gone: set[int] = set()
    failure = None
    for stream, those in by_stream.items():
        for check in checks_of(stream):
            those = [row for row in those if row.pk not in gone]
            try:
                gone |= _obey(check(those, now) if those else {}, those, now)
            except (OperationalError, InterfaceError):  # the database's fault, not the room's: nothing leaves now
                raise
            except Exception as error:
                logger.exception("Mails (%s) could not be looked at before sending", stream)
                failure = CheckFailed(f"{stream}: {error!r}")
                _put(those, MailState.DEFERRED, next_at=now + REST, last_error=Reason.NOT_LOOKED_AT)
                gone |= {row.pk for row in those}
    return [row for row in rows if row.pk not in gone], failure


def _obey(verdicts: dict, rows: list[OutboundMail], now: datetime) -> set[int]:
    """Do what a room says. Answers with the mails that do not leave."""
    gone = set()
    for row in rows:
        verdict = verdicts.get(row.pk)
        if isinstance(verdict, Cancelled):
            gone.add(row.pk)
            claims.end_unsent(row, MailState.CANCELLED, last_error=verdict.why[:300])
        elif isinstance(verdict, Later):
            gone.add(row.pk)
            claims.end(row, MailState.DEFERRED, next_at=now + SOON, last_error=verdict.why[:300])
        elif verdict is not None:
            new = {
                "subject": one_line(verdict.rendered.subject)[:250],
                "body_text": verdict.rendered.body_text,
                "body_html": verdict.rendered.body_html,
                "is_last_chance": verdict.is_last_chance,
                "content_key": verdict.content_key,
            }
            for name, value in new.items():
                setattr(row, name, value)
            if not claims.move(row, MailState.CLAIMED, **new):
                gone.add(row.pk)
    return gone


def _put(rows: list[OutboundMail], state: MailState, **changes) -> None:
    """Put mails of one lot away, as far as they are still this sender's."""
    ours = OutboundMail.objects.filter(pk__in=[row.pk for row in rows], claimed_by=rows[0].claimed_by)
    if state == MailState.HELD:  # whoever ends the hold lets go of what is held by then, not of what comes after
        ours = ours.filter(Exists(MailHold.objects.filter(person=OuterRef("recipient"))))
    stays = ends_unsent(state) if state in ENDS else state
    ours.filter(state=MailState.CLAIMED).update(state=stays, **{**LET_GO_OF, **changes})
