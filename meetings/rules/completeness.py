"""What is missing in a report that is being written, said plainly. Pure: no database, no request.

A gap stops nobody from circulating a report: the words of 2007 have actions without owner and without date. It is shown
so that nothing is left out by mistake.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from meetings.choices import DeadlineKind, Part

BASICS, TEXTS, ATTENDANCE, SESSIONS, ACTIONS, ANNEXES = (
    "basics", "texts", "attendance", "sessions", "actions", "annexes",
)  # fmt: skip


class Gap(NamedTuple):
    """One thing that is missing: in which part of the report, where in it, and the sentence."""

    part: str
    number: int
    words: str


@dataclass(frozen=True)
class StageFacts:
    """What has to be known of a stage. `shares` are pairs of part and whether a group without members holds it."""

    kind: str
    has_days: bool
    has_review: bool
    has_words: bool
    label: str = ""
    shares: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True)
class ActionFacts:
    number: int
    session: int
    has_text: bool
    stages: tuple[StageFacts, ...] = ()


@dataclass(frozen=True)
class SessionFacts:
    number: int
    has_summary: bool
    said_by_when: bool = False
    is_by_when_read: bool = True
    said_by_whom: bool = False
    has_owners: bool = False


@dataclass(frozen=True)
class ReportFacts:
    has_place: bool
    has_host: bool
    has_introduction: bool
    has_conclusion: bool
    attendance: int
    sessions: tuple[SessionFacts, ...] = ()
    actions: tuple[ActionFacts, ...] = ()
    annexes_without_file: tuple[int, ...] = ()


def gaps(report: ReportFacts) -> list[Gap]:
    """Everything that is missing, in the order of the report."""
    return [
        *_basics(report),
        *(gap for session in report.sessions for gap in _session(session)),
        *([] if report.sessions else [Gap(SESSIONS, 0, _("There is no session yet."))]),
        *(gap for action in report.actions for gap in _action(action)),
        *([] if report.actions else [Gap(ACTIONS, 0, _("There is no action yet."))]),
        *(
            Gap(ANNEXES, number, _("Annex %(number)d has no file.") % {"number": number})
            for number in report.annexes_without_file
        ),
    ]


def _basics(report: ReportFacts) -> Iterable[Gap]:
    for part, is_there, words in (
        (BASICS, report.has_place, _("The place is not stated.")),
        (BASICS, report.has_host, _("The host is not stated.")),
        (TEXTS, report.has_introduction, _("There is no introduction.")),
        (TEXTS, report.has_conclusion, _("There is no conclusion.")),
        (ATTENDANCE, report.attendance, _("Nobody is noted as present.")),
    ):
        if not is_there:
            yield Gap(part, 0, words)


def _session(session: SessionFacts) -> Iterable[Gap]:
    number = {"number": session.number}
    if not session.has_summary:
        yield Gap(SESSIONS, session.number, _("Session %(number)d has no summary.") % number)
    if session.said_by_whom and not session.has_owners:
        yield Gap(SESSIONS, session.number, _("Session %(number)d does not say who is meant by “by whom”.") % number)
    if session.said_by_when and not session.is_by_when_read:
        words = _("The words “by when” of session %(number)d cannot be read: fill in the days in each action.")
        yield Gap(SESSIONS, session.number, words % number)


def _action(action: ActionFacts) -> Iterable[Gap]:
    number = {"number": action.number}
    if not action.has_text:
        yield Gap(ACTIONS, action.number, _("Action %(number)d has no text.") % number)
    if not action.stages:
        yield Gap(ACTIONS, action.number, _("Action %(number)d has no owner.") % number)
        yield Gap(ACTIONS, action.number, _("Action %(number)d has no date.") % number)
    several = len(action.stages) > 1
    for stage in action.stages:
        names = {**number, "stage": stage.label}
        if words := _owner(stage, several):
            yield Gap(ACTIONS, action.number, words % names)
        if stage.kind == DeadlineKind.NONE and not stage.has_days:
            words = (
                _("Action %(number)d, “%(stage)s”, has no date.") if several else _("Action %(number)d has no date.")
            )
            yield Gap(ACTIONS, action.number, words % names)


def _owner(stage: StageFacts, several: bool) -> str:
    leads = [is_group for part, is_group in stage.shares if part == Part.LEAD]
    if not leads:
        if several:
            return _("Action %(number)d, “%(stage)s”, has no owner.")
        return _("Action %(number)d has no owner.")
    if any(leads):
        if several:
            return _("Action %(number)d, “%(stage)s”, is owed by a group without members: name an owner.")
        return _("Action %(number)d is owed by a group without members: name an owner.")
    return ""
