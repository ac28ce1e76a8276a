"""Versions that were written for partners stay for them when the report is opened to the public."""

import pytest
from django.urls import reverse

from greencustoms.core.tests.sign_in import sign_in
from meetings.models import AgreedAction, Meeting
from meetings.services import report_versions, reports
from meetings.tests.factories import AgreedActionFactory, MeetingFactory
from meetings.tests.reading import text_of
from partners.tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def report():
    """For the partners only, with one action."""
    meeting = MeetingFactory(code="gci-2026-03", partners_only=True)
    AgreedActionFactory(meeting=meeting, text="What is confidential.")
    return meeting


def make_next_version(report, by, text):
    report.refresh_from_db()
    copy = report_versions.reopen_report(meeting=report, by=by, version=report.version, reason="A word was wrong.")
    AgreedAction.objects.filter(meeting=copy).update(text=text)
    copy.refresh_from_db()
    return reports.finalise_report(meeting=copy, by=by, version=copy.version)


def set_readers(report, by, visibility):
    report.refresh_from_db()
    reports.set_readers(meeting=report, by=by, version=report.version, visibility=visibility)


def address(name, *args):
    return reverse(name, args=["gci-2026-03", *args])


def test_visitors_read_of_an_opened_report_only_the_version_in_force(client, report, secretariat):
    make_next_version(report, secretariat, "What is open.")
    set_readers(report, secretariat, "public")

    statuses = [client.get(address("report_version", number)).status_code for number in (1, 2)]
    versions = text_of(client.get(address("report_versions")))
    compared = text_of(client.get(address("report_compare"), {"from": "1", "to": "2"}))

    assert statuses == [404, 200]
    assert ["Version 1" in versions, "Version 2" in versions] == [False, True]
    assert ("There is one version only." in compared, "confidential" in compared) == (True, False)


def test_partners_read_all_versions_and_are_told_which_are_theirs(client, report, secretariat):
    make_next_version(report, secretariat, "What is open.")
    set_readers(report, secretariat, "public")
    client.force_login(MembershipFactory().user)

    pages = [text_of(client.get(address("report_version", number))) for number in (1, 2)]

    assert ["For partners only" in page for page in pages] == [True, False]
    assert "Version 1 for partners only" in text_of(client.get(address("report_versions")))
    compared = text_of(client.get(address("report_compare"), {"from": "1", "to": "2"}))
    assert "1 place differs" in compared


def test_version_that_was_public_stays_so(client, report, secretariat):
    set_readers(report, secretariat, "public")
    for number in (2, 3):
        make_next_version(report, secretariat, f"As in version {number}.")

    assert [client.get(address("report_version", number)).status_code for number in (1, 2, 3)] == [200] * 3


def test_version_keeps_who_could_read_the_report_when_it_was_made_final(report, secretariat):
    set_readers(report, secretariat, "public")
    report.refresh_from_db()
    copy = report_versions.reopen_report(meeting=report, by=secretariat, version=report.version, reason="?")
    set_readers(report, secretariat, "partners")
    copy.refresh_from_db()

    version = reports.finalise_report(meeting=copy, by=secretariat, version=copy.version)

    assert (copy.visibility, version.content["visibility"]) == ("public", "partners")


def test_secretariat_is_told_what_stays_closed_before_it_opens_a_report(client, report, secretariat):
    sign_in(client, secretariat, mfa=True)
    page = address("desk_report_readers")
    assert "stay for them" not in text_of(client.get(page))

    make_next_version(report, secretariat, "What is open.")

    html = client.get(page).content.decode()
    assert "also when the report is public" in html
    assert [f'href="{address("report_version", number)}"' in html for number in (1, 2)] == [True, False]
    assert Meeting.objects.get().visibility == "partners"
