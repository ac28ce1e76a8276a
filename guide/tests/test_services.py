import pytest
from django.utils import timezone

from greencustoms.core import jobs, stored_files
from greencustoms.core import pdf as core_pdf
from greencustoms.core.choices import JobState
from greencustoms.core.models import AuditEvent, Job, StoredFile
from greencustoms.core.tests.factories import UserFactory
from guide import services, tasks
from guide.models import Edition, EditionPdf
from guide.states import pdf_states
from guide.tests.factories import EditionFactory, SectionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_root")]


@pytest.fixture(autouse=True)
def nothing_compared(monkeypatch):
    monkeypatch.setattr(tasks, "_compared", {})


@pytest.fixture
def edition():
    return SectionFactory().edition


@pytest.fixture
def tick(django_capture_on_commit_callbacks):
    def tick():
        with django_capture_on_commit_callbacks(execute=True):
            tasks.keep_pdfs_current(timezone.now())

    return tick


def test_tick_makes_the_pdf_of_new_content_once(edition, no_rendering, tick):
    tick()
    tick()

    edition.refresh_from_db()
    assert no_rendering == [edition.content_key]
    pdf = edition.pdfs.get()
    assert (pdf.file.content_key, pdf.file.page_count) == (edition.content_key, 1)
    assert pdf.file.file_name == f"green-customs-guide-{edition.slug}.pdf"
    assert Job.objects.get().result == {"file": pdf.file.pk, "pages": 1}


def test_tick_makes_a_new_pdf_when_a_section_changed_and_keeps_the_old_one(edition, no_rendering, tick):
    tick()
    edition.sections.update(body="Other words.")
    tasks._compared.clear()
    tick()

    edition.refresh_from_db()
    assert len(no_rendering) == 2
    assert edition.pdfs.count() == 2
    assert edition.pdfs.on_offer().first().file.content_key == edition.content_key


def test_pdf_of_a_text_that_changes_meanwhile_is_not_stored(edition, no_rendering, monkeypatch):
    collect = services.pdf.edition_source

    def collect_while_somebody_saves(edition, *, made_on):
        if made_on is not None:
            edition.sections.update(body="Words of the last second.")
        return collect(edition, made_on=made_on)

    monkeypatch.setattr(services.pdf, "edition_source", collect_while_somebody_saves)

    with pytest.raises(core_pdf.PdfError, match="changed while") as caught:
        services.make_pdf(edition=edition, now=timezone.now(), report=lambda *args: None)

    assert caught.value.may_pass
    assert (no_rendering, StoredFile.objects.count()) == ([], 0)


def test_tick_makes_a_lost_file_again(edition, no_rendering, tick, files_root):
    tick()
    for path in files_root.rglob("*"):
        if path.is_file():
            path.unlink()
    tick()

    edition.refresh_from_db()
    assert len(no_rendering) == 2
    assert stored_files.find(edition.content_key) is not None
    assert edition.pdfs.count() == 1


def test_tick_leaves_drafts_and_flyers_alone(no_rendering, tick):
    SectionFactory(edition=EditionFactory(draft=True))
    SectionFactory(edition=EditionFactory(flyer=True))

    tick()

    assert no_rendering == []


def test_tick_does_not_repeat_what_failed(edition, monkeypatch, tick):
    asked = []

    def render(source, *, identifier):
        asked.append(identifier)
        raise core_pdf.PdfError("Its text is nested too deeply.")

    monkeypatch.setattr(core_pdf, "render", render)
    tick()
    tick()

    job = Job.objects.get()
    assert len(asked) == 1
    assert (job.state, job.error) == (JobState.FAILED, "Its text is nested too deeply.")


def test_rendering_that_took_too_long_is_tried_again(edition, monkeypatch, tick):
    def render(source, *, identifier):
        raise core_pdf.PdfError("The PDF took too long and was stopped.", may_pass=True)

    monkeypatch.setattr(core_pdf, "render", render)
    tick()

    assert Job.objects.get().state == JobState.QUEUED


def test_asking_for_a_pdf_that_is_there_renders_nothing(edition, no_rendering, django_capture_on_commit_callbacks):
    user = UserFactory()
    asked = []
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            asked.append(services.ask_for_pdf(edition=edition, by=user))

    assert asked[0] == asked[1]
    assert len(no_rendering) == 1
    assert Job.objects.get().state == JobState.DONE
    assert list(AuditEvent.objects.values_list("did", "by")) == [("asked for the PDF", user.pk)] * 2


def test_asking_after_a_failure_tries_again(edition, no_rendering, django_capture_on_commit_callbacks):
    services.refresh_content_key(edition)
    Job.objects.create(
        kind=services.PDF_JOB, key=services.pdf_job_key(edition), state=JobState.FAILED, finished_at=timezone.now()
    )

    with django_capture_on_commit_callbacks(execute=True):
        services.ask_for_pdf(edition=edition, by=UserFactory())

    assert Job.objects.get().state == JobState.DONE


def test_job_of_an_edition_that_is_gone_says_so():
    job = Job.objects.create(kind=services.PDF_JOB, key="gone", args={"edition": 0})

    jobs.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, "This edition is no longer there.")


def test_making_reports_every_step(edition, no_rendering):
    steps = []

    services.make_pdf(
        edition=edition, now=timezone.now(), report=lambda percent, step: steps.append((percent, str(step)))
    )

    assert steps == [(5, "collect"), (15, "lay out"), (90, "store")]


def test_making_twice_leaves_one_file(edition, no_rendering):
    for _ in range(2):
        services.make_pdf(edition=edition, now=timezone.now(), report=lambda *args: None)

    assert (StoredFile.objects.count(), EditionPdf.objects.count()) == (1, 1)


def test_states_tell_current_old_failed_and_missing_pdfs_apart(no_rendering):
    current, old, failed, missing = (SectionFactory().edition for _ in range(4))
    for edition in (current, old):
        services.make_pdf(edition=edition, now=timezone.now(), report=lambda *args: None)
    Edition.objects.filter(pk=old.pk).update(content_key="f" * 64)
    services.refresh_content_key(failed)
    Job.objects.create(
        kind=services.PDF_JOB, key=services.pdf_job_key(failed), state=JobState.FAILED, finished_at=timezone.now()
    )

    states = {state.edition: state for state in pdf_states(Edition.objects.guides())}

    assert {
        edition: (s.pdf is not None, s.is_current, s.has_failed, s.is_being_made) for edition, s in states.items()
    } == {
        current: (True, True, False, False),
        old: (True, False, False, False),
        failed: (False, False, True, False),
        missing: (False, False, False, False),
    }
