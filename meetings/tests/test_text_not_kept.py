"""What somebody wrote about a circulated report comes back, also where there is no form for it any more."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from meetings.choices import ReportState
from meetings.models import Attendance, Meeting, ReportComment
from meetings.reports.places import places_of
from meetings.services import report_comments
from meetings.tests.factories import AgreedActionFactory
from partners.tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return MembershipFactory()


@pytest.fixture
def report(member):
    """A circulated one on which the member is asked to comment."""
    meeting = AgreedActionFactory(meeting__draft=True, number=8, session__number=1).meeting
    Attendance.objects.create(meeting=meeting, partner=member.partner)
    Meeting.objects.filter(pk=meeting.pk).update(
        state=ReportState.CIRCULATED,
        circulated_at=timezone.now(),
        comments_until=timezone.localdate() + timedelta(days=7),
    )
    return Meeting.objects.get(pk=meeting.pk)


@pytest.fixture
def comment(report, member):
    return report_comments.comment_report(
        meeting=report, by=member.user, partner=member.partner, place="action-8", text="Say which."
    )


def is_shown(response, text="Late."):
    return f"readonly>{text}</textarea>" in response.content.decode().replace(">\n", ">")


@pytest.fixture
def late(member):
    return {"place": "report", "partner": member.partner_id, "text": "Late.", "version": 0}


def test_text_comes_back_when_the_report_was_taken_back(client, member, report, comment, late):
    url = reverse("report_comments", args=[report.code])
    urls = [url, reverse("report_comment_edit", args=[report.code, comment.pk]), "/meetings/never-was/comments/"]
    client.force_login(member.user)
    Meeting.objects.filter(pk=report.pk).update(state=ReportState.DRAFT)

    answers = [client.post(each, late) for each in urls]

    assert [(answer.status_code, is_shown(answer)) for answer in answers] == [(404, True)] * 3
    assert client.get(url).status_code == 404


def test_text_comes_back_when_the_report_is_final(client, member, report, late):
    client.force_login(member.user)
    Meeting.objects.filter(pk=report.pk).update(state=ReportState.FINAL)

    response = client.post(reverse("report_comments", args=[report.code]), late)

    assert (response.status_code, is_shown(response)) == (200, True)
    assert not ReportComment.objects.exists()


def test_text_comes_back_when_the_comment_goes_meanwhile(client, member, report, comment, monkeypatch):
    def withdrawn_meanwhile(**_values):
        ReportComment.objects.all().delete()
        raise ValidationError("Somebody was faster.", code="changed_meanwhile")

    monkeypatch.setattr(report_comments, "edit_comment", withdrawn_meanwhile)
    client.force_login(member.user)

    url = reverse("report_comment_edit", args=[report.code, comment.pk])
    response = client.post(url, {"version": 0, "text": "Say who."})

    assert (response.status_code, is_shown(response, "Say who.")) == (404, True)


def test_what_is_only_proposed_is_no_place_of_the_report(report):
    AgreedActionFactory(meeting=report, number=9, session=report.sessions.get(), stored_state="proposed")

    assert [place for place in places_of(report) if place.startswith("action")] == ["action-8"]
