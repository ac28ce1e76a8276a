"""Jobs of this room, and what it does every minute."""

from django.utils import timezone

from greencustoms.core import jobs, publication
from greencustoms.core.pdf import PdfError
from greencustoms.core.tick import every_tick

from . import services
from .models import Edition

# The version of the public content that each edition was last compared with, by this process.
_compared: dict[int, str] = {}


@jobs.job(services.PDF_JOB, queue="pdf")
def make_guide_pdf(job):
    edition = Edition.objects.filter(pk=job.args["edition"]).first()
    if edition is None:
        raise jobs.JobFailed("This edition is no longer there.")
    try:
        file = services.make_pdf(
            edition=edition,
            now=timezone.now(),
            report=lambda percent, step: jobs.report(job, percent, step),
        )
    except PdfError as error:
        raise jobs.JobFailed(str(error), try_again=error.may_pass) from error
    return {"file": file.pk, "pages": file.page_count}


@every_tick("guide PDFs")
def keep_pdfs_current(now):
    """A public edition whose content has no PDF gets one. Comparing means a rendering to HTML: only after changes."""
    for edition in Edition.objects.guides().public():
        version = publication.current_version()
        if not version or _compared.get(edition.pk) != version:
            services.refresh_content_key(edition)
            _compared[edition.pk] = version
        services.plan_pdf(edition)
