"""Rooms look once more at what they wrote before it is handed over: the world may have moved on since."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from greencustoms.core.choices import MailStream
from greencustoms.core.models import OutboundMail

from .drafts import Rendered


@dataclass(frozen=True, slots=True)
class Changed:
    """The mail goes out, with these words."""

    rendered: Rendered
    is_last_chance: bool
    content_key: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The mail does not go out."""

    why: str


@dataclass(frozen=True, slots=True)
class Later:
    """Nobody can say yet whether the mail is right: it is asked again in a minute, and no attempt is used."""

    why: str


Verdict = Changed | Cancelled | Later
# Takes mails that a sender has claimed, and answers by their primary keys. Those it does not name go as they stand.
Check = Callable[[list[OutboundMail], datetime], dict[Any, Verdict]]

_checks: dict[str, list[Check]] = {}


def before_sending(stream: MailStream):
    """Register a function of a room that looks at the mails of a stream, a lot at a time, before they are sent."""

    def register(function: Check) -> Check:
        _checks.setdefault(stream, []).append(function)
        return function

    return register


def checks_of(stream: str) -> list[Check]:
    return _checks.get(stream, [])
