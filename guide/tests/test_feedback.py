import gzip
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from greencustoms import roles
from greencustoms.core import open_forms
from greencustoms.core.models import AuditEvent, RateBucket
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in
from guide import services
from guide.choices import FeedbackState
from guide.feedback_pages import own_path
from guide.models import Feedback

from .factories import FeedbackFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretariat(client):
    user = UserFactory(totp=True, roles=[roles.SECRETARIAT])
    sign_in(client, user, mfa=True)
    return user


def send(client, seconds=20, **fields):
    shown = open_forms.stamp(timezone.now() - timedelta(seconds=seconds))
    return client.post(reverse("feedback"), {"words": "A tusk is missing.", "shown": shown, **fields})


def answer(client, feedback, **fields):
    data = {"state": "answered", "note": "Added.", "version": feedback.version, **fields}
    return client.post(feedback.get_absolute_url(), data)


# --- What is stored ---


@pytest.mark.parametrize("page", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "hs/"])
def test_page_is_a_path(page):
    with pytest.raises(IntegrityError):
        FeedbackFactory(page=page)


def test_feedback_has_words():
    with pytest.raises(IntegrityError):
        FeedbackFactory(words="")


@pytest.mark.parametrize(
    "fields", [{"state": "answered", "note": "x"}, {"answered_at": timezone.now()}, {"state": "closed"}]
)
def test_answer_has_its_day_and_person(fields):
    with pytest.raises(IntegrityError):
        FeedbackFactory(**fields)


def test_new_feedback_has_no_answerer():
    with pytest.raises(IntegrityError):
        FeedbackFactory(answered=True, state=FeedbackState.NEW)


def test_answered_feedback_says_what_was_done():
    with pytest.raises(IntegrityError):
        FeedbackFactory(answered=True, note="")


def test_waiting_is_what_nobody_has_dealt_with():
    waiting = FeedbackFactory()
    FeedbackFactory(answered=True)
    FeedbackFactory(answered=True, state=FeedbackState.CLOSED, note="")

    assert list(Feedback.objects.waiting()) == [waiting]


def test_feedback_outlives_the_account_of_its_sender():
    feedback = FeedbackFactory(by=UserFactory())

    feedback.by.delete()

    assert Feedback.objects.get().by is None


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/hs/0507.10/", "/hs/0507.10/"),
        ("/hs/0507.10", "/hs/0507.10/"),
        (" /courses/?language=fr#list ", "/courses/"),
        ("http://testserver/guide/2026/cites/", "/guide/2026/cites/"),
        ("/", "/"),
        ("/enforcement/indicators/GCI-RI-1/", "/enforcement/"),
        ("/accounts/invitation/a:secret:link/", "/accounts/"),
        ("/desk/access/7/revoke/", "/desk/access/"),
        ("/hs/%C3%A9/", "/hs/é/"),
    ],
)
def test_own_path_keeps_what_may_be_kept(text, path):
    assert own_path(text, host="testserver") == path


@pytest.mark.parametrize(
    "text",
    ["", "hs", "/no/such/page/", "https://evil.example/hs/", "//evil.example/hs/", "/%2Fevil.example/", "http://[",
     "javascript:alert(1)", "ftp://testserver/hs/", "/hs/%00/", "/hs/%0a/", "/hs/" + "9" * 300 + "/",
     "http://user@testserver/hs/"],
)  # fmt: skip
def test_own_path_refuses_anything_else(text):
    with pytest.raises(ValueError):
        own_path(text, host="testserver")


# --- Services ---


def test_recording_leaves_the_words_out_of_the_audit_log():
    feedback = services.record_feedback(page="/hs/", words="Secret", reply_to="", by=None, now=timezone.now())

    event = AuditEvent.objects.get()
    assert (event.did, event.by, event.words) == ("sent feedback", None, f"{feedback.reference} /hs/")


def test_answer_is_kept_with_its_person_and_day():
    feedback, by, now = FeedbackFactory(), UserFactory(), timezone.now()

    services.answer_feedback(feedback=feedback, state=FeedbackState.ANSWERED, note="Added.", version=0, by=by, now=now)

    feedback.refresh_from_db()
    assert (feedback.state, feedback.note, feedback.answered_by, feedback.answered_at, feedback.version) == (
        "answered", "Added.", by, now, 1,
    )  # fmt: skip
    assert AuditEvent.objects.get().after == {"state": "answered", "note": "Added."}


def test_answer_to_an_older_version_changes_nothing():
    feedback = FeedbackFactory(answered=True, version=3)

    with pytest.raises(ValidationError) as refusal:
        services.answer_feedback(
            feedback=feedback, state=FeedbackState.CLOSED, note="", version=2, by=UserFactory(), now=timezone.now()
        )

    assert refusal.value.code == "changed_meanwhile"
    assert Feedback.objects.get().note == "The row was added."
    assert not AuditEvent.objects.exists()


# --- The form ---


def test_visitor_sends_feedback_and_reads_its_number(client):
    response = send(client, page="/hs/0507.10/", reply_to="office@customs.example")

    row = Feedback.objects.get()
    assert (row.page, row.words, row.reply_to, row.by, row.state) == (
        "/hs/0507.10/", "A tusk is missing.", "office@customs.example", None, "new",
    )  # fmt: skip
    assert response.status_code == 302
    assert row.reference in client.get(response["Location"]).content.decode()
    assert "sessionid" not in client.cookies


def test_account_of_the_sender_is_kept(client):
    user = UserFactory()
    client.force_login(user)
    page = client.get(reverse("feedback"))

    send(client)

    assert page.context["form"]["reply_to"].value() == user.email
    assert "your account is kept with the message" in page.content.decode()
    assert Feedback.objects.get().by == user


def test_link_at_the_foot_fills_in_the_page(client):
    form = client.get("/feedback/?page=/partners/").context["form"]

    assert form["page"].value() == "/partners/"


@pytest.mark.parametrize("page", ["https://evil.example/", "//evil.example", "/no/such/page/", "<script>", "/hs/%00/"])
def test_page_that_is_not_ours_is_not_filled_in(page, client):
    response = client.get("/feedback/", {"page": page})

    assert (response.status_code, response.context["form"]["page"].value()) == (200, "")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"words": " "}, "words"),
        ({"words": "x" * 4001}, "words"),
        ({"words": "a\x00b"}, "words"),
        ({"reply_to": "nobody"}, "reply_to"),
        ({"page": "https://evil.example/"}, "page"),
        ({"page": "/no/such/page/"}, "page"),
    ],
)
def test_bad_input_is_told_and_what_was_typed_stays(fields, wrong, client):
    typed = {"words": "Typed words", "page": "/hs/", "reply_to": "office@customs.example", **fields}

    response = send(client, **typed)

    assert response.status_code == 200
    assert list(response.context["form"].errors) == [wrong]
    assert {name: response.context["form"][name].value() for name in typed} == typed
    assert not Feedback.objects.exists()


def test_robot_that_fills_in_every_field_is_thanked_and_forgotten(client):
    response = send(client, website="http://spam.example/")

    assert response["Location"] == reverse("feedback_sent")
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("fields", [{"seconds": 1}, {"seconds": -60}, {"shown": ""}, {"shown": "1:forged"}])
def test_form_that_comes_back_at_once_comes_again_with_what_was_typed(fields, client):
    response = send(client, **fields)

    assert response.context["form"].has_error("__all__", "too_quick")
    assert "A tusk is missing." in response.content.decode()
    assert not Feedback.objects.exists()


def test_form_with_a_forged_stamp_gets_a_good_one(client, monkeypatch):
    again = send(client, shown="").context["form"]["shown"].value()
    monkeypatch.setattr(open_forms, "QUICKEST", timedelta(0))

    assert send(client, shown=again).status_code == 302


def test_one_network_sends_ten_in_a_row(client):
    codes = [send(client, words=f"Number {n}").status_code for n in range(11)]

    assert codes == [302] * 10 + [429]
    assert Feedback.objects.count() == 10
    assert "127.0.0.1" not in RateBucket.objects.get().key


def test_refused_for_haste_keeps_what_was_typed(client, monkeypatch):
    monkeypatch.setattr(open_forms, "allow_network", lambda *args, **kwargs: False)

    response = send(client, words="Long thoughts")

    assert response.status_code == 429
    assert "Long thoughts" in response.content.decode()


def test_form_needs_its_csrf_token():
    assert send(Client(enforce_csrf_checks=True)).status_code == 403


def test_form_is_kept_by_no_cache_and_opens_no_session(client):
    response = client.get("/feedback/?page=/hs/")

    assert "no-store" in response["Cache-Control"]
    assert "ETag" not in response
    assert set(response.cookies) == {"csrftoken"}


@pytest.mark.parametrize("path", ["/feedback/?page=/hs/", "/feedback/sent/"])
def test_open_pages_are_light_and_ask_the_database_nothing(path, client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get(path)

    assert len(gzip.compress(response.content)) < 5_000


@pytest.mark.parametrize("reference", ["", "F-1", "F-1:forged", "Call this number"])
def test_thanks_show_no_number_that_is_not_signed(reference, client):
    response = client.get(reverse("feedback_sent"), {"reference": reference})

    assert (response.status_code, response.context["reference"]) == (200, "")


# --- The desk ---


def test_desk_is_for_those_who_answer_feedback(client):
    paths = [reverse("desk_feedback_list"), FeedbackFactory().get_absolute_url()]

    assert [client.get(path).status_code for path in paths] == [302, 302]
    for given in ([], [roles.STEWARD], [roles.ACCESS_ADMINISTRATOR], [roles.TECHNICAL_ADMINISTRATOR]):
        sign_in(client, UserFactory(totp=True, roles=given), mfa=True)
        assert [client.get(path).status_code for path in paths] == [403, 403]
        assert client.post(paths[1], {"state": "closed", "version": 0}).status_code == 403
    sign_in(client, UserFactory(totp=True, roles=[roles.SECRETARIAT]), mfa=True)
    assert [client.get(path).status_code for path in paths] == [200, 200]


def test_list_shows_the_state_asked_for(client, secretariat):
    new, answered = FeedbackFactory(), FeedbackFactory(answered=True)

    everything = client.get(reverse("desk_feedback_list"))
    waiting = client.get(reverse("desk_feedback_list"), {"state": "new"})

    assert everything.context["page"].rows == [answered, new]
    assert waiting.context["page"].rows == [new]
    assert waiting.context["chips"] == [("State: new", "/desk/feedback/")]


def test_list_tells_of_a_bad_state_and_stays_usable(client, secretariat):
    new = FeedbackFactory()

    response = client.get(reverse("desk_feedback_list"), {"state": "unknown", "page": "x"})

    assert response.context["page"].rows == [new]
    assert "Select a valid choice" in response.content.decode()


def test_list_has_pages(client, secretariat):
    FeedbackFactory.create_batch(51)

    response = client.get(reverse("desk_feedback_list"), {"page": 2})

    assert (len(response.context["page"].rows), response.context["page"].total) == (1, 51)


@pytest.mark.parametrize("rows", [1, 3])
def test_list_query_count_is_constant(rows, client, secretariat, django_assert_max_num_queries):
    for _ in range(rows):
        FeedbackFactory(by=UserFactory())
    client.get(reverse("desk_feedback_list"))

    with django_assert_max_num_queries(11) as counted:
        client.get(reverse("desk_feedback_list"))

    assert len([query for query in counted.captured_queries if "guide_feedback" in query["sql"]]) == 2


def test_desk_shows_how_many_wait(client, secretariat):
    FeedbackFactory.create_batch(2)
    FeedbackFactory(answered=True)

    page = client.get(reverse("desk_home"))

    assert [waiting for entry, waiting in page.context["entries"] if entry.url_name == "desk_feedback_list"] == [2]


def test_words_of_a_reader_are_shown_as_text(client, secretariat):
    feedback = FeedbackFactory(words="<script>alert(1)</script>\nnext line", reply_to="o'neil@customs.example")

    text = client.get(feedback.get_absolute_url()).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>next line" in text
    assert "<script>alert" not in text
    assert f'href="mailto:o%27neil@customs.example?subject={feedback.reference}"' in text


def test_secretariat_answers(client, secretariat):
    feedback = FeedbackFactory()

    response = answer(client, feedback)

    feedback.refresh_from_db()
    assert response["Location"] == reverse("desk_feedback_list")
    assert (feedback.state, feedback.note, feedback.answered_by) == ("answered", "Added.", secretariat)


def test_closing_needs_no_words_but_answering_does(client, secretariat):
    spam, question = FeedbackFactory.create_batch(2)

    answer(client, spam, state="closed", note="")
    refused = answer(client, question, note="")

    assert Feedback.objects.get(pk=spam.pk).state == FeedbackState.CLOSED
    assert list(refused.context["form"].errors) == ["note"]
    assert Feedback.objects.get(pk=question.pk).state == FeedbackState.NEW


@pytest.mark.parametrize("fields", [{"state": "new"}, {"state": ""}, {"version": "x"}, {"note": "x" * 4001}])
def test_bad_answer_changes_nothing(fields, client, secretariat):
    feedback = FeedbackFactory()

    response = answer(client, feedback, **fields)

    assert list(response.context["form"].errors) == list(fields)
    assert Feedback.objects.get().state == FeedbackState.NEW


def test_second_of_two_answers_sees_both_and_loses_nothing(client, secretariat):
    feedback = FeedbackFactory()
    answer(client, feedback, note="First words.")

    refused = answer(client, feedback, note="Second words.")
    text = refused.content.decode()
    again = answer(client, feedback, note="Second words.", version=refused.context["form"]["version"].value())

    assert "First words." in text
    assert "Second words." in text
    assert again.status_code == 302
    assert Feedback.objects.get().note == "Second words."


def test_feedback_that_is_not_there_is_not_found(client, secretariat):
    assert client.get(reverse("desk_feedback_answer", args=[10**6])).status_code == 404
