"""What the shares of an action amount to: how many are done, and the state of the whole. No database, no request.

Which shares count (design section 4): one that is only consulted never does. With the rule "lead" only
those in the lead count; with "all" and "any" those who contribute count as well.
A stage is done
    all, lead   when every counted share that was not declined and does apply is done, and at least one is;
    any         when one counted share is done.
An action is reported done when all its stages are, and confirmed when those shares are confirmed too.
`meetings.states` asks the same of the database; a test compares the two.
"""

import functools
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from .choices import Acceptance, ActionState, CompletionRule, Part, Progress, StoredState

# In the order in which they are drawn and told.
MARKS = ("done", "in_progress", "accepted", "silent", "declined")
SET_ASIDE = (Acceptance.DECLINED, Acceptance.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class ShareState:
    """As much of a share as the rules need."""

    part: str
    acceptance: str
    progress: str
    is_confirmed: bool = False

    @property
    def is_done(self) -> bool:
        return self.progress == Progress.DONE and self.acceptance not in SET_ASIDE

    @property
    def mark(self) -> str:
        return mark_of(self.acceptance, self.progress)

    def counts(self, rule: str) -> bool:
        return self.part == Part.LEAD or (self.part == Part.CONTRIBUTES and rule != CompletionRule.LEAD)


# Thousands of shares are in few states: these, and what they amount to, are worked out once.
share_state = functools.lru_cache(maxsize=1024)(ShareState)


def mark_of(acceptance: str, progress: str) -> str:
    """One word for where a share stands; "not_applicable" has no mark of its own in the row of marks."""
    if acceptance == Acceptance.DECLINED:
        return "declined"
    if acceptance == Acceptance.NOT_APPLICABLE:
        return "not_applicable"
    if progress == Progress.DONE:
        return "done"
    if progress == Progress.IN_PROGRESS:
        return "in_progress"
    return "accepted" if acceptance == Acceptance.ACCEPTED else "silent"


MARK_WORDS = {
    "done": gettext_lazy("done"),
    "in_progress": gettext_lazy("in progress"),
    "accepted": gettext_lazy("accepted"),
    "silent": gettext_lazy("no answer yet"),
    "declined": gettext_lazy("declined"),
    "not_applicable": gettext_lazy("does not apply"),
}
COUNTED_WORDS = (
    ("in_progress", gettext_lazy("%(number)d in progress")),
    ("accepted", gettext_lazy("%(number)d accepted")),
    ("declined", gettext_lazy("%(number)d declined")),
    ("not_applicable", gettext_lazy("%(number)d does not apply")),
    ("silent", gettext_lazy("%(number)d silent")),
)


def mark_words(mark: str) -> str:
    return str(MARK_WORDS[mark])


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of the counted shares stand where."""

    done: int = 0
    in_progress: int = 0
    accepted: int = 0
    silent: int = 0
    declined: int = 0
    not_applicable: int = 0

    @property
    def total(self) -> int:
        return self.done + self.in_progress + self.accepted + self.silent + self.declined + self.not_applicable

    @property
    def marks(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in MARKS}

    @property
    def words(self) -> str:
        """Such as "1 of 8 done, 1 accepted, 1 declined, 5 silent". Empty when nobody owes a share."""
        return _tally_words(self, get_language()) if self.total else ""


@functools.lru_cache(maxsize=512)
def _tally_words(tally: Tally, language: str | None) -> str:
    """In a list many rows say the same; the language is there to keep the words of each apart."""
    parts = [_("%(done)d of %(total)d done") % {"done": tally.done, "total": tally.total}]
    for name, template in COUNTED_WORDS:
        number = getattr(tally, name)
        if number:
            parts.append(template % {"number": number})
    # Translators: what stands between the parts of "5 of 8 done, 1 in progress, 2 silent".
    return _(", ").join(parts)


def tally(shares: Iterable[ShareState], rule: str) -> Tally:
    return _tally(tuple(shares), rule)


@functools.lru_cache(maxsize=1024)
def _tally(shares: tuple[ShareState, ...], rule: str) -> Tally:
    counted: dict[str, int] = {}
    for share in shares:
        if share.counts(rule):
            counted[share.mark] = counted.get(share.mark, 0) + 1
    return Tally(**counted)


def has_owner(shares: Iterable[tuple[str, str]]) -> bool:
    """Whether anybody is in the lead of a stage, or contributes to it, from part and answer of its shares."""
    return any(part != Part.CONSULTED and acceptance not in SET_ASIDE for part, acceptance in shares)


def stage_is_done(shares: Iterable[ShareState], rule: str) -> bool:
    return _stage_is_done(tuple(shares), rule)


@functools.lru_cache(maxsize=1024)
def _stage_is_done(shares: tuple[ShareState, ...], rule: str) -> bool:
    counted = [share for share in shares if share.counts(rule)]
    if rule == CompletionRule.ANY:
        return any(share.is_done for share in counted)
    expected = [share for share in counted if share.acceptance not in SET_ASIDE]
    return bool(expected) and all(share.is_done for share in expected)


def stage_is_confirmed(shares: Iterable[ShareState], rule: str) -> bool:
    """A done stage whose done shares are confirmed: one of them is enough for the rule "any"."""
    shares = [share for share in shares if share.counts(rule) and share.is_done]
    if rule == CompletionRule.ANY:
        return any(share.is_confirmed for share in shares)
    return bool(shares) and all(share.is_confirmed for share in shares)


def action_state(stored_state: str, rule: str, stages: Iterable[Iterable[ShareState]]) -> ActionState:
    """The state that pages show: the stored one, or what the shares of all stages amount to."""
    return _action_state(stored_state, rule, tuple(tuple(shares) for shares in stages))


@functools.lru_cache(maxsize=1024)
def _action_state(stored_state: str, rule: str, stages: tuple[tuple[ShareState, ...], ...]) -> ActionState:
    if stored_state != StoredState.AGREED:
        return ActionState(stored_state)
    if stages and all(stage_is_done(shares, rule) for shares in stages):
        is_confirmed = all(stage_is_confirmed(shares, rule) for shares in stages)
        return ActionState.CONFIRMED if is_confirmed else ActionState.REPORTED_DONE
    has_begun = any(
        share.part != Part.CONSULTED and share.mark in ("done", "in_progress") for shares in stages for share in shares
    )
    return ActionState.IN_PROGRESS if has_begun else ActionState.AGREED
