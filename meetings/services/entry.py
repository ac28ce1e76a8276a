"""The secretariat writes a report: basics, texts, attendance, sessions, annexes. Actions: `entry_actions`.

Each change keeps who, when, before and after, and raises ValidationError "final" once the report is locked,
"changed_meanwhile" if somebody else was faster.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils.translation import gettext as _

from greencustoms.core import audit
from greencustoms.core.editing import edit_row, sign
from greencustoms.core.models import StoredFile, User
from greencustoms.core.versions import claim_version
from meetings.choices import ReportState
from meetings.models import AgreedAction, Annex, Attendance, Meeting, MeetingSession, ReportComment
from partners.models import Partner

from . import following, owning

# How the history of a row names what it does not keep itself.
PARTNERS_CHANGED = "partners"
ATTENDANCE_CHANGED = "attendance"
OWNERS_CHANGED = "owners"
# These stand where a meeting's own page would.
NEVER_A_CODE = ("add", "board", "partner-changes", "reading", "silent")
# A code of this kind is that of a working copy.
WORKING_COPY_CODE = re.compile(r"-v\d+$")
EARLIER, LATER = -1, 1


def open_for_editing(meeting: Meeting) -> Meeting:
    """The meeting as it stands, locked until the transaction ends. Raises ValidationError "final"."""
    stored = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if stored.state == ReportState.FINAL:
        raise ValidationError(
            _("This report is final and locked. Reopen it as a new version to change it."), code="final"
        )
    return stored


def proposed_code(starts_on: date) -> str:
    """An address for a meeting of this day that nobody has yet, such as gci-2026-11."""
    base = f"gci-{starts_on:%Y-%m}"
    taken = set(Meeting.objects.filter(code__startswith=base).values_list("code", flat=True))
    code, number = base, 2
    while code in taken:
        code = f"{base}-{number}"
        number += 1
    return code


@transaction.atomic
def add_meeting(*, by: User, code: str = "", partners: Iterable[Partner] = (), **values: Any) -> Meeting:
    """A new draft. Its code is its address for ever; without one it gets the month of its first day."""
    meeting = Meeting(code=code or proposed_code(values["starts_on"]), state=ReportState.DRAFT, **values)
    sign(meeting, by)
    meeting.save()
    meeting.partners.set(partners)
    audit.record(meeting, "added", by=by)
    return meeting


@transaction.atomic
def edit_meeting(*, meeting: Meeting, by: User, version: int, partners=None, **values: Any) -> Meeting:
    """Change basics or texts. Days counted from the meeting and shares of "each partner" follow."""
    before = open_for_editing(meeting)
    also = {}
    if partners is not None:
        old, new = _names(meeting.partners.all()), _names(partners)
        if old != new:
            also = {PARTNERS_CHANGED: (old, new)}
    stored = edit_row(meeting, by=by, version=version, values=values, also=also)
    if also:
        known = owning.organisations_for(stored)
        stored.partners.set(partners)
        following.follow_partners_of_day(meeting=stored, before=known, by=by)
    if stored.ends_on != before.ends_on:
        following.follow_last_day(meeting=stored, before=before.ends_on, by=by)
    return stored


@transaction.atomic
def set_attendance(*, meeting: Meeting, by: User, version: int, present: dict[Partner, str]) -> Meeting:
    """Say which organisations took part, each with a note on the office that came."""
    open_for_editing(meeting)
    stored = {row.partner_id: row for row in meeting.attendance.select_related("partner")}
    old = sorted(f"{row.partner.slug}: {row.note}" for row in stored.values())
    new = sorted(f"{partner.slug}: {note}" for partner, note in present.items())
    if old == new:
        return meeting
    meeting = edit_row(meeting, by=by, version=version, values={}, also={ATTENDANCE_CHANGED: (old, new)})
    wanted = {partner.pk: note for partner, note in present.items()}
    meeting.attendance.exclude(partner__in=wanted).delete()
    for key, note in wanted.items():
        if key not in stored:
            Attendance.objects.create(meeting=meeting, partner_id=key, note=note)
        elif stored[key].note != note:
            stored[key].note = note
            stored[key].save(update_fields=["note"])
    return meeting


@transaction.atomic
def add_session(*, meeting: Meeting, by: User, default_owners=(), **values: Any) -> MeetingSession:
    """A new session at the end. Its number is that of no session deleted since."""
    open_for_editing(meeting)
    session = MeetingSession(meeting=meeting, number=next_number_of(MeetingSession, meeting), **values)
    sign(session, by)
    session.save()
    session.default_owners.set(default_owners)
    audit.record(session, "added", by=by)
    return session


def next_number_of(model: type[AgreedAction] | type[MeetingSession], meeting: Meeting) -> int:
    """The number after the highest that this report ever had, in any version, also of rows deleted since.

    Numbers are kept for ever and never used again (design section 4). Call it with the meeting's row locked.
    """
    base = meeting.revises_id or meeting.pk
    reports = {meeting.pk, base, *Meeting.history.filter(revises=base).values_list("id", flat=True)}
    managers: list[Any] = [model.objects, model.history]
    highest = (rows.filter(meeting_id__in=reports).aggregate(last=Max("number"))["last"] for rows in managers)
    return max(number or 0 for number in highest) + 1


@transaction.atomic
def edit_session(*, session: MeetingSession, by: User, version: int, default_owners=None, **values: Any):
    """Change a session. Actions that took over what was said for all of them take over the new words too."""
    meeting = open_for_editing(session.meeting)
    also = {}
    if default_owners is not None:
        old, new = _names(session.default_owners.all()), _names(default_owners)
        if old != new:
            also = {OWNERS_CHANGED: (old, new)}
    before = session.__class__._base_manager.get(pk=session.pk).default_by_when_text
    stored = edit_row(session, by=by, version=version, values=values, also=also)
    if also:
        stored.default_owners.set(default_owners)
        following.follow_default_owners(session=stored, by=by)
    if stored.default_by_when_text != before:
        following.follow_default_by_when(session=stored, after=meeting.ends_on, by=by)
    return stored


@transaction.atomic
def move_session(*, session: MeetingSession, by: User, version: int, direction: int) -> MeetingSession:
    """Change places with the session before (EARLIER) or after (LATER). Comments keep to their session."""
    open_for_editing(session.meeting)
    stored = MeetingSession._base_manager.get(pk=session.pk)
    others = stored.meeting.sessions.all()
    if direction == EARLIER:
        other = others.filter(number__lt=stored.number).order_by("-number").first()
    else:
        other = others.filter(number__gt=stored.number).order_by("number").first()
    if other is None:
        return stored
    claim_version(stored, version)
    claim_version(other, other.version)
    here, there = stored.number, other.number
    # Two sessions never have the same number, so one waits outside.
    MeetingSession._base_manager.filter(pk=other.pk).update(number=F("number") + 10_000)
    for row, number in ((stored, there), (other, here)):
        row.number = number
        sign(row, by)
        row.save(update_fields=["number"])
    _move_comments(stored.meeting, here, there)
    audit.record(stored, "moved", by=by, before={"number": here}, after={"number": there})
    return stored


def _move_comments(meeting: Meeting, here: int, there: int) -> None:
    comments = ReportComment.objects.filter(meeting=meeting)
    moving = set(comments.filter(place=f"session-{here}").values_list("pk", flat=True))
    comments.filter(place=f"session-{there}").update(place=f"session-{here}")
    comments.filter(pk__in=moving).update(place=f"session-{there}")


@transaction.atomic
def delete_session(*, session: MeetingSession, by: User, version: int) -> None:
    """Delete a session without actions. Raises ValidationError "in_use" if one hangs on it."""
    open_for_editing(session.meeting)
    if session.actions.exists():
        raise ValidationError(
            _("Actions were agreed in this session. Move them to another session, or delete them, first."),
            code="in_use",
        )
    claim_version(session, version)
    _delete(session, by)


@transaction.atomic
def add_annex(*, meeting: Meeting, by: User, number: int, file: StoredFile | None = None, **values: Any) -> Annex:
    """A new annex. Raises ValidationError "number_taken"."""
    open_for_editing(meeting)
    _refuse_taken_number(meeting.annexes.all(), number)
    annex = Annex(meeting=meeting, number=number, file=file, is_held=file is not None, **values)
    sign(annex, by)
    annex.save()
    audit.record(annex, "added", by=by)
    return annex


@transaction.atomic
def edit_annex(*, annex: Annex, by: User, version: int, number: int, file: StoredFile | None, **values: Any) -> Annex:
    """Change an annex and its file; None takes the file away. Raises ValidationError "number_taken"."""
    open_for_editing(annex.meeting)
    _refuse_taken_number(annex.meeting.annexes.exclude(pk=annex.pk), number)
    values |= {"number": number, "file": file}
    if file != annex.file:
        values["is_held"] = file is not None
    return edit_row(annex, by=by, version=version, values=values)


@transaction.atomic
def delete_annex(*, annex: Annex, by: User, version: int) -> None:
    open_for_editing(annex.meeting)
    claim_version(annex, version)
    _delete(annex, by)


def next_annex_number(meeting: Meeting) -> int:
    return (meeting.annexes.aggregate(last=Max("number"))["last"] or 0) + 1


def _refuse_taken_number(others: QuerySet[Annex], number: int) -> None:
    if others.filter(number=number).exists():
        raise ValidationError(
            {"number": ValidationError(_("There is an annex with this number already."), code="number_taken")}
        )


def _delete(row, by: User) -> None:
    audit.record(row, "deleted", by=by)
    sign(row, by)
    row.delete()


def _names(partners) -> list[str]:
    return sorted(partner.slug for partner in partners)
