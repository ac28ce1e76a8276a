"""What became of a mail, why, and what can be done: in plain words. Pure: the moment is passed in."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from greencustoms.core.choices import MailState, MailStream
from greencustoms.core.health import QUEUE_LATE
from greencustoms.core.models import OutboundMail

from .reasons import Reason, reason_of

DRAWN = {
    MailState.SENT: "done",
    MailState.KEPT: "done",
    MailState.DEFERRED: "soon",
    MailState.FAILED: "late",
    MailState.UNKNOWN: "late",
    MailState.SUPPRESSED: "late",
}
ANSWER_OF_A_SERVER = re.compile(r"^([45])\d\d ")


@dataclass(frozen=True, slots=True)
class Fate:
    """`state` draws it (done, soon, late, open); `words` name it; `why` and `todo` are sentences, or empty."""

    state: str
    words: str
    why: str = ""
    todo: str = ""


def fate(mail: OutboundMail, now: datetime) -> Fate:
    state = MailState(mail.state)
    why, todo = "", ""
    if state == MailState.UNKNOWN:
        why = _perhaps(mail)
        todo = _rides_on(mail) or _("Ask whether it arrived, or send it again: then it may arrive twice.")
    elif state == MailState.FAILED:
        why, todo = _refusal(mail), _rides_on(mail) or _("Check the address, then send it again.")
    elif state == MailState.SUPPRESSED:
        why = _("This address refused mail on three days.")
        todo = _("Ask the organisation for the right address, or allow mail there again.")
    elif state == MailState.DEFERRED:
        why, todo = _deferred(mail), _("There is nothing to do: the portal tries again by itself.")
    elif state == MailState.HELD:
        why, todo = _held(mail)
    elif state == MailState.CANCELLED:
        why = _own_words(mail.last_error)
    elif state in (MailState.PENDING, MailState.CLAIMED, MailState.HANDING) and now - mail.next_at > QUEUE_LATE:
        when = date_format(localtime(mail.next_at), "DATETIME_FORMAT")
        why = _("It should have left at %(when)s. Perhaps the mail server does not answer.") % {"when": when}
        todo = _("The portal tries every minute. If it stays so, tell the technical administrators.")
        return Fate("soon", str(state.label), why, todo)
    return Fate(DRAWN.get(state, "open"), str(state.label), why, todo)


def said_by_server(mail: OutboundMail) -> str:
    """The words of the mail server. Of a mail about an account only the number: servers quote links they dislike."""
    if reason_of(mail.last_error):
        return ""
    if mail.stream == MailStream.ACCOUNT:
        return mail.last_error[:3] if ANSWER_OF_A_SERVER.match(mail.last_error) else ""
    return mail.last_error if mail.state != MailState.CANCELLED else ""


def _refusal(mail: OutboundMail) -> str:
    answer = ANSWER_OF_A_SERVER.match(mail.last_error)
    if answer and answer[1] == "5":
        return _("The mail server of the address refused it for good.")
    if answer:
        return _("The mail server put it off until the portal gave up.")
    return _("The portal gave up: it could not be written, or the connection broke again and again.")


def _deferred(mail: OutboundMail) -> str:
    when = date_format(localtime(mail.next_at), "DATETIME_FORMAT")
    if ANSWER_OF_A_SERVER.match(mail.last_error):
        return _("The mail server asked to come again later. Next try: %(when)s.") % {"when": when}
    match reason_of(mail.last_error):
        case Reason.TOO_EARLY:
            return _("Its day has not begun yet where its reader is. Next try: %(when)s.") % {"when": when}
        case Reason.BEING_CHANGED:
            return _("Somebody was changing what it may speak of. Next try: %(when)s.") % {"when": when}
        case Reason.NOT_LOOKED_AT:
            words = _("A fault in the portal: it could not check whether this mail is still right. Next try: %(when)s.")
            return words % {"when": when}
    return _("The connection to the mail server broke. Next try: %(when)s.") % {"when": when}


def _perhaps(mail: OutboundMail) -> str:
    """Nobody knows; and if it was to be sent once more, why it was not."""
    why = _("The connection broke while it was handed over: nobody knows whether it arrived.")
    reason = reason_of(mail.last_error)
    if not mail.times_sent_again or reason == Reason.NOBODY_KNOWS:
        return why
    if reason:
        return f"{why} {_('It was not sent once more.')} {reason.label}"
    return why


def _held(mail: OutboundMail) -> tuple[str, str]:
    if mail.last_error == Reason.HELD_BACK:
        return str(Reason.HELD_BACK.label), _("Let the reminders to this person go when they may leave.")
    return _("Somebody of the secretariat holds it back."), _("Let it go when it may leave.")


def _rides_on(mail: OutboundMail) -> str:
    """A reminder that did not arrive is not lost: the next one says the same."""
    if mail.stream != MailStream.DIGEST:
        return ""
    return _("What it said rides in this person's next reminder. Send it again only if that is too late.")


def _own_words(last_error: str) -> str:
    reason = reason_of(last_error)
    return str(reason.label) if reason else last_error[:1].upper() + last_error[1:]
