"""What partners say about a circulated report, and what the secretariat answers.

They raise PermissionDenied if `by` may not do it, and ValidationError "closed", "answered" or "changed_meanwhile".
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from greencustoms.core import audit
from greencustoms.core.models import User
from greencustoms.core.versions import claim_version
from meetings import access
from meetings.choices import Disposition, ReportState
from meetings.models import Meeting, ReportComment
from meetings.reports import places as report_places
from meetings.reports import rules as report_rules
from partners.models import Partner


@transaction.atomic
def comment_report(
    *, meeting: Meeting, by: User, partner: Partner, place: str, text: str, now: datetime | None = None
) -> ReportComment:
    """Say something about one place of a circulated report, for an organisation that took part."""
    now = now or timezone.now()
    # The report does not become final, nor is it taken back, while a comment comes in.
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    _allow(meeting, by, partner)
    _refuse_closed(meeting, now)
    if place not in report_places.places_of(meeting):
        raise ValidationError({"place": _("This place is no longer in the report.")})
    comment = ReportComment.objects.create(
        meeting=meeting, report_version=meeting.report_version, place=place, partner=partner, text=_required(text),
        by=by, at=now,
    )  # fmt: skip
    audit.record(comment, "commented", by=by, after={"place": place, "text": comment.text})
    return comment


@transaction.atomic
def edit_comment(*, comment: ReportComment, by: User, version: int, text: str, now: datetime | None = None):
    """Change one's own comment, until it is answered or the day for comments has passed."""
    comment = _own(comment, by, version, now)
    before, comment.text = comment.text, _required(text)
    comment.save(update_fields=["text"])
    audit.record(comment, "changed a comment", by=by, before={"text": before}, after={"text": comment.text})
    return comment


@transaction.atomic
def withdraw_comment(*, comment: ReportComment, by: User, version: int, now: datetime | None = None) -> None:
    """Take one's own comment back, until it is answered or the day for comments has passed."""
    comment = _own(comment, by, version, now)
    audit.record(comment, "withdrew a comment", by=by, before={"place": comment.place, "text": comment.text})
    comment.delete()


@transaction.atomic
def answer_comment(
    *, comment: ReportComment, by: User, version: int, disposition: str, answer: str = "", now: datetime | None = None
) -> ReportComment:
    """Accept, note or reject a comment, the last with a reason. Can be corrected until the report is final."""
    if not access.keeps_meetings(by):
        raise PermissionDenied
    meeting = Meeting.objects.select_for_update().get(pk=comment.meeting_id)
    if meeting.state == ReportState.FINAL:
        raise ValidationError(_("This report is final; its comments are closed."), code="closed")
    answer = answer.strip()
    if disposition == Disposition.OPEN:
        raise ValidationError({"disposition": _("Choose accepted, noted or rejected.")})
    if disposition == Disposition.REJECTED and not answer:
        raise ValidationError({"answer": _("Say in a sentence why the comment is rejected.")})
    claim_version(comment, version)
    comment.refresh_from_db()
    before = {"disposition": comment.disposition, "answer": comment.answer}
    comment.disposition, comment.answer = disposition, answer
    comment.answered_at, comment.answered_by = now or timezone.now(), by
    comment.save(update_fields=["disposition", "answer", "answered_at", "answered_by"])
    after = {"disposition": comment.disposition, "answer": comment.answer}
    audit.record(comment, "answered a comment", by=by, before=before, after=after)
    return comment


def _own(comment: ReportComment, by: User, version: int, now: datetime | None) -> ReportComment:
    if comment.by_id != by.pk:
        raise PermissionDenied
    meeting = Meeting.objects.select_for_update().get(pk=comment.meeting_id)
    _allow(meeting, by, comment.partner)
    _refuse_closed(meeting, now or timezone.now())
    claim_version(comment, version)
    comment.refresh_from_db()
    if comment.disposition != Disposition.OPEN:
        raise ValidationError(
            _("The secretariat has answered this comment. Write a new one if there is more to say."), code="answered"
        )
    return comment


def _allow(meeting: Meeting, by: User, partner: Partner) -> None:
    if not access.partners_to_comment_for(by, meeting).filter(pk=partner.pk).exists():
        raise PermissionDenied


def _refuse_closed(meeting: Meeting, now: datetime) -> None:
    if not report_rules.is_open_for_comments(meeting, now=now):
        raise ValidationError(_("This report is not open for comments."), code="closed")


def _required(text: str) -> str:
    text = text.strip()
    if not text:
        raise ValidationError({"text": _("Write your comment.")})
    return text
