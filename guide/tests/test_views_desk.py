import pytest
from django.urls import reverse
from django.utils import timezone

from greencustoms import roles
from greencustoms.core.choices import JobState
from greencustoms.core.models import Job
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in
from guide import services
from guide.tests.factories import EditionFactory, SectionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_root")]


@pytest.fixture
def edition():
    return SectionFactory(edition__slug="2026").edition


@pytest.fixture
def secretariat(client):
    user = UserFactory(totp=True, roles=[roles.SECRETARIAT])
    sign_in(client, user, mfa=True)
    return user


def job_for(edition, **fields):
    services.refresh_content_key(edition)
    fields = {"state": JobState.QUEUED, **fields}
    return Job.objects.create(
        kind=services.PDF_JOB, key=services.pdf_job_key(edition), args={"edition": edition.pk}, **fields
    )


def test_desk_is_for_those_who_publish_the_guide(client, edition):
    job = job_for(edition)
    addresses = [
        ("get", reverse("desk_guide")),
        ("post", reverse("desk_guide_pdf", args=[edition.pk])),
        ("get", reverse("desk_job", args=[job.pk])),
    ]

    assert [getattr(client, method)(address).status_code for method, address in addresses] == [302] * 3
    client.force_login(UserFactory())
    assert [getattr(client, method)(address).status_code for method, address in addresses] == [403] * 3


def test_get_makes_no_pdf(client, secretariat, edition):
    response = client.get(reverse("desk_guide_pdf", args=[edition.pk]))

    assert (response.status_code, response["Location"]) == (302, reverse("desk_guide"))


def test_button_starts_the_job_and_leads_to_its_page(
    client, secretariat, edition, no_rendering, django_capture_on_commit_callbacks
):
    assert "Make the PDF" in client.get(reverse("desk_guide")).content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(reverse("desk_guide_pdf", args=[edition.pk]))

    job = Job.objects.get()
    assert response.url == reverse("desk_job", args=[job.pk])
    assert job.asked_by == secretariat
    page = client.get(response.url).content.decode()
    assert "The PDF is ready." in page
    assert reverse("guide_pdf", args=["2026"]) in page


def test_button_of_a_finished_pdf_renders_nothing_again(
    client, secretariat, edition, no_rendering, django_capture_on_commit_callbacks
):
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse("desk_guide_pdf", args=[edition.pk]))

    assert len(no_rendering) == 1


def test_job_page_moves_with_and_without_javascript(client, secretariat, edition):
    job = job_for(edition, state=JobState.RUNNING, percent=15, step="lay out", heartbeat_at=timezone.now())
    address = reverse("desk_job", args=[job.pk])

    page = client.get(address).content.decode()
    fragment = client.get(address, headers={"HX-Request": "true"}).content.decode()

    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page
    for text in (page, fragment):
        assert '<progress max="100" value="15"' in text
        assert "Laying out the pages" in text
        assert f'hx-get="{address}"' in text
    assert "<html" not in fragment


def test_job_that_waits_says_so(client, secretariat, edition):
    assert "Waiting for its turn" in client.get(reverse("desk_job", args=[job_for(edition).pk])).content.decode()


def test_failed_job_says_why_and_stops_asking(client, secretariat, edition):
    job = job_for(edition, state=JobState.FAILED, error="Its text is nested too deeply.", finished_at=timezone.now())

    page = client.get(reverse("desk_job", args=[job.pk])).content.decode()

    assert "Its text is nested too deeply." in page
    assert "hx-get" not in page
    assert "http-equiv" not in page


def test_jobs_of_other_kinds_are_not_found(client, secretariat):
    job = Job.objects.create(kind="mail", key="1")

    assert client.get(reverse("desk_job", args=[job.pk])).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_desk_query_count_is_constant(rows, client, secretariat, no_rendering, django_assert_max_num_queries):
    for section in SectionFactory.create_batch(rows):
        services.make_pdf(edition=section.edition, now=timezone.now(), report=lambda *args: None)
        job_for(section.edition, state=JobState.DONE, finished_at=timezone.now())
    EditionFactory(flyer=True)
    client.get(reverse("desk_guide"))

    with django_assert_max_num_queries(12) as counted:
        client.get(reverse("desk_guide"))

    own = [query["sql"] for query in counted.captured_queries if "guide_" in query["sql"] or "core_job" in query["sql"]]
    assert len([sql for sql in own if "auth_permission" not in sql]) == 3
