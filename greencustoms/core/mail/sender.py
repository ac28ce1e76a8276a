"""Sends what lies in the outbox: each step is on the row before the next one begins (security section 2)."""

import logging
import time
from datetime import datetime, timedelta

from django.conf import settings

from greencustoms.core.choices import MailState
from greencustoms.core.models import OutboundMail

from . import addresses, claims, pause
from .days import is_overtaken
from .letters import Letter, letter_of
from .lots import CheckFailed, still_right
from .outbox import ROUND
from .postman import LineLost, MaybeTaken, Postman, Refused, ServerAway
from .reasons import Reason

logger = logging.getLogger(__name__)

WAIT_MINUTES = (1, 5, 15, 60, 240)
MOST_ATTEMPTS = 8
# Few enough that several senders share the work and little waits for the lease of one that was killed; enough that what
# is asked once for a lot costs little for each mail.
LOT = 40
# A connection that keeps breaking is no mail's fault: the rest waits for the next round.
MOST_LINES_LOST = 3
# A worker ends a task after 90 seconds. No mail is begun after so many, so that the last one has its time.
LONGEST_SECONDS = 40


class Clock:
    """The moment a sender was given, going on from there."""

    def __init__(self, now: datetime):
        self._now = now
        self._started = time.monotonic()

    def now(self) -> datetime:
        return self._now + timedelta(seconds=time.monotonic() - self._started)

    def is_time_over(self) -> bool:
        return time.monotonic() - self._started > LONGEST_SECONDS


def send_due(now: datetime) -> int:
    """Send what is due, up to 200 mails over one connection. Returns how many left.

    Raises CheckFailed, after everything else was done, if a room could not look at its mails.
    """
    one = _Round(Clock(now))
    one.run()
    if one.failure:
        raise one.failure
    return one.sent


def send_all_due(now: datetime) -> int:
    """Round after round until nothing is due or the time of a task is over: what the tick does if no broker rings."""
    clock = Clock(now)
    sent, failure, is_more = 0, None, True
    while is_more:
        one = _Round(clock)
        one.run()
        sent, failure = sent + one.sent, failure or one.failure
        is_more = one.taken == ROUND and not one.left_off
    if failure:
        raise failure
    return sent


class _Round:
    """Some mails over one connection."""

    def __init__(self, clock: Clock):
        self.clock = clock
        self.postman = Postman()
        self.sent = self.taken = 0
        self.lines_lost = 0
        self.left_off = False
        self.failure: CheckFailed | None = None
        # The mail whose text is with the server: only that one may be there without the row saying so.
        self.in_hand: OutboundMail | None = None

    def run(self) -> None:
        if pause.is_on(self.clock.now()):
            return
        claims.take_back_expired(self.clock.now())
        try:
            while self.taken < ROUND and not self.left_off:
                lot = claims.take_lot(self.clock.now(), min(LOT, ROUND - self.taken), urgent_first=not self.taken)
                if not lot:
                    break
                self.taken += len(lot)
                self._send_lot(lot)
        finally:
            self.postman.close()

    def _send_lot(self, lot: list[OutboundMail]) -> None:
        taken_by_server = []
        try:
            rows, failure = still_right(lot, self.clock.now())
            self.failure = self.failure or failure
            for row in rows:
                if self.clock.is_time_over():
                    self.left_off = True
                if self.left_off:
                    break
                if self._deliver(row):
                    taken_by_server.append(row.to_address)
        finally:
            claims.release(lot, in_hand=self.in_hand)
        addresses.clear_strikes(taken_by_server)

    def _deliver(self, row: OutboundMail) -> bool:
        """Whether the server took it. What happens to one mail stands on its row, and does no harm to the next."""
        if settings.MAIL_STAYS_HERE:
            claims.end(row, MailState.KEPT)
            return False
        if is_overtaken(row, self.clock.now()):
            claims.end_unsent(row, MailState.CANCELLED, last_error=Reason.OVERTAKEN)
            return False
        try:
            letter = letter_of(row)
        except Exception as error:  # no header or no address can be made of it; the others must not wait for it
            logger.exception("Mail %s cannot be written", row.pk)
            self._fail(row, str(error))
            return False
        try:
            return self._hand_over(row, letter)
        except ServerAway as error:
            pause.begin(self.clock.now(), str(error))
            self.left_off = True
        except LineLost as error:
            self._try_later(row, str(error))
            self._count_line(is_lost=True)
        except Refused as error:
            self._count_line(is_lost=error.hangs_up)
            if error.is_for_now:
                self._try_later(row, str(error))
            else:
                self._fail(row, str(error))
            if error.is_about_address:
                now = self.clock.now()
                addresses.strike(address=row.to_address, stream=row.stream, words=str(error), now=now)
        except MaybeTaken as error:
            self._leave_open(row, str(error))
            self._count_line(is_lost=True)
        return False

    def _hand_over(self, row: OutboundMail, letter: Letter) -> bool:
        if self.postman.open():
            pause.end(self.clock.now())
        self.postman.announce(letter)
        if not claims.mark_handing(row, self.clock.now()):
            self.postman.forget()
            return False
        self.in_hand = row
        try:
            self.postman.hand_over(letter)
        except (ServerAway, LineLost, Refused):
            self.in_hand = None
            raise
        claims.note_sent(row, self.clock.now())
        self.in_hand = None
        self._count_line(is_lost=False)
        self.sent += 1
        return True

    def _count_line(self, *, is_lost: bool) -> None:
        self.lines_lost = self.lines_lost + 1 if is_lost else 0
        self.left_off = self.left_off or self.lines_lost == MOST_LINES_LOST

    def _fail(self, row: OutboundMail, words: str) -> None:
        claims.end_unsent(row, MailState.FAILED, attempts=row.attempts + 1, last_error=words[:300])

    def _try_later(self, row: OutboundMail, words: str) -> None:
        attempts = row.attempts + 1
        if attempts >= MOST_ATTEMPTS:
            self._fail(row, words)
            return
        wait = timedelta(minutes=WAIT_MINUTES[min(attempts, len(WAIT_MINUTES)) - 1])
        claims.end(row, MailState.DEFERRED, attempts=attempts, next_at=self.clock.now() + wait, last_error=words[:300])

    def _leave_open(self, row: OutboundMail, words: str) -> None:
        """Nobody knows whether it was taken. A last chance is sent once more, with the same number."""
        if row.is_last_chance and not row.times_sent_again:
            wait = timedelta(minutes=WAIT_MINUTES[0])
            changes = {"times_sent_again": 1, "next_at": self.clock.now() + wait, "last_error": words[:300]}
            claims.end(row, MailState.DEFERRED, **changes)
        else:
            claims.end(row, MailState.UNKNOWN, last_error=words[:300])
        self.in_hand = None
