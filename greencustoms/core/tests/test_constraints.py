"""Each constraint of the kernel, broken once."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from greencustoms.core.choices import JobState, MailState, MailStream
from greencustoms.core.models import Job, OutboundMail, SearchDocument, User

pytestmark = pytest.mark.django_db


def refuses(constraint, make):
    """Whether the database refuses the row. SQLite names columns or index, PostgreSQL the constraint."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        make()
    text = str(refusal.value)
    return constraint in text or "UNIQUE constraint failed" in text


def mail(**fields):
    return OutboundMail.objects.create(
        stream=MailStream.ACCOUNT, to_address="a@b.example", subject="s", body_text="t", **fields
    )


def test_two_accounts_cannot_share_an_address_in_any_case():
    User.objects.create(email="desk@office.example", name="One")

    assert refuses("user_email_unique_any_case", lambda: User.objects.create(email="Desk@Office.example", name="Two"))


def test_there_is_one_job_for_each_kind_and_key():
    Job.objects.create(kind="pdf", key="a")
    Job.objects.create(kind="pdf", key="b")
    Job.objects.create(kind="links", key="a")

    assert refuses("job_once_per_kind_and_key", lambda: Job.objects.create(kind="pdf", key="a"))


@pytest.mark.parametrize(
    ("state", "is_finished"),
    [(JobState.QUEUED, True), (JobState.RUNNING, True), (JobState.DONE, False), (JobState.FAILED, False)],
)
def test_job_has_its_end_when_it_is_finished_and_only_then(state, is_finished):
    end = timezone.now() if is_finished else None

    assert refuses(
        "job_finished_at_when_finished", lambda: Job.objects.create(kind="pdf", key="a", state=state, finished_at=end)
    )


def test_sent_mail_says_when():
    mail(key="a", message_id="<a@x>", state=MailState.SENT, sent_at=timezone.now())

    assert refuses("mail_sent_has_sent_at", lambda: mail(key="b", message_id="<b@x>", state=MailState.SENT))


@pytest.mark.parametrize("fields", [{"key": "a", "message_id": "<b@x>"}, {"key": "b", "message_id": "<a@x>"}])
def test_mail_has_a_key_and_a_message_id_of_its_own(fields):
    mail(key="a", message_id="<a@x>")

    assert refuses("core_outboundmail", lambda: mail(**fields))


def test_document_of_the_search_is_there_once():
    SearchDocument.objects.create(kind="course", key="a", title="One")
    SearchDocument.objects.create(kind="partner", key="a", title="Two")

    assert refuses("searchdocument_once", lambda: SearchDocument.objects.create(kind="course", key="a", title="Three"))
