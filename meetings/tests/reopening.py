"""A report reopened, and made final again, as the services do it."""

from meetings.models import ActionShare
from meetings.services import report_versions, reports


def reopen(meeting, by, reason="The owner was wrong."):
    meeting.refresh_from_db()
    return report_versions.reopen_report(meeting=meeting, by=by, version=meeting.version, reason=reason)


def finalise(meeting, by):
    meeting.refresh_from_db()
    return reports.finalise_report(meeting=meeting, by=by, version=meeting.version)


def share_of(slug, meeting):
    return ActionShare.objects.get(partner__slug=slug, deadline__action__meeting=meeting)
