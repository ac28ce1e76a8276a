"""PDFs of reports and progress: who gets them, when they are made, and that final ones stay as they are."""

import datetime

import pytest
from django.utils import timezone

from greencustoms import roles
from greencustoms.core import jobs, made_files, stored_files
from greencustoms.core import pdf as core_pdf
from greencustoms.core.choices import JobState
from greencustoms.core.models import Job, StoredFile
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in
from meetings import tasks
from meetings.models import ReportPdf, ReportVersion
from meetings.reports import snapshots
from meetings.services import pdfs
from meetings.tests.factories import MeetingFactory
from meetings.tests.reading import make_action
from partners.tests.factories import MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rendered(settings, tmp_path, monkeypatch):
    """No rendering: each PDF is one page, and what it was made of is kept here."""
    settings.STORED_FILES_ROOT = tmp_path / "files"
    sources = []

    def render(source, *, identifier):
        sources.append(source.html)
        return b"%PDF-" + identifier.encode()

    monkeypatch.setattr(core_pdf, "render", render)
    monkeypatch.setattr(made_files, "page_count", lambda data: 1)
    return sources


@pytest.fixture
def get(client, django_capture_on_commit_callbacks):
    """Ask for an address; jobs run at once. Gives the answer and its bytes."""

    def get(address, **options):
        with django_capture_on_commit_callbacks(execute=True):
            response = client.get(address, **options)
        # Read to its end: then the file is closed, but not this test's connection to the database.
        return response, b"".join(response) if response.streaming else response.content

    return get


def version_of(meeting, number=1):
    return ReportVersion.objects.create(
        meeting=meeting, number=number, content=snapshots.of(meeting), reason="" if number == 1 else "A correction."
    )


def addresses(meeting):
    return [f"{meeting.get_absolute_url()}{name}.pdf" for name in ("report", "progress")]


@pytest.mark.parametrize("name", ["report", "progress"])
def test_first_reader_waits_and_then_everybody_gets_the_same_file(name, get, rendered):
    meeting = MeetingFactory()
    version_of(meeting)
    address = f"{meeting.get_absolute_url()}{name}.pdf"

    waiting, page = get(address)
    answers = [get(address) for _ in range(2)]

    assert (waiting.status_code, waiting.headers["Retry-After"]) == (202, "5")
    assert b'<meta http-equiv="refresh" content="5">' in page
    assert b"is being made" in page
    assert [(response.status_code, response.headers["Content-Type"]) for response, _ in answers] == [
        (200, "application/pdf")
    ] * 2
    assert answers[0][1] == answers[1][1]
    assert len(rendered) == 1
    assert answers[0][0].headers["Cache-Control"] == "public, no-cache"
    assert get(address, headers={"if-none-match": answers[0][0].headers["ETag"]})[0].status_code == 304


def test_pdf_of_a_final_version_stays_when_the_template_changes(get, rendered, monkeypatch):
    version = version_of(MeetingFactory())
    address = addresses(version.meeting)[0]
    get(address)
    monkeypatch.setattr(core_pdf, "RENDERER", "another renderer")
    monkeypatch.setattr(made_files, "sheets", lambda name: ("p { color: red }",))

    get(address)
    tasks.plan_version_pdfs(timezone.now())

    assert len(rendered) == 1
    assert ReportPdf.objects.get().version == version


def test_both_versions_remain_downloadable_after_reopening(get):
    meeting = MeetingFactory(title="As it was")
    version_of(meeting)
    address = addresses(meeting)[0]
    get(address)
    meeting.title = "As it is now"
    version_of(meeting, number=2)
    get(address)

    files = {number: get(f"{address}?version={number}")[1] for number in (1, 2)}

    assert files[1] != files[2]
    assert get(address)[1] == files[2]
    assert [row.file.file_name for row in ReportPdf.objects.order_by("version__number")] == [
        f"{meeting.code}-report-1.pdf", f"{meeting.code}-report-2.pdf",
    ]  # fmt: skip


@pytest.mark.parametrize("version", ["0", "3", "x", "-1", "99999999999999999999"])
def test_version_that_is_not_there_is_a_404(version, get):
    meeting = MeetingFactory()
    version_of(meeting)

    assert get(f"{addresses(meeting)[0]}?version={version}")[0].status_code == 404


def test_lost_file_of_a_version_is_made_again(get, rendered, settings):
    version = version_of(MeetingFactory())
    address = addresses(version.meeting)[0]
    get(address)
    for path in settings.STORED_FILES_ROOT.rglob("*"):
        if path.is_file():
            path.unlink()

    assert get(address)[0].status_code == 202
    assert get(address)[0].status_code == 200
    assert (len(rendered), ReportPdf.objects.count()) == (2, 1)


def test_pdf_of_a_version_for_partners_stays_theirs_and_says_nothing_of_readers(client, get, rendered):
    meeting = MeetingFactory(partners_only=True)
    version_of(meeting)
    meeting.visibility = "public"
    meeting.save()
    version_of(meeting, number=2)
    address = f"{addresses(meeting)[0]}?version="

    assert [get(f"{address}{number}")[0].status_code for number in (1, 2)] == [404, 202]
    sign_in(client, MembershipFactory().user)
    get(f"{address}1")
    kept = [get(f"{address}{number}")[0].headers["Cache-Control"] for number in (1, 2)]
    assert kept == ["private, no-store", "public, no-cache"]
    assert [html for html in rendered if "partners only" in html] == []


def test_tick_makes_the_pdf_of_each_final_version_once(rendered, django_capture_on_commit_callbacks):
    version_of(MeetingFactory())
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            tasks.plan_version_pdfs(timezone.now())

    assert (len(rendered), ReportPdf.objects.count()) == (1, 1)


PEOPLE = {
    "anonymous": lambda: None,
    "stranger": UserFactory,
    "member": lambda: MembershipFactory().user,
    "reader": lambda: UserFactory(totp=True, roles=[roles.SECRETARIAT_READER]),
    "secretariat": lambda: UserFactory(totp=True, roles=[roles.SECRETARIAT]),
}


@pytest.mark.parametrize(
    ("facts", "allowed"),
    [
        ({}, set(PEOPLE)),
        ({"partners_only": True}, {"member", "reader", "secretariat"}),
        ({"state": "circulated", "comments_until": datetime.date(2030, 1, 1)}, {"member", "reader", "secretariat"}),
        ({"draft": True}, {"reader", "secretariat"}),
    ],
    ids=["public", "partners only", "circulated", "draft"],
)
def test_pdfs_are_for_those_who_may_read_the_report(facts, allowed, client, get):
    meeting = MeetingFactory(**facts)
    make_action(meeting=meeting)
    if meeting.state == "final":
        version_of(meeting)

    found = {}
    for name, person in PEOPLE.items():
        client.logout()
        if user := person():
            sign_in(client, user, mfa=True)
        for address in addresses(meeting):
            get(address)
            found.setdefault(get(address)[0].status_code, set()).add(name)

    assert found == {200: allowed} | ({404: set(PEOPLE) - allowed} if allowed != set(PEOPLE) else {})


@pytest.mark.parametrize("facts", [{"partners_only": True}, {"draft": True}])
def test_what_is_not_public_is_kept_nowhere_on_its_way(facts, client, get):
    meeting = MeetingFactory(**facts)
    if meeting.state == "final":
        version_of(meeting)
    sign_in(client, PEOPLE["secretariat"](), mfa=True)

    for address in addresses(meeting):
        get(address)
        response, _data = get(address)
        assert response.headers["Cache-Control"] == "private, no-store"
        assert "ETag" not in response.headers


def test_draft_says_so_and_changes_with_the_report(client, get, rendered):
    meeting = MeetingFactory(draft=True, title="Before")
    sign_in(client, PEOPLE["secretariat"](), mfa=True)
    get(addresses(meeting)[0])
    meeting.title = "After"
    meeting.save()
    get(addresses(meeting)[0])

    assert ["Before" in rendered[0], "After" in rendered[1]] == [True, True]
    assert all('data-header="' in html and "Draft of version 1" in html for html in rendered)
    assert not ReportPdf.objects.exists()


def test_progress_is_made_anew_on_another_day(get, rendered, time_machine):
    meeting = MeetingFactory()
    for day in ("2026-11-21 12:00", "2026-11-21 13:00", "2026-11-22 12:00"):
        time_machine.move_to(day)
        get(addresses(meeting)[1])

    assert len(rendered) == 2


def test_progress_of_a_partner_tells_partners_more_than_the_public(client, get, rendered):
    partner = PartnerFactory(slug="wco")
    for title, facts in [("Open to all", {}), ("For partners", {"meeting__partners_only": True})]:
        action = make_action(title=title, **facts)
        share = action.deadlines.first().shares.first()
        type(share).objects.filter(pk=share.pk).update(partner=partner)

    get("/partners/wco/progress.pdf")
    public, public_file = get("/partners/wco/progress.pdf")
    sign_in(client, MembershipFactory().user)
    get("/partners/wco/progress.pdf")
    private, private_file = get("/partners/wco/progress.pdf")

    assert [("Open to all" in html, "For partners" in html) for html in rendered] == [(True, False), (True, True)]
    assert public_file != private_file
    assert [response.headers["Cache-Control"] for response in (public, private)] == [
        "public, no-cache", "private, no-store",
    ]  # fmt: skip


@pytest.mark.parametrize("standing", ["group", "other"])
def test_group_has_no_progress_of_its_own(standing, get):
    PartnerFactory(slug="team", standing=standing)

    assert get("/partners/team/progress.pdf")[0].status_code == 404


def test_failure_is_told_in_plain_words_and_tried_again_later(get, monkeypatch, time_machine):
    meeting = MeetingFactory()

    def render(source, *, identifier):
        raise core_pdf.PdfError("Its text is nested too deeply.")

    monkeypatch.setattr(core_pdf, "render", render)
    time_machine.move_to("2026-11-21 12:00", tick=False)
    first, _page = get(addresses(meeting)[1])
    failed, page = get(addresses(meeting)[1])
    time_machine.move_to("2026-11-21 12:03", tick=False)
    again, _page = get(addresses(meeting)[1])

    assert [response.status_code for response in (first, failed, again)] == [202, 503, 202]
    assert b"Its text is nested too deeply." in page
    assert b'http-equiv="refresh"' not in page


def test_pdfs_of_a_day_are_forgotten_after_a_week_and_final_ones_never(get):
    meeting = MeetingFactory()
    version_of(meeting)
    for address in addresses(meeting):
        get(address)
    assert StoredFile.objects.count() == 2

    tasks.forget_old(timezone.now() + datetime.timedelta(days=6))
    assert StoredFile.objects.count() == 2
    tasks.forget_old(timezone.now() + datetime.timedelta(days=8))

    assert [row.pk for row in StoredFile.objects.all()] == [ReportPdf.objects.get().file_id]
    assert stored_files.is_whole(ReportPdf.objects.get().file)


@pytest.mark.parametrize(("kind", "args"), [(pdfs.VERSION_PDF, {"version": 0}), (pdfs.PAGES_OF_TODAY, None)])
def test_job_of_something_that_is_gone_says_so(kind, args):
    args = args or pdfs.Order("progress", 0, "public", "2026-11-21").args
    job = Job.objects.create(kind=kind, key="gone", args=args)

    jobs.run(job.pk)

    job.refresh_from_db()
    assert (job.state, "no longer there" in job.error) == (JobState.FAILED, True)


def test_download_of_a_final_version_costs_three_statements_and_its_limit(get, django_assert_num_queries):
    version = version_of(MeetingFactory())
    address = addresses(version.meeting)[0]
    get(address)

    # The meeting, its newest version, the file of it, and 2 for the limit.
    with django_assert_num_queries(3 + 2):
        get(address)


@pytest.mark.parametrize("rows", [1, 3])
def test_progress_query_count_is_constant(rows, get, django_assert_num_queries):
    meeting = MeetingFactory()
    for _ in range(rows):
        make_action(meeting=meeting)
    get(addresses(meeting)[1])

    # The meeting twice, its actions, their stages, the file, and 2 for the limit.
    with django_assert_num_queries(5 + 2):
        get(addresses(meeting)[1])


def test_asking_too_often_is_refused(get, settings):
    settings.RATE_LIMITS = True
    meeting = MeetingFactory()

    assert {get(addresses(meeting)[1])[0].status_code for _ in range(22)} == {202, 200, 429}
