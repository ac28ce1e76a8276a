"""Mails are put in once for each reason, and made of templates."""

from datetime import date

import pytest
from django.template import TemplateDoesNotExist

from greencustoms.core import mail
from greencustoms.core.choices import MailState, MailStream
from greencustoms.core.mail import Draft, outbox
from greencustoms.core.models import OutboundMail

from .factories import UserFactory
from .mail_server import put

pytestmark = pytest.mark.django_db

DAY = date(2027, 5, 3)


@pytest.fixture
def bells(monkeypatch):
    """One entry for each message to the broker."""
    rung = []
    monkeypatch.setattr(outbox, "ring", lambda: rung.append("ring"))
    return rung


def drafts(count, **changes):
    for number in range(count):
        yield Draft(
            f"key{number}", MailStream.ACCOUNT, f"a{number}@office.example", f"Subject {number}", "Text", **changes
        )


def test_mail_is_put_in_once_for_each_key(server):
    first = put("one")
    second = put("one")

    assert first == second
    assert OutboundMail.objects.count() == 1


def test_many_mails_are_put_in_with_few_statements(server, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        rows = mail.enqueue_many(drafts(450))

    assert [row.key for row in rows] == [f"key{number}" for number in range(450)]
    stored = dict(OutboundMail.objects.values_list("pk", "message_id"))
    assert {row.pk: row.message_id for row in rows} == stored
    assert len(set(stored.values())) == 450


def test_one_message_to_the_broker_stands_for_two_hundred_mails(
    server, bells, django_capture_on_commit_callbacks, settings
):
    with django_capture_on_commit_callbacks(execute=True):
        mail.enqueue_many(drafts(401))
    assert len(bells) == 3

    with django_capture_on_commit_callbacks(execute=True):
        mail.enqueue_many(drafts(401))
    assert len(bells) == 3

    settings.MAIL_STAYS_HERE = True
    with django_capture_on_commit_callbacks(execute=True):
        mail.enqueue_many([Draft("kept", MailStream.ACCOUNT, "a@office.example", "Subject", "Text")])
    assert len(bells) == 3


def test_nothing_is_rung_for_before_the_commit(server, bells, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks():
        put("one")
        assert bells == []


def test_broker_that_is_away_is_only_logged(server, monkeypatch, caplog, django_capture_on_commit_callbacks):
    from greencustoms.core import tasks

    def away(*args):
        raise OSError("no broker")

    monkeypatch.setattr(tasks.send_mail, "delay", away)

    with django_capture_on_commit_callbacks(execute=True):
        row = put("one")

    assert row.state == MailState.PENDING
    assert "the broker did not take the message (no broker)" in caplog.text


def test_keys_that_exist_and_second_digests_of_a_day_are_left_out(server):
    person = UserFactory()
    digest = Draft("first", MailStream.DIGEST, person.email, "1 action", "Text", recipient=person, local_day=DAY)
    mail.enqueue_many([digest])

    again = [
        Draft("first", MailStream.ACCOUNT, "other@office.example", "Subject", "Text"),
        Draft("second", MailStream.DIGEST, person.email, "2 actions", "Text", recipient=person, local_day=DAY),
        Draft("third", MailStream.WORK, person.email, "Asked", "Text", recipient=person, local_day=DAY),
    ]

    assert [row.key for row in mail.enqueue_many(again)] == ["third"]
    assert list(OutboundMail.objects.order_by("pk").values_list("key", flat=True)) == ["first", "third"]


def test_draft_becomes_the_row_it_describes(server):
    person = UserFactory()
    draft = Draft("a", MailStream.DIGEST, person.email, "Two\n lines", "Text", "<p>Text</p>", person, DAY, True, "0123")

    [row] = mail.enqueue_many([draft])

    row.refresh_from_db()
    assert (row.subject, row.body_text, row.body_html) == ("Two lines", "Text", "<p>Text</p>")
    assert (row.recipient, row.local_day, row.is_last_chance, row.content_key) == (person, DAY, True, "0123")
    assert (row.state, row.to_address) == (MailState.PENDING, person.email)


@pytest.fixture
def templates(settings):
    """The templates of a mail named "trial", held in memory."""
    texts = {"trial_subject.txt": "\nAbout\n  {{ what }}\n", "trial_body.txt": "\n{{ what }} of {{ site_name }}\n\n"}
    loaders = [("django.template.loaders.locmem.Loader", texts)]
    settings.TEMPLATES = [
        {"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {"loaders": loaders}}
    ]
    return texts


def render():
    row = mail.render_and_enqueue(
        "trial",
        {"what": "a course"},
        key="a",
        stream=MailStream.ACCOUNT,
        to_address="a@b.example",
        subject_prefix="[GC] ",
    )
    return row.subject, row.body_text, row.body_html


def test_mail_is_made_of_its_templates(templates):
    templates["trial_body.html"] = "<p>{{ what }}</p>"

    assert render() == ("[GC] About a course", "a course of Green Customs\n", "<p>a course</p>")
    assert mail.render("trial", {"what": "x"}) == mail.Rendered("About x", "x of Green Customs\n", "<p>x</p>")


def test_mail_without_html_is_text_alone(templates):
    assert render() == ("[GC] About a course", "a course of Green Customs\n", "")


def test_mail_whose_html_lacks_a_part_is_not_sent_as_text(templates):
    templates["trial_body.html"] = '{% include "no-such.html" %}'

    with pytest.raises(TemplateDoesNotExist):
        render()
