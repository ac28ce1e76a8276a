"""How the PDF of each edition stands."""

from dataclasses import dataclass

from greencustoms.core.choices import JobState
from greencustoms.core.models import Job

from . import services
from .models import Edition, EditionPdf, EditionQuerySet


@dataclass(frozen=True)
class PdfState:
    """An edition, the PDF on offer, whether it holds the present text, and the job for the present text."""

    edition: Edition
    pdf: EditionPdf | None
    is_current: bool
    job: Job | None

    @property
    def is_being_made(self) -> bool:
        return self.job is not None and not self.job.is_finished

    @property
    def has_failed(self) -> bool:
        return self.job is not None and self.job.state == JobState.FAILED


def pdf_states(editions: EditionQuerySet) -> list[PdfState]:
    """In three queries, however many editions there are."""
    editions = list(editions)
    pdfs: dict[int, EditionPdf] = {}
    for pdf in EditionPdf.objects.filter(edition__in=editions).on_offer():
        pdfs.setdefault(pdf.edition_id, pdf)
    keys = [services.pdf_job_key(edition) for edition in editions]
    jobs = {job.key: job for job in Job.objects.filter(kind=services.PDF_JOB, key__in=keys)}
    return [
        PdfState(
            edition=edition,
            pdf=pdfs.get(edition.pk),
            is_current=edition.pk in pdfs and pdfs[edition.pk].file.content_key == edition.content_key,
            job=jobs.get(services.pdf_job_key(edition)),
        )
        for edition in editions
    ]
