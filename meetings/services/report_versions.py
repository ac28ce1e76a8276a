"""A final report is reopened as a working copy, which is written like any draft and takes over as the next version.

The report in force stays as it is meanwhile. See `reports` for what these raise.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from greencustoms.core import audit
from greencustoms.core.editing import sign
from greencustoms.core.models import User
from meetings.choices import ReportState
from meetings.models import AgreedAction, Deadline, Meeting, ReportComment, ReportVersion, unlocked
from meetings.reminders import ledger
from meetings.reports import snapshots

from . import report_copying, report_merging, reports, telling

LONGEST_CODE = 40


@transaction.atomic
def reopen_report(*, meeting: Meeting, by: User, version: int, reason: str) -> Meeting:
    """Begin the next version of a final report. Returns its working copy, a draft with a code such as gci-2007-03-v2.

    There is one at a time. The version in force is stored, if it is not yet.
    """
    meeting = reports.begin(meeting, by, version)
    reason = _required(reason)
    if meeting.state != ReportState.FINAL:
        raise ValidationError(_("Only a final report can be reopened."), code="not_open")
    if Meeting.objects.filter(revises=meeting).exists():
        raise ValidationError(_("The next version of this report is being written already."), code="not_open")
    reports.keep_first_version(meeting=meeting)
    number = meeting.report_version + 1
    copy = report_copying.copy_of(
        meeting, code=_free_code(meeting.code, number), report_version=number, reason=reason, by=by
    )
    audit.record(meeting, "reopened", by=by, after={"reason": reason, "version": str(number), "copy": copy.code})
    return copy


@transaction.atomic
def discard_copy(*, meeting: Meeting, by: User, version: int, reason: str) -> Meeting:
    """Give up the next version. The report in force stays; what partners said about the copy goes into the audit."""
    copy = reports.begin(meeting, by, version)
    reason = _required(reason)
    original = copy.revises
    if original is None:
        raise ValidationError(_("This is no working copy of a final report."), code="not_open")
    said = [f"{row.partner} · {row.place}: {row.text}" for row in copy.comments.select_related("partner")]
    audit.record(
        original, "discarded the next version", by=by,
        before={"copy": copy.code, "why it was reopened": copy.reopening_reason, "comments": said},
        after={"reason": reason},
    )  # fmt: skip
    _forget(copy, original)
    _delete(copy, by)
    return original


def take_over(*, copy: Meeting, original: Meeting, by: User, now: datetime) -> ReportVersion:
    """Make a working copy the next version of the report it revises, and delete the copy.

    Whatever was answered and done since stays (`report_merging`). Called by `reports.finalise_report`.
    """
    original = Meeting.objects.select_for_update().get(pk=original.pk)
    number = original.report_version + 1
    content = snapshots.of(copy) | {"code": original.code, "version": number}
    reason = copy.reopening_reason
    given_before = telling.leads_of(original)
    stages = Deadline.objects.filter(action__meeting=original)
    # Before the merge too: with a stage that is taken out, the way from it to the mails that name it is gone.
    ledger.follow(stages)
    with unlocked():
        same_actions = report_merging.merge(copy=copy, into=original, number=number, by=by, now=now)
        _forget(copy, original, same_actions)
        ReportComment.objects.filter(meeting=copy).update(meeting=original)
        reports.change(
            original, f"made final as version {number}", by=by, report_version=number, finalised_at=now,
            finalised_by=by, circulated_at=copy.circulated_at, circulated_by=copy.circulated_by,
            comments_until=copy.comments_until, version=original.version + 1,
        )  # fmt: skip
        _delete(copy, by)
    ledger.follow(stages)
    # Who may read it is no part of the copy: it may have changed since.
    content["visibility"] = str(original.visibility)
    telling.tell_of_final_report(meeting=original, by=by, now=now, known=given_before)
    return reports.store_version(meeting=original, content=content, by=by, now=now, reason=reason)


def _forget(copy: Meeting, original: Meeting, same_actions: dict[int, int] | None = None) -> None:
    """Let what points to the copy point to the report in force."""
    Deadline.objects.filter(linked_meeting=copy).update(linked_meeting=original)
    pairs = same_actions or dict(_same_numbers(copy, original))
    for old, new in pairs.items():
        AgreedAction.objects.filter(superseded_by=old).exclude(pk=new).update(superseded_by=new)
        AgreedAction.objects.filter(carried_over_to=old).exclude(pk=new).update(carried_over_to=new)


def _same_numbers(copy: Meeting, original: Meeting):
    numbers = dict(original.actions.values_list("number", "pk"))
    for pk, number in copy.actions.values_list("pk", "number"):
        if number in numbers:
            yield pk, numbers[number]


def _delete(copy: Meeting, by: User) -> None:
    copy.actions.all().delete()
    sign(copy, by)
    copy.delete()


def _free_code(code: str, number: int) -> str:
    suffix = f"-v{number}"
    wanted = code[: LONGEST_CODE - len(suffix)] + suffix
    if Meeting.objects.filter(code=wanted).exists():
        raise ValidationError(
            _("The address %(code)s is taken by another meeting.") % {"code": wanted}, code="not_open"
        )
    return wanted


def _required(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Say in a sentence why.")})
    return reason
