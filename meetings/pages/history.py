"""The history of an action as people read it: who, when, from what to what.

Read from what is kept of the action, its deadlines, shares and answers. Visitors see the organisation, people of the
partners the person too. Who spoke follows from the row itself, since memberships change with time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

from django.utils.translation import gettext as _

from greencustoms.core.changes import FieldChange, field_changes
from meetings import progress
from meetings.choices import Acceptance, Progress, StoredState
from meetings.models import ActionShare, AgreedAction, Deadline, ShareAnswer
from meetings.services.later_owners import JOINED, NAMED
from meetings.services.report_merging import MERGED
from partners.choices import Standing
from partners.models import Partner

# Of one kind of row; older ones are kept, but the page ends there.
MOST_RECORDS = 1000
NOT_SHOWN_OF_ACTION = ["version", "state_changed_at", "state_changed_by", "stored_state", "meeting", "session"]
NOT_SHOWN_OF_DEADLINE = ["version", "action", "entered_on", "reopened_by", "edtf"]
SHOWN_OF_SHARE = ("what_was_done", "evidence_url", "decline_reason", "sent_back_reason", "behalf_note")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history. `moved` says from which state to which, `changes` what else is different."""

    at: datetime
    what: str
    person: str = ""
    stage: str = ""
    moved: tuple[str, str] | None = None
    changes: list[FieldChange] = field(default_factory=list)
    order: int = 0
    # Something the report says, and not what became of it.
    is_text: bool = False
    reason: str = ""


def of_action(
    action, *, visible, with_persons: bool, since: datetime | None = None, first_version: int = 0
) -> list[Entry]:
    """Everything that happened to an action, newest first. Five statements at most, seven for those who see answers.

    `visible` are the actions that the reader may see: others are not named. `since` leaves out what the report said
    before: how it was drafted is nobody's business but the secretariat's, also where a working copy of it was.
    `first_version` is the oldest that the reader may read: what it changed would tell what the one before it said.
    """
    stages = dict(action.deadlines.order_by("position").values_list("pk", "label"))
    began: dict[int, datetime] = {}
    entries = [
        *_of_actions(action, visible, began),
        *_of_deadlines(action, stages, began),
        *_of_shares(stages, began),
        *(_of_answers(stages) if with_persons else ()),
    ]
    entries = [entry for entry in entries if since is None or not entry.is_text or entry.at >= since]
    closed = MERGED % {"number": first_version}
    entries = [entry for entry in entries if not (entry.is_text and entry.reason == closed)]
    if not with_persons:
        entries = [_for_visitors(entry) for entry in entries]
    return sorted(entries, key=lambda entry: (entry.at, entry.order), reverse=True)


def _for_visitors(entry: Entry) -> Entry:
    """Without the person, what the secretariat wrote to the organisation alone, and who told it what how."""
    changes = [change for change in entry.changes if change.name not in ("sent_back_reason", "behalf_note")]
    return replace(entry, person="", changes=changes)


def _records(model, **which) -> Iterator[tuple]:
    """Each historical record with the one before it of the same row, None for the first."""
    rows = model.history.filter(**which).select_related("history_user").order_by("-history_date", "-history_id")
    if model is ActionShare:
        rows = rows.select_related("history_user", "partner")
    by_row: dict[int, list] = {}
    for record in reversed(list(rows[:MOST_RECORDS])):
        by_row.setdefault(record.id, []).append(record)
    for records in by_row.values():
        yield records[0], None
        for older, newer in pairwise(records):
            yield newer, older


def _entry(record, what: str, **facts) -> Entry:
    person = str(record.history_user) if record.history_user else ""
    reason = record.history_change_reason or ""
    return Entry(record.history_date, what, person, order=record.history_id, reason=reason, **facts)


def _is_moved(record) -> bool:
    """Whether a row came with this record from a working copy into the report: what came before is a draft's."""
    return record.history_type == "~" and (record.history_change_reason or "").startswith(MERGED.partition("%")[0])


# --- The action and its deadlines: the secretariat writes them ---


def _of_actions(action, visible, began) -> Iterable[Entry]:
    """Notes for `_of_deadlines` in `began` when an action came that was new in a later version."""
    records = list(_records(AgreedAction, id=action.pk, meeting=action.meeting_id))
    others = {key for newer, _older in records for key in (newer.superseded_by_id, newer.carried_over_to_id) if key}
    names = _references(visible.filter(pk__in=others)) if others else {}
    for newer, older in records:
        if older is None:
            # Another first record is only the oldest that is shown.
            if _is_moved(newer):
                began[action.pk] = newer.history_date
            if _is_moved(newer) or newer.history_type == "+":
                yield _entry(newer, _entered(newer), is_text=True)
        elif newer.stored_state != older.stored_state:
            moved = (older.get_stored_state_display(), newer.get_stored_state_display())
            changes = _links_and_reason(newer, names)
            is_text = older.stored_state == StoredState.PROPOSED
            yield _entry(newer, _decided(newer, older), moved=moved, changes=changes, is_text=is_text)
        elif changes := field_changes(newer, older, hidden=NOT_SHOWN_OF_ACTION):
            yield _entry(newer, _("The secretariat changed the action"), changes=changes, is_text=True)


def _entered(record) -> str:
    if record.history_user_id:
        return _("The secretariat entered the action")
    return _("Entered when the portal was set up")


def _decided(newer, older) -> str:
    if newer.stored_state == StoredState.AGREED:
        is_new = older.stored_state == StoredState.PROPOSED
        return _("The action was agreed") if is_new else _("The secretariat reopened the action")
    return {
        StoredState.DROPPED: _("The secretariat dropped the action"),
        StoredState.SUPERSEDED: _("The secretariat said that another action takes its place"),
        StoredState.CARRIED_OVER: _("The secretariat carried the action over to a later meeting"),
    }.get(newer.stored_state, _("The secretariat changed the action"))


def _links_and_reason(record, names) -> list[FieldChange]:
    found = [("state_reason", _("reason"), record.state_reason)]
    for name in ("superseded_by", "carried_over_to"):
        label = str(AgreedAction._meta.get_field(name).verbose_name)
        found.append((name, label, names.get(getattr(record, f"{name}_id"), "")))
    return [FieldChange(name, label, "", after) for name, label, after in found if after]


def _references(actions) -> dict[int, str]:
    return {action.pk: str(action) for action in actions.select_related("meeting__revises")}


def _of_deadlines(action, stages, began) -> Iterable[Entry]:
    """Turns `began` into when each stage came into the report, as far as a later version brought it."""
    since = began.pop(action.pk, None)
    if since is not None:
        began |= dict.fromkeys(stages, since)
    for newer, older in _records(Deadline, id__in=list(stages), action=action.pk):
        if older is None and _is_moved(newer):
            began[newer.id] = newer.history_date
        if older is not None and not _is_of_draft(newer, newer.id, began):
            changes = field_changes(newer, older, hidden=NOT_SHOWN_OF_DEADLINE)
            if changes:
                yield _entry(newer, _("“By when” changed"), stage=stages[newer.id], changes=changes, is_text=True)


def _is_of_draft(record, stage: int, began) -> bool:
    return stage in began and record.history_date < began[stage]


# --- Shares: their organisations speak, or the secretariat for them ---


def _of_shares(stages, began) -> Iterable[Entry]:
    for newer, older in _records(ActionShare, deadline_id__in=list(stages)):
        stage = stages[newer.deadline_id]
        if _is_of_draft(newer, newer.deadline_id, began):
            continue
        if older is None:
            # Those made with the action are part of what was agreed.
            if newer.history_change_reason in (JOINED, NAMED):
                what = _("The secretariat added a share of %(partner)s") % {"partner": newer.partner.short_name}
                yield _entry(newer, what, stage=stage)
            continue
        what = share_sentence(newer, older)
        changes = [change for change in field_changes(newer, older) if change.name in SHOWN_OF_SHARE and change.after]
        if what or changes:
            before, after = _stands(older), _stands(newer)
            moved = (before, after) if before != after else None
            is_renamed = (newer.partner_id, newer.part) != (older.partner_id, older.part)
            is_text = is_renamed and newer.history_change_reason != NAMED
            what = what or _corrected(newer)
            yield _entry(newer, what, stage=stage, moved=moved, changes=changes, is_text=is_text)


def _stands(record) -> str:
    if record.confirmed_at:
        return _("confirmed")
    return progress.mark_words(progress.mark_of(record.acceptance, record.progress))


def share_sentence(newer, older) -> str:
    """What happened to a share between two records of it, as a sentence that begins with who did it."""
    if newer.partner_id != older.partner_id:
        names = {"partner": newer.partner.short_name, "group": _name(older.partner)}
        return _("The secretariat named %(partner)s as the owner in the place of %(group)s") % names
    judged = _judged(newer, older)
    if judged:
        return judged % {"who": _judge(newer.partner)}
    if newer.progress != older.progress and Progress.DONE in (newer.progress, older.progress):
        is_done = newer.progress == Progress.DONE
        words = _("%(who)s reported it as done") if is_done else _("%(who)s took the report back")
        return words % {"who": _speaker(newer, newer.is_reported_on_behalf)}
    if newer.acceptance != older.acceptance and newer.progress == Progress.NOT_STARTED:
        return _answered(newer)
    if newer.progress == Progress.IN_PROGRESS and newer.reported_at != older.reported_at:
        return _("%(who)s reported that it is in progress") % {"who": _speaker(newer, newer.is_reported_on_behalf)}
    if newer.part != older.part:
        return _("The secretariat put %(partner)s in the lead") % {"partner": newer.partner.short_name}
    return ""


def _judged(newer, older) -> str:
    """What those say who look at reports of others."""
    if newer.confirmed_at and not older.confirmed_at:
        return _("%(who)s confirmed it")
    if older.confirmed_at and not newer.confirmed_at:
        return _("%(who)s reopened it")
    if newer.sent_back_at and newer.sent_back_at != older.sent_back_at:
        return _("%(who)s sent it back")
    return ""


def _answered(record) -> str:
    who = {"who": _speaker(record, record.is_answered_on_behalf)}
    return {
        Acceptance.ACCEPTED: _("%(who)s accepted it"),
        Acceptance.DECLINED: _("%(who)s declined it"),
        Acceptance.NOT_APPLICABLE: _("%(who)s said that it does not apply"),
        Acceptance.NO_ANSWER: _("%(who)s withdrew the answer"),
    }[Acceptance(record.acceptance)] % who


def _corrected(record) -> str:
    return _("%(who)s corrected the report") % {"who": _speaker(record, record.is_reported_on_behalf)}


def _speaker(record, on_behalf: bool) -> str:
    name = record.partner.short_name
    return _("The secretariat for %(partner)s") % {"partner": name} if on_behalf else name


def _judge(partner: Partner) -> str:
    """Who looks at reports: of the secretariat's own shares a focal point of a partner (design section 4)."""
    return _("A focal point") if partner.standing == Standing.SECRETARIAT else _("The secretariat")


def _name(partner: Partner | None) -> str:
    return partner.short_name if partner else ""


def _of_answers(stages) -> Iterable[Entry]:
    """What was answered to requests: for those who see the answers."""
    shares = dict(ActionShare.objects.filter(deadline__in=list(stages)).values_list("pk", "partner__acronym"))
    for newer, _older in _records(ShareAnswer, share_id__in=list(shares)):
        numbers = _("; ").join(_("%(label)s: %(number)s") % {"label": label, "number": n} for label, n in newer.numbers)
        said = numbers or newer.contact_office or _("a file")
        changes = [FieldChange("answer", _("answer"), "", said)]
        if newer.history_type != "-":
            yield _entry(newer, _("The request was answered for %(partner)s") % {"partner": shares[newer.share_id]},
                         changes=changes)  # fmt: skip
