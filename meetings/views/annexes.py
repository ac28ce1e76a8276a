"""The file of an annex, for those who may read its report."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from greencustoms.core import stored_files
from meetings import access
from meetings.choices import ReportState, Visibility


@login_not_required
@require_safe
def annex_file(request, code, number):
    """404 where the portal holds none. Kept by nobody on its way unless everyone may read the report."""
    meeting = get_object_or_404(access.meetings_visible_to(request.user), code=code)
    annex = get_object_or_404(meeting.annexes.select_related("file").exclude(file=None), number=number)
    is_public = meeting.visibility == Visibility.PUBLIC and meeting.state == ReportState.FINAL
    try:
        return stored_files.response(request, annex.file, is_public=is_public, as_attachment=True)
    except FileNotFoundError as error:
        raise Http404 from error
