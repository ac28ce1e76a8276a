"""How a working copy takes over: matched by number, so that everything said and done about an action stays with it.

Three states are compared where the report in force lives on: what was copied, what the copy says now, and what the
report says now. Owners who joined, or were named, meanwhile stay.
"""

from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from greencustoms.core import audit
from greencustoms.core.editing import set_fields, sign
from greencustoms.core.models import User
from greencustoms.core.versions import claim_version
from meetings.choices import Acceptance, Progress, StoredState, Visibility
from meetings.models import ActionShare, AgreedAction, Deadline, Meeting, MeetingSession

from .report_copying import COPIED

MEETING_FIELDS = (
    "title", "number", "starts_on", "ends_on", "city", "country", "place", "time_zone", "host_id", "introduction",
    "opening", "conclusion", "afterwards", "is_invented", "attendance_note", "source",
)  # fmt: skip
SESSION_FIELDS = (
    "number", "title", "held_on", "summary", "footnotes", "default_by_whom_text", "default_by_when_text",
)  # fmt: skip
ACTION_FIELDS = (
    "topic_heading", "title", "text", "by_whom_text", "by_whom_note", "completion_rule", "is_flagged",
    "is_for_each_partner", "note",
)  # fmt: skip
NOTHING_SAID = {"summary": "", "footnotes": "", "default_by_whom_text": "", "default_by_when_text": ""}
DEADLINE_FIELDS = (
    "label", "by_when_text", "kind", "earliest", "latest", "edtf", "is_inherited", "is_read_from_text", "event_id",
    "linked_meeting_id", "offset_days", "reading_note", "request_kind", "request_question", "request_labels",
)  # fmt: skip
ANNEX_FIELDS = ("label", "title", "is_held", "note", "file_id")
SHARE_FIELDS = ("part", "via_group_id", "is_inherited")
# How the history names the change by which a row came into a version, whatever language people read.
MERGED = "version %(number)d of the report"


def merge(*, copy: Meeting, into: Meeting, number: int, by: User, now: datetime) -> dict[int, int]:
    """Bring the report in force to what the copy says. Returns for each action of the copy the one it has become."""
    return _Merge(copy, into, number, by, now).run()


class _Merge:
    def __init__(self, copy: Meeting, into: Meeting, number: int, by: User, now: datetime):
        self.copy, self.into, self.by, self.now = copy, into, by, now
        self.words = {"number": number}

    def run(self) -> dict[int, int]:
        self._wait_for_answers()
        values = {name: getattr(self.copy, name) for name in MEETING_FIELDS}
        # Who may read it can be changed at any time; the closer of the two holds, so that nothing opens by accident.
        if self.copy.visibility == Visibility.PARTNERS:
            values["visibility"] = Visibility.PARTNERS
        self._update(self.into, values)
        self.into.partners.set(self.copy.partners.all())
        sessions = self._sessions()
        same = self._actions(sessions)
        self._drop_empty_sessions()
        self._replace("annexes", "number", ANNEX_FIELDS)
        self._replace("attendance", "partner_id", ("note",))
        self._replace("matters_arising", "action_id", ("note",))
        return same

    def _wait_for_answers(self) -> None:
        """Nobody answers, reports or decides while the report becomes final: what was said before is seen here.

        In the order in which the services of shares and actions take their rows, so that nobody waits for each other.
        """
        for rows in (
            AgreedAction.objects.filter(meeting=self.into),
            Deadline.objects.filter(action__meeting=self.into),
            ActionShare.objects.filter(deadline__action__meeting=self.into),
        ):
            # Whoever saves a share holds the key of its stage until the end, so keys are left free.
            list(rows.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk", flat=True))

    def _sessions(self) -> dict[int, MeetingSession]:
        """For each session of the copy the one of the report: the one it was copied from, wherever it stands now."""
        stored = {row.number: row for row in self.into.sessions.all()}
        history = MeetingSession.history.filter(history_change_reason=COPIED, meeting_id=self.copy.pk)
        copied = dict(history.values_list("id", "number"))
        rows = list(self.copy.sessions.prefetch_related("default_owners"))
        same = {row.pk: stored[copied[row.pk]] for row in rows if copied.get(row.pk) in stored}
        moved = [same[row.pk].pk for row in rows if row.pk in same and same[row.pk].number != row.number]
        # Two sessions never have the same number, so those that move wait outside.
        self.into.sessions.filter(pk__in=moved).update(number=models.F("number") + 10_000)
        found = {}
        for row in rows:
            mine = same.get(row.pk)
            if mine is None:
                mine = row
                self._move(row, meeting=self.into)
            else:
                self._update(mine, {name: getattr(row, name) for name in SESSION_FIELDS})
                mine.default_owners.set(row.default_owners.all())
            found[row.pk] = mine
        self.sessions_kept = {row.pk for row in found.values()}
        return found

    def _actions(self, sessions: dict[int, MeetingSession]) -> dict[int, int]:
        stored = {row.number: row for row in self.into.actions.all()}
        copied = self._numbers_copied()
        last = max(stored, default=0)
        same: dict[int, int] = {}
        for row in self.copy.actions.order_by("number"):
            session = sessions[row.session_id]
            mine = stored.get(row.number)
            if mine is not None and row.pk in copied:
                values = {name: getattr(row, name) for name in ACTION_FIELDS}
                self._update(mine, {**values, "session": session})
                self._deadlines(row, mine)
                self._sub_items(row, mine)
                same[row.pk] = mine.pk
            else:
                # The number of an action is never used again, also not that of one taken out before.
                last = max(last, row.number) if mine is None else last + 1
                self._move(row, meeting=self.into, session=session, number=row.number if mine is None else last)
        kept = set(same.values())
        for mine in stored.values():
            if mine.pk not in kept and mine.stored_state in (StoredState.AGREED, StoredState.PROPOSED):
                self._take_out(mine)
        return same

    def _numbers_copied(self) -> set[int]:
        history = AgreedAction.history.filter(history_change_reason=COPIED, meeting_id=self.copy.pk)
        return set(history.values_list("id", flat=True))

    def _take_out(self, action: AgreedAction) -> None:
        values = {
            "stored_state": StoredState.DROPPED,
            "state_reason": _("taken out in version %(number)d") % self.words,
            "state_changed_at": self.now,
            "state_changed_by": self.by,
        }
        self._update(action, values)
        audit.record(action, "dropped", by=self.by, after={"reason": values["state_reason"]})

    def _drop_empty_sessions(self) -> None:
        """A session that is gone stays where an action taken out still hangs on it: as a heading, without its texts."""
        for session in self.into.sessions.exclude(pk__in=self.sessions_kept):
            if session.actions.exists():
                self._update(session, NOTHING_SAID)
                session.default_owners.clear()
            else:
                self._delete(session)

    def _sub_items(self, row: AgreedAction, mine: AgreedAction) -> None:
        mine.sub_items.all().delete()
        row.sub_items.all().update(action=mine)

    def _deadlines(self, row: AgreedAction, mine: AgreedAction) -> None:
        stored = {stage.position: stage for stage in mine.deadlines.all()}
        for stage in row.deadlines.order_by("position"):
            own = stored.pop(stage.position, None)
            if own is None:
                self._move(stage, action=mine)
                continue
            values = {name: getattr(stage, name) for name in DEADLINE_FIELDS}
            if (own.kind, own.latest) != (stage.kind, stage.latest):
                values["review_on"] = stage.review_on
            if own.latest != stage.latest:
                values["entered_on"] = timezone.localdate(self.now)
            self._update(own, values)
            self._shares(stage, own)
        copied = Deadline.history.filter(history_change_reason=COPIED, action_id=row.pk)
        # Others were taken out by a version before, and stay for what was done on them.
        for position in stored.keys() & set(copied.values_list("position", flat=True)):
            self._take_out_stage(stored[position])

    def _take_out_stage(self, stage: Deadline) -> None:
        """A stage on which something was reported as done stays for it; the others go, their answers into the audit."""
        shares = list(stage.shares.select_related("partner"))
        if any(share.progress == Progress.DONE for share in shares):
            for share in shares:
                self._share_gone(share)
            return
        for share in shares:
            if share.acceptance != Acceptance.NO_ANSWER:
                audit.record(share, "taken out with its stage", by=self.by, before=_answer_of(share))
            self._delete(share)
        self._delete(stage)

    def _shares(self, stage: Deadline, own: Deadline) -> None:
        copied = {
            row.partner_id: row
            for row in ActionShare.history.filter(deadline_id=stage.pk, history_change_reason=COPIED)
        }
        stored = {share.partner_id: share for share in own.shares.select_related("partner")}
        wanted = {share.partner_id: share for share in stage.shares.all()}
        for partner, share in wanted.items():
            mine, base = stored.get(partner), copied.get(partner)
            if mine is not None:
                changed = [name for name in SHARE_FIELDS if base is None or getattr(share, name) != getattr(base, name)]
                self._update(mine, {name: getattr(share, name) for name in changed})
            elif base is None:
                self._move(share, deadline=own)
        for partner in copied.keys() & stored.keys() - wanted.keys():
            self._share_gone(stored[partner])

    def _share_gone(self, share: ActionShare) -> None:
        """Somebody is no longer named. What was done stays as it is; an answer gives way to "does not apply"."""
        if share.progress == Progress.DONE:
            return
        if share.acceptance == Acceptance.NO_ANSWER:
            self._delete(share)
            return
        before = _answer_of(share)
        values = {
            "acceptance": Acceptance.NOT_APPLICABLE,
            "decline_reason": _("No longer named in version %(number)d of the report.") % self.words,
            "answered_at": self.now,
            "answered_by": self.by,
            "progress": Progress.NOT_STARTED,
        }
        self._update(share, values)
        audit.record(share, "no longer named", by=self.by, before=before, after=_answer_of(share))

    def _replace(self, name: str, key: str, fields: tuple[str, ...]) -> None:
        """Annexes, attendance, matters arising: those of the copy, rows that stay keeping their own key."""
        stored = {getattr(row, key): row for row in getattr(self.into, name).all()}
        for row in getattr(self.copy, name).all():
            mine = stored.pop(getattr(row, key), None)
            if mine is None:
                self._move(row, meeting=self.into)
            else:
                self._update(mine, {field: getattr(row, field) for field in fields})
        for mine in stored.values():
            self._delete(mine)

    def _update(self, row: models.Model, values: dict) -> None:
        """Save what differs; whoever has the row in a form is told."""
        changed = [name for name, value in values.items() if getattr(row, name) != value]
        if not changed:
            return
        if hasattr(row, "version") and not isinstance(row, Meeting):
            claim_version(row, row.version)
        set_fields(row, {name: values[name] for name in changed}, by=self.by, reason=MERGED % self.words)

    def _delete(self, row: models.Model) -> None:
        sign(row, self.by, MERGED % self.words)
        row.delete()

    def _move(self, row: models.Model, **changes) -> None:
        """A row that is new in the copy becomes one of the report, with its key and its history."""
        set_fields(row, changes, by=self.by, reason=MERGED % self.words)


def _answer_of(share: ActionShare) -> dict[str, str]:
    names = ("acceptance", "decline_reason", "progress", "what_was_done", "evidence_url")
    return {"partner": share.partner.slug} | {name: str(getattr(share, name)) for name in names}
