"""Shares that ask a question: numbers, a file, or whom to ask."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from greencustoms import roles
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in
from greencustoms.core.uploads import CheckedFile
from meetings.choices import Progress, RequestKind
from meetings.models import AgreedAction, ShareAnswer
from meetings.rules.request_answers import AnswerRow, AnswerTable, cells_of, labels_of
from meetings.services import shares as services
from meetings.tests.factories import ActionShareFactory, DeadlineFactory
from meetings.tests.reading import text_of
from partners.tests.factories import MembershipFactory, PartnerFactory

LABELS = "paper copies\nUSB sticks"


@pytest.mark.parametrize(
    ("words", "labels"),
    [
        ("", ["How many?"]),
        (" paper copies \n\nUSB sticks\npaper copies", ["paper copies", "USB sticks"]),
    ],
)
def test_labels_are_lines_and_without_any_the_question(words, labels):
    assert labels_of(words, "How many?") == labels


def test_totals_leave_out_what_is_being_corrected():
    rows = [AnswerRow("A", (1, 2)), AnswerRow("B", (10, None)), AnswerRow("C", (100, 100), is_settled=False)]

    assert AnswerTable("How many?", "numbers", ["x", "y"], rows).totals == [11, 2]


def test_cells_follow_the_labels_asked_for():
    assert cells_of([["y", 2], ["gone", 3]], ["x", "y"]) == (None, 2)


@pytest.fixture
def member(db):
    return MembershipFactory()


@pytest.fixture
def stage(member):
    return DeadlineFactory(
        request_kind=RequestKind.NUMBERS, request_question="How many copies do you need?", request_labels=LABELS
    )


def ask(stage, kind, member):
    stage.request_kind = kind
    type(stage)._base_manager.filter(pk=stage.pk).update(request_kind=kind)
    return ActionShareFactory(deadline=stage, partner=member.partner)


def test_answering_with_numbers_reports_it_as_done(stage, member):
    share = ask(stage, RequestKind.NUMBERS, member)

    services.answer_request(
        share=share, by=member.user, version=0, numbers=[("paper copies", 120), ("USB sticks", 0)], note="By air."
    )

    share.refresh_from_db()
    answer = ShareAnswer.objects.get()
    assert (share.progress, share.what_was_done) == (Progress.DONE, "By air.")
    assert (answer.numbers, answer.answered_by) == ([["paper copies", 120], ["USB sticks", 0]], member.user)


@pytest.mark.parametrize("numbers", [[], [("paper copies", 1)], [("paper copies", -1), ("USB sticks", 0)]])
def test_each_label_needs_a_number_of_zero_or_more(numbers, stage, member):
    share = ask(stage, RequestKind.NUMBERS, member)

    with pytest.raises(ValidationError, match="whole number"):
        services.answer_request(share=share, by=member.user, version=0, numbers=numbers)

    assert not ShareAnswer.objects.exists()


def test_whom_to_ask_is_an_office_with_a_general_mailbox(stage, member):
    share = ask(stage, RequestKind.CONTACT, member)
    office = {"contact_office": "Publications office"}

    with pytest.raises(ValidationError, match="never that of a person"):
        services.answer_request(share=share, by=member.user, version=0, contact_email="j.smith@x.example", **office)
    with pytest.raises(ValidationError, match="not a person"):
        services.answer_request(share=share, by=member.user, version=0, contact_email="info@x.example")
    services.answer_request(share=share, by=member.user, version=0, contact_email="info@x.example", **office)

    answer = ShareAnswer.objects.get()
    assert (answer.contact_office, answer.contact_email) == ("Publications office", "info@x.example")


def test_correction_without_a_file_keeps_the_one_that_is_there(stage, member):
    share = ask(stage, RequestKind.FILE, member)
    file = CheckedFile("list.txt", "text/plain", b"twenty", None)

    with pytest.raises(ValidationError, match="file that was asked for"):
        services.answer_request(share=share, by=member.user, version=0)
    services.answer_request(share=share, by=member.user, version=0, file=file)
    services.answer_request(share=share, by=member.user, version=1, note="Twenty.")

    answer = ShareAnswer.objects.get()
    assert (answer.file.file_name, answer.note) == ("list.txt", "Twenty.")


def test_a_question_is_answered_and_a_deed_is_reported(stage, member):
    question, deed = ask(stage, RequestKind.NUMBERS, member), ActionShareFactory(partner=member.partner)

    with pytest.raises(ValidationError, match="asks a question"):
        services.report_done(share=question, by=member.user, version=0, what_was_done="All.")
    with pytest.raises(ValidationError, match="asks no question"):
        services.answer_request(share=deed, by=member.user, version=0)


def test_declining_takes_the_answer_away_and_the_history_keeps_it(stage, member):
    share = ask(stage, RequestKind.CONTACT, member)
    services.answer_request(
        share=share, by=member.user, version=0, contact_office="Office", contact_email="info@x.example"
    )
    services.take_back_report(share=share, by=member.user, version=1)

    services.decline_share(share=share, by=member.user, version=2, reason="Not ours.")

    assert not ShareAnswer.objects.exists()
    assert ShareAnswer.history.filter(history_type="-").count() == 1


def test_answer_to_a_flagged_action_needs_evidence(stage, member):
    share = ask(stage, RequestKind.NUMBERS, member)
    AgreedAction._base_manager.filter(pk=stage.action_id).update(is_flagged=True)
    share.refresh_from_db()
    numbers = [("paper copies", 1), ("USB sticks", 0)]

    with pytest.raises(ValidationError, match="evidence"):
        services.answer_request(share=share, by=member.user, version=0, numbers=numbers)
    services.answer_request(
        share=share, by=member.user, version=0, numbers=numbers, evidence_url="https://example.org/list"
    )

    assert (share.progress, share.evidence_url) == (Progress.DONE, "https://example.org/list")


# --- Pages ---


def test_form_asks_for_evidence_of_a_flagged_action(stage, member, client):
    share = ask(stage, RequestKind.NUMBERS, member)
    AgreedAction._base_manager.filter(pk=stage.action_id).update(is_flagged=True)
    client.force_login(member.user)
    url = share.get_absolute_url()
    data = {"act": "answer", "answer-version": 0, "answer-number_0": "12", "answer-number_1": "3"}

    refused = client.post(url, data)
    taken = client.post(url, {**data, "answer-evidence_url": "https://example.org/list"})

    assert (refused.status_code, taken.status_code) == (200, 302)
    share.refresh_from_db()
    assert share.evidence_url == "https://example.org/list"
    assert 'value="https://example.org/list"' in client.get(url).content.decode()


def test_form_asks_one_number_for_each_label(stage, member, client):
    share = ask(stage, RequestKind.NUMBERS, member)
    client.force_login(member.user)
    url = share.get_absolute_url()
    data = {"act": "answer", "answer-version": 0, "answer-number_0": "12", "answer-number_1": "-3"}

    page = client.get(url)
    refused = client.post(url, data)
    taken = client.post(url, {**data, "answer-number_1": "3"})

    words = text_of(page)
    assert [words.count(label) for label in ("paper copies", "USB sticks", "Report as done")] == [1, 1, 0]
    assert (refused.status_code, 'value="12"' in refused.content.decode()) == (200, True)
    assert taken.status_code == 302
    assert ShareAnswer.objects.get().numbers == [["paper copies", 12], ["USB sticks", 3]]


def test_file_comes_back_to_partners_only(stage, member, client):
    share = ask(stage, RequestKind.FILE, member)
    action = stage.action
    client.force_login(member.user)
    file = SimpleUploadedFile("numbers.txt", b"twenty copies")
    sent = client.post(share.get_absolute_url(), {"act": "answer", "answer-version": 0, "answer-file": file})
    url = f"{action.get_absolute_url()}answers/{share.pk}/"

    own = client.get(url)
    assert sent.status_code == 302
    assert (b"".join(own.streaming_content), own.headers["Cache-Control"]) == (b"twenty copies", "private, no-store")
    assert own.headers["Content-Disposition"].startswith("attachment")
    assert client.get(f"{action.get_absolute_url()}answers/{10**30}/").status_code == 404
    client.force_login(UserFactory())
    assert client.get(url).status_code == 404
    client.logout()
    assert client.get(url).status_code == 302


def test_action_page_shows_all_answers_with_totals_to_partners_only(stage, member, client):
    share = ask(stage, RequestKind.NUMBERS, member)
    ActionShareFactory(deadline=stage, partner=PartnerFactory(acronym="SILENT"))
    services.answer_request(share=share, by=member.user, version=0, numbers=[("paper copies", 4711), ("USB sticks", 2)])
    url = stage.action.get_absolute_url()

    assert "4711" not in client.get(url).content.decode()
    sign_in(client, UserFactory(totp=True, roles=[roles.SECRETARIAT]), mfa=True)
    words = text_of(client.get(url))
    assert words.count("4711") == 2
    assert "Not answered yet: SILENT" in words
