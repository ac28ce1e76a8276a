"""Making the PDFs of editions and keeping them current; taking in and answering feedback."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from greencustoms.core import audit, jobs, made_files, stored_files
from greencustoms.core import pdf as core_pdf
from greencustoms.core.choices import JobState
from greencustoms.core.models import Job, StoredFile, User
from greencustoms.core.versions import claim_version

from . import pdf
from .choices import FeedbackState
from .models import Edition, EditionPdf, Feedback

PDF_JOB = "guide-pdf"


def pdf_job_key(edition: Edition) -> str:
    return f"{edition.pk}:{edition.content_key}"


def refresh_content_key(edition: Edition) -> None:
    """Note what the PDF would be made of now."""
    key = pdf.content_key(edition)
    if key != edition.content_key:
        Edition.objects.filter(pk=edition.pk).update(content_key=key)
        edition.content_key = key


@transaction.atomic
def ask_for_pdf(*, edition: Edition, by) -> Job:
    """The job that makes the PDF of the present content: a finished one if that PDF is there."""
    refresh_content_key(edition)
    is_lost = stored_files.find(edition.content_key) is None
    audit.record(edition, "asked for the PDF", by=by)
    return jobs.enqueue(PDF_JOB, key=pdf_job_key(edition), args={"edition": edition.pk}, by=by, again=is_lost)


def plan_pdf(edition: Edition) -> None:
    """Have the PDF made if its content has none. What failed waits until somebody asks for it again."""
    if stored_files.find(edition.content_key) is not None:
        return
    known = Job.objects.filter(kind=PDF_JOB, key=pdf_job_key(edition)).first()
    if known is None or known.state == JobState.DONE:
        jobs.enqueue(PDF_JOB, key=pdf_job_key(edition), args={"edition": edition.pk}, again=True)


def make_pdf(*, edition: Edition, now, report) -> StoredFile:
    """Render the present content and keep the file. `report(percent, step)` is told how far it has come.

    Raises core.pdf.PdfError, also (worth another try) when the content changed while it was being collected.
    """
    report(5, made_files.Step.COLLECT)
    refresh_content_key(edition)
    key = edition.content_key
    source = pdf.edition_source(edition, made_on=timezone.localdate(now))
    if pdf.content_key(edition) != key:
        # Stored under the old key, the new text would pass for the old one when that is restored.
        raise core_pdf.PdfError(_("The text changed while it was being collected."), may_pass=True)
    data = made_files.laid_out(source, content_key=key, report=report)
    with transaction.atomic():
        name = f"green-customs-{edition.kind}-{edition.slug}.pdf"
        file = made_files.keep(data, content_key=key, file_name=name)
        EditionPdf.objects.update_or_create(file=file, defaults={"edition": edition, "made_at": now})
    return file


@transaction.atomic
def record_feedback(*, page: str, words: str, reply_to: str, by: User | None, now: datetime) -> Feedback:
    """Keep what somebody wrote; `by` is None for a visitor."""
    feedback = Feedback.objects.create(page=page, words=words, reply_to=reply_to, by=by, at=now)
    audit.record(feedback, "sent feedback", by=by)
    return feedback


@transaction.atomic
def answer_feedback(
    *, feedback: Feedback, state: FeedbackState, note: str, version: int, by: User, now: datetime
) -> Feedback:
    """Note what was done about it; a later note takes the place of this one.

    Raises ValidationError "changed_meanwhile"; nothing is changed then.
    """
    claim_version(feedback, version)
    before = {"state": feedback.state, "note": feedback.note}
    feedback.state, feedback.note, feedback.answered_by, feedback.answered_at = state, note, by, now
    feedback.save(update_fields=["state", "note", "answered_by", "answered_at"])
    audit.record(feedback, "answered feedback", by=by, before=before, after={"state": str(state), "note": note})
    return feedback
