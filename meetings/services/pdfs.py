"""The PDFs of this room: asked for, made by a job, kept for ever (final versions) or for a week (all else)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from greencustoms.core import made_files, stored_files, time_zones
from greencustoms.core.models import Job, StoredFile
from greencustoms.core.pdf import PdfSource
from meetings import access, deadlines
from meetings.choices import ReportState, Visibility
from meetings.models import Meeting, ReportPdf, ReportVersion
from meetings.pdf import progress, report
from meetings.reports import snapshots
from partners.models import Partner

VERSION_PDF = "report-version-pdf"
PAGES_OF_TODAY = "meeting-pdf-of-today"
KEPT_FOR = timedelta(days=7)
MOST_PLANNED = 5


@dataclass(frozen=True)
class Order:
    """A PDF of what stands in the rows now, in words that a job can carry: what, of which row, read by whom, when."""

    what: str  # draft, progress or partner
    pk: int
    level: str
    day: str

    @property
    def args(self) -> dict:
        return {"what": self.what, "pk": self.pk, "level": self.level, "day": self.day}


# --- Final versions: made once, from the words that the version keeps ---


def pdf_of_version(version: ReportVersion) -> StoredFile | None:
    made = ReportPdf.objects.filter(version=version).select_related("file").first()
    return made.file if made and stored_files.is_whole(made.file) else None


def job_of_version(version: ReportVersion) -> Job:
    return made_files.job_for(VERSION_PDF, key=str(version.pk), args={"version": version.pk})


def plan_version_pdfs() -> None:
    """Have the PDF of each final version made soon after it came about. What failed waits until somebody asks."""
    jobs = Job.objects.filter(kind=VERSION_PDF).values_list("key", flat=True)
    waiting = ReportVersion.objects.filter(pdf=None).order_by("-pk").values_list("pk", flat=True)
    known = set(jobs) if (keys := list(waiting[: MOST_PLANNED * 20])) else set()
    for pk in [pk for pk in keys if str(pk) not in known][:MOST_PLANNED]:
        made_files.job_for(VERSION_PDF, key=str(pk), args={"version": pk})


def make_version_pdf(*, version: ReportVersion, now: datetime, report_step) -> StoredFile:
    """Raises core.pdf.PdfError. A PDF that is there stays as it is, whatever the templates look like by now."""
    known = pdf_of_version(version)
    if known is not None:
        return known
    report_step(5, made_files.Step.COLLECT)
    # Not for whom: that may change, and the file stays.
    source = report.report_source(version.content)
    lost = ReportPdf.objects.filter(version=version).select_related("file").first()
    key = lost.file.content_key if lost else made_files.content_key(source, VERSION_PDF, str(version.pk))
    data = made_files.laid_out(source, content_key=key, report=report_step)
    name = f"{version.meeting.code}-report-{version.number}.pdf"
    with transaction.atomic():
        file = made_files.keep(data, content_key=key, file_name=name)
        ReportPdf.objects.get_or_create(version=version, defaults={"file": file, "made_at": now})
    return file


# --- What stands in the rows now: drafts and progress, kept for a week ---


def order_of_report(meeting: Meeting, *, level: str) -> Order:
    return Order("draft", meeting.pk, level, "")


def order_of_progress(meeting: Meeting, *, level: str, now: datetime) -> Order:
    """A public report reads the same for everyone, so that one PDF serves all."""
    is_public = meeting.visibility == Visibility.PUBLIC and meeting.state == ReportState.FINAL
    today = time_zones.day_in(meeting.time_zone, now)
    return Order("progress", meeting.pk, access.PUBLIC if is_public else level, today.isoformat())


def order_of_partner(partner: Partner, *, level: str, now: datetime) -> Order:
    """What is not final is nobody's duty yet: those who see drafts read what partners read."""
    level = access.PUBLIC if level == access.PUBLIC else access.PARTNERS
    return Order("partner", partner.pk, level, timezone.localdate(now).isoformat())


def file_or_job(order: Order) -> tuple[StoredFile | None, Job | None]:
    """The PDF of the present content, or the job that makes it."""
    source, _name = source_of(order)
    key = key_of(order, source)
    file = stored_files.find(key)
    return (file, None) if file else (None, made_files.job_for(PAGES_OF_TODAY, key=key, args=order.args))


def make_pdf(*, order: Order, report_step) -> StoredFile:
    """Of the content as it is now, under the key of that content. Raises core.pdf.PdfError, or DoesNotExist."""
    report_step(5, made_files.Step.COLLECT)
    source, name = source_of(order)
    key = key_of(order, source)
    data = made_files.laid_out(source, content_key=key, report=report_step)
    return made_files.keep(data, content_key=key, file_name=name)


def key_of(order: Order, source: PdfSource) -> str:
    """Who may read it is part of the key: a file for partners is never found for somebody else."""
    return made_files.content_key(source, PAGES_OF_TODAY, order.what, str(order.pk), order.level, order.day)


def source_of(order: Order) -> tuple[PdfSource, str]:
    """What the PDF is made of, and its file name. Raises DoesNotExist when the row is gone."""
    if order.what == "partner":
        partner = Partner.objects.get(pk=order.pk)
        source = progress.partner_source(partner, access.actions_for(order.level), today=date.fromisoformat(order.day))
        return source, f"{partner.slug}-progress-{order.day}.pdf"
    meeting = Meeting.objects.get(pk=order.pk)
    if order.what == "draft":
        is_for_partners = meeting.visibility != Visibility.PUBLIC or meeting.state != ReportState.FINAL
        source = report.report_source(
            snapshots.of(meeting), draft_words=draft_words(meeting), is_for_partners=is_for_partners
        )
        return source, f"{meeting.code}-draft.pdf"
    actions = access.actions_to_read_for(order.level).filter(meeting=meeting)
    source = progress.meeting_source(meeting, actions, today=date.fromisoformat(order.day))
    return source, f"{meeting.code}-progress-{order.day}.pdf"


def draft_words(meeting: Meeting) -> str:
    """What stands in every header of a report that is not final; nothing for a final one."""
    with translation.override(settings.LANGUAGE_CODE):
        if meeting.state == ReportState.CIRCULATED and meeting.comments_until:
            words = _("Draft of version %(number)s, for comments until %(day)s")
            return words % {"number": meeting.report_version, "day": deadlines.long_day(meeting.comments_until)}
        if meeting.state != ReportState.FINAL:
            return _("Draft of version %(number)s") % {"number": meeting.report_version}
        return ""


def forget_old(now: datetime) -> None:
    made_files.forget([PAGES_OF_TODAY], finished_before=now - KEPT_FOR)
