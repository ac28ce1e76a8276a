"""PDFs of reports and of what became of what was agreed."""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from greencustoms.core import made_files, stored_files
from greencustoms.core.rate import rate_limited
from meetings import access
from meetings.choices import ReportState, Visibility
from meetings.services import pdfs
from partners.choices import Standing
from partners.models import Partner


class VersionForm(forms.Form):
    version = forms.IntegerField(required=False, min_value=1, max_value=9_999)


@login_not_required
@require_safe
@rate_limited("pdf", burst=20, per_hour=60)
def meeting_report_pdf(request, code):
    """The PDF of a final version, the newest unless ?version= names one; of a draft, as it stands now."""
    meeting = _meeting(request, code)
    form = VersionForm(request.GET)
    if not form.is_valid():
        raise Http404
    number = form.cleaned_data["version"]
    versions = access.versions_for(access.reading_level(request.user)).filter(meeting=meeting)
    versions = versions.order_by("-number").defer("content")
    version = versions.filter(number=number).first() if number else versions.first()
    if version is None:
        if number:
            raise Http404
        order = pdfs.order_of_report(meeting, level=access.reading_level(request.user))
        return _answer(request, order, title=_("The report is being made"), back=meeting, is_public=False)
    file = pdfs.pdf_of_version(version)
    if file is not None:
        return stored_files.response(request, file, is_public=version.is_open_to_all and _is_open_to_all(meeting))
    job = pdfs.job_of_version(version)
    return _wait(request, job, title=_("The report is being made"), back=meeting)


@login_not_required
@require_safe
@rate_limited("pdf", burst=20, per_hour=60)
def meeting_progress_pdf(request, code):
    """What became of the actions of a meeting, as of today."""
    meeting = _meeting(request, code)
    order = pdfs.order_of_progress(meeting, level=access.reading_level(request.user), now=timezone.now())
    title = _("The progress report is being made")
    return _answer(request, order, title=title, back=meeting, is_public=_is_open_to_all(meeting))


@login_not_required
@require_safe
@rate_limited("pdf", burst=20, per_hour=60)
def partner_progress_pdf(request, slug):
    """What an organisation did of all its shares, as of today."""
    standings = [Standing.PARTNER, Standing.SECRETARIAT]
    partner = get_object_or_404(Partner.objects.filter(standing__in=standings), slug=slug)
    order = pdfs.order_of_partner(partner, level=access.reading_level(request.user), now=timezone.now())
    title = _("The progress report is being made")
    return _answer(request, order, title=title, back=partner, is_public=order.level == access.PUBLIC)


def _meeting(request, code):
    return get_object_or_404(access.meetings_visible_to(request.user), code=code)


def _is_open_to_all(meeting) -> bool:
    return meeting.visibility == Visibility.PUBLIC and meeting.state == ReportState.FINAL


def _answer(request, order, *, title, back, is_public):
    file, job = pdfs.file_or_job(order)
    if file is not None:
        return stored_files.response(request, file, is_public=is_public)
    return _wait(request, job, title=title, back=back)


def _wait(request, job, *, title, back):
    return made_files.waiting_page(
        request, job, title=title, back_url=back.get_absolute_url(), back_words=_("Read it on the web")
    )
