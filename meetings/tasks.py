"""Jobs of this room, and what it does every minute."""

from datetime import datetime

from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone

from greencustoms.core import jobs
from greencustoms.core.pdf import PdfError
from greencustoms.core.tick import every_tick

from .models import ReportVersion
from .services import pdfs


@jobs.job(pdfs.VERSION_PDF, queue="pdf")
def make_version_pdf(job):
    version = ReportVersion.objects.filter(pk=job.args["version"]).select_related("meeting").first()
    if version is None:
        raise jobs.JobFailed("This version of the report is no longer there.")
    return _done(lambda step: pdfs.make_version_pdf(version=version, now=timezone.now(), report_step=step), job)


@jobs.job(pdfs.PAGES_OF_TODAY, queue="pdf")
def make_pdf(job):
    return _done(lambda step: pdfs.make_pdf(order=pdfs.Order(**job.args), report_step=step), job)


def _done(make, job) -> dict:
    try:
        file = make(lambda percent, step: jobs.report(job, percent, step))
    except ObjectDoesNotExist as error:
        raise jobs.JobFailed("What this PDF was to show is no longer there.") from error
    except PdfError as error:
        raise jobs.JobFailed(str(error), try_again=error.may_pass) from error
    return {"file": file.pk, "pages": file.page_count}


@every_tick("PDFs of final reports")
def plan_version_pdfs(now: datetime) -> None:
    pdfs.plan_version_pdfs()


@every_tick("forget old PDFs")
def forget_old(now: datetime) -> None:
    pdfs.forget_old(now)
