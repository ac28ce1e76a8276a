from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from greencustoms import roles
from greencustoms.core.choices import MailState, MailStream
from greencustoms.core.mail import pause, shown, unsubscribe
from greencustoms.core.models import AuditEvent, MailAddress, MailHold, OutboundMail
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in
from meetings.models import Notice
from meetings.tests.factories import DeadlineFactory

pytestmark = pytest.mark.django_db

SENT, WAITING = "/desk/mail/sent/", "/desk/mail/waiting/"
HOUR = timedelta(hours=1)


@pytest.fixture
def secretariat(client):
    person = UserFactory(name="Secretariat", totp=True, roles=[roles.SECRETARIAT])
    sign_in(client, person, mfa=True)
    return person


def mail(state=MailState.SENT, *, stream=MailStream.WORK, to=None, **facts):
    number = OutboundMail.objects.count()
    if state == MailState.SENT:
        facts.setdefault("sent_at", timezone.now())
    if stream == MailStream.DIGEST:
        facts.setdefault("local_day", timezone.localdate())
        to = to or UserFactory()
    facts = {
        "to_address": to.email if to else "somebody@office.example", "subject": f"Subject {number}",
        "body_text": f"Text {number}.", "message_id": f"<{number}@test>", "key": f"test:{number}", **facts,
    }  # fmt: skip
    return OutboundMail.objects.create(state=state, stream=stream, recipient=to, **facts)


def page(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


# --- What is shown, and what is not ---


def test_mails_are_listed_with_what_became_of_them(client, secretariat):
    person = UserFactory(name="Port office", email="port@office.example")
    row = mail(MailState.FAILED, to=person, subject="Please comment", last_error="550 no such user")

    listed = page(client, SENT)

    for words in ("Port office", "port@office.example", "Please comment", "failed", f"/desk/mail/{row.pk}/"):
        assert words in listed


@pytest.mark.parametrize("stream", [MailStream.DIGEST, MailStream.WORK])
def test_secretariat_reads_reminders_and_what_is_asked_of_people(stream, client, secretariat):
    row = mail(stream=stream, body_text="Look at http://testserver/my/ <please>.")

    shown_page = page(client, f"/desk/mail/{row.pk}/")

    assert '<a href="http://testserver/my/"' in shown_page
    assert "&lt;please&gt;" in shown_page


def test_link_that_ends_reminders_is_shown_to_its_reader_alone(client, secretariat):
    person = UserFactory()
    link = unsubscribe.address_for(person)
    row = mail(stream=MailStream.DIGEST, to=person, body_text=f"No more of these:\n{link}\nGoodbye.")

    shown_page = page(client, f"/desk/mail/{row.pk}/")

    assert "/unsubscribe/" not in shown_page
    assert "Goodbye." in shown_page
    assert shown.without_way_out(f'<a href="{link}">', instead="https://portal.example/my/") == (
        '<a href="https://portal.example/my/">'
    )


def test_mail_about_an_account_shows_that_it_went_and_never_its_text(client, secretariat):
    row = mail(
        MailState.FAILED, stream=MailStream.ACCOUNT, subject="Set a new password", body_text="Open /secret-link/",
        body_html="<a href='/secret-link/'>", last_error="554 refused for http://testserver/secret-link/",
    )  # fmt: skip

    pages = [page(client, path) for path in (f"/desk/mail/{row.pk}/", SENT, WAITING, f"{SENT}?q=somebody")]

    assert all("Set a new password" in each for each in pages)
    assert all("somebody@office.example" in each for each in pages)
    assert not any("secret-link" in each for each in pages)
    assert shown.text_of(row) == ""
    assert "“554”" in pages[0]


@pytest.mark.parametrize("state", MailState.values)
def test_mail_about_access_does_not_exist_here(state, client, secretariat):
    """Not in a list, not as a page, not as a number, not in a search: it would tell who is cleared."""
    officer = UserFactory(name="Zirconblue officer", email="zirconblue@customs.example")
    hidden = mail(
        state, stream=MailStream.ACCESS, to=officer, subject="Zirconblue access", next_at=timezone.now() - HOUR,
        last_error="Zirconblue",
    )  # fmt: skip

    lists = [WAITING, SENT, f"{SENT}?q=zirconblue", f"{SENT}?state={state}", f"{SENT}?day={timezone.localdate()}"]
    lists += [f"{WAITING}?show={kind}" for kind in ("unknown", "failed", "late", "deferred", "held")]
    with_it = [page(client, path) for path in lists]
    acts = [client.post(f"/desk/mail/{hidden.pk}/{act}/", {"seen": state}) for act in ("hold", "let-go", "send-again")]
    of_itself = client.get(f"/desk/mail/{hidden.pk}/")
    hidden.delete()

    assert [of_itself.status_code, *(act.status_code for act in acts)] == [404, 404, 404, 404]
    # The same pages as if it had never been, but for what was typed and the protection against forged forms.
    assert [without_tokens(each) for each in with_it] == [without_tokens(page(client, path)) for path in lists]


def without_tokens(text):
    return [line for line in text.splitlines() if "csrfmiddlewaretoken" not in line]


def test_stream_nobody_has_decided_about_is_hidden():
    assert set(shown.LISTED) < set(MailStream)
    assert set(shown.READABLE) < set(shown.LISTED)


def test_query_for_lists_does_not_load_texts(client, secretariat):
    mail()

    with CaptureQueriesContext(connection) as statements:
        page(client, SENT)
        page(client, WAITING)

    of_mails = [each["sql"] for each in statements.captured_queries if "core_outboundmail" in each["sql"]]
    assert len(of_mails) == 3
    assert not any("body_" in sql or "password" in sql for sql in of_mails)


# --- Filters, pages ---


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=PORT", {"To the port"}),
        ("q=customs.example", {"To customs"}),
        ("state=failed", {"To customs"}),
        ("day=2026-03-01", {"To the port"}),
        ("q=port&state=failed", set()),
        ("state=nonsense", {"To the port", "To customs"}),
        ("day=yesterday", {"To the port", "To customs"}),
        ("day=0001-01-01", {"To the port", "To customs"}),
    ],
)
def test_sent_mails_are_filtered(query, expected, client, secretariat):
    """A day is one of the reader's: half past midnight in Kathmandu is still the day before in Greenwich."""
    secretariat.time_zone = "Asia/Kathmandu"
    secretariat.save()
    mail(to=UserFactory(name="Port"), subject="To the port", created_at=datetime(2026, 2, 28, 18, 45, tzinfo=UTC))
    mail(
        MailState.FAILED, to_address="a@customs.example", subject="To customs",
        created_at=datetime(2026, 2, 28, 18, 0, tzinfo=UTC),
    )  # fmt: skip

    listed = page(client, f"{SENT}?{query}")

    assert {subject for subject in ("To the port", "To customs") if f">{subject}</a>" in listed} == expected


def test_moments_stand_in_the_time_of_the_reader(client, secretariat):
    secretariat.time_zone = "Asia/Kathmandu"
    secretariat.save()
    mail(sent_at=datetime(2026, 2, 28, 18, 45, tzinfo=UTC))

    assert "1 Mar 2026, 00:30" in page(client, SENT)


def test_two_thousand_mails_come_in_pages(client, secretariat):
    OutboundMail.objects.bulk_create(
        OutboundMail(
            key=f"k{number}", stream=MailStream.WORK, to_address=f"n{number}@office.example", subject=f"No {number}",
            body_text="B", message_id=f"<{number}@many>", state=MailState.FAILED,
        )
        for number in range(2_000)
    )  # fmt: skip

    first, last = page(client, SENT), page(client, f"{SENT}?page=40")
    problems = page(client, f"{WAITING}?show=failed&page=40")

    assert (">No 1999<" in first, ">No 0<" in first) == (True, False)
    for each in (last, problems):
        assert (">No 1999<" in each, ">No 0<" in each) == (False, True)
    assert "Show all 2000" in page(client, WAITING)


def test_total_is_counted_once_a_minute_and_without_hidden_mails(client, secretariat):
    mail()
    mail(stream=MailStream.ACCESS)
    assert "1 result<" in page(client, SENT)

    mail()

    assert "1 result<" in page(client, SENT)
    assert "2 results<" in page(client, f"{SENT}?q=somebody")


def test_long_subject_and_no_subject_can_be_opened(client, secretariat):
    long = mail(subject="W" * 250)
    empty = mail(subject="")

    listed = page(client, SENT)

    assert "W" * 250 in listed
    assert f'<a href="/desk/mail/{empty.pk}/">–</a>' in listed
    assert page(client, f"/desk/mail/{long.pk}/")
    assert page(client, f"/desk/mail/{empty.pk}/")


def test_pages_without_mail_say_so(client, secretariat):
    assert "No mail yet" in page(client, SENT)
    assert "No mail fits" in page(client, f"{SENT}?q=nobody")
    assert "Nothing is wrong" in page(client, WAITING)
    assert "Nothing is wrong" in page(client, f"{WAITING}?show=nonsense")


# --- Problems in plain words ---


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"state": MailState.UNKNOWN}, ["Perhaps sent", "nobody knows whether it arrived", "send it again"]),
        (
            {"state": MailState.UNKNOWN, "stream": MailStream.DIGEST},
            ["nobody knows whether it arrived", "rides in this person's next reminder"],
        ),
        ({"state": MailState.FAILED, "last_error": "550 no such user"}, ["refused it for good", "Check the address"]),
        ({"state": MailState.FAILED, "last_error": "451 later"}, ["until the portal gave up"]),
        ({"state": MailState.FAILED, "last_error": "Connection lost"}, ["it could not be written, or the connection"]),
        ({"state": MailState.SUPPRESSED}, ["refused mail three times", "right address"]),
        ({"state": MailState.DEFERRED, "last_error": "451 later"}, ["asked to come again later. Next try:"]),
        ({"state": MailState.DEFERRED, "last_error": "timed out"}, ["broke. Next try:", "tries again by itself"]),
        ({"state": MailState.HELD}, ["Somebody of the secretariat holds it back"]),
        ({"state": MailState.PENDING, "next_at": timezone.now() - HOUR}, ["Waiting too long", "should have left at"]),
    ],
)
def test_problem_is_listed_with_its_reason_and_what_can_be_done(facts, words, client, secretariat):
    mail(**facts)

    listed = page(client, WAITING)

    for each in words:
        assert escape(each) in listed


def test_page_says_that_the_mail_server_is_away(client, secretariat):
    words = "does not take mail at present"
    assert words not in page(client, WAITING)

    pause.begin(timezone.now(), "Connection refused")
    assert words in page(client, WAITING)

    pause.end(timezone.now())
    assert words not in page(client, WAITING)


@pytest.mark.parametrize(
    "facts",
    [{"state": MailState.PENDING}, {"state": MailState.SENT}, {"state": MailState.KEPT}, {"state": MailState.CANCELLED},
     {"state": MailState.FAILED, "created_at": timezone.now() - timedelta(days=31)}],
)  # fmt: skip
def test_what_goes_its_way_or_is_long_ago_is_no_problem(facts, client, secretariat):
    mail(**facts)

    assert "Nothing is wrong" in page(client, WAITING)


def test_held_people_and_refusing_addresses_are_listed(client, secretariat):
    MailHold.objects.create(person=UserFactory(name="Person on leave"), reason="Away until May", held_by=secretariat)
    MailAddress.objects.create(
        address="gone@office.example", strikes=3, suppressed_at=timezone.now(), last_refusal="550 unknown user"
    )
    MailAddress.objects.create(address="once@office.example", strikes=1)

    listed = page(client, WAITING)

    for words in ("Person on leave", "Away until May", "gone@office.example", "550 unknown user"):
        assert words in listed
    assert "once@office.example" not in listed


def test_mail_tells_which_deadlines_it_holds_and_what_people_did(client, secretariat):
    row = mail(MailState.PENDING, stream=MailStream.DIGEST)
    deadline = DeadlineFactory(action__title="Write to all")
    for step, is_collapsed in (("0", False), ("-1", True)):
        Notice.objects.create(
            deadline=deadline, due_on=deadline.latest, recipient=row.recipient, step=step, local_day=row.local_day,
            is_collapsed=is_collapsed, mail=row,
        )  # fmt: skip
    client.post(f"/desk/mail/{row.pk}/hold/", {"seen": "pending"})

    shown_page = page(client, f"/desk/mail/{row.pk}/")

    assert shown_page.count("Write to all") == 1
    assert "Secretariat: held a mail back" in shown_page
    assert "reminders · 1 deadline<" in page(client, SENT)


# --- Acts ---


def act(client, row, name, seen=None):
    return client.post(f"/desk/mail/{row.pk}/{name}/", {"seen": seen or row.state}, follow=True).content.decode()


def test_mail_is_held_and_let_go(client, secretariat):
    row = mail(MailState.PENDING)

    assert "The mail is held back" in act(client, row, "hold")
    row.refresh_from_db()
    assert row.state == MailState.HELD
    assert "goes out with the next round" in act(client, row, "let-go")
    row.refresh_from_db()
    assert row.state == MailState.PENDING
    assert AuditEvent.objects.filter(by=secretariat).count() == 2


@pytest.mark.parametrize("state", [MailState.FAILED, MailState.UNKNOWN])
def test_mail_is_sent_again_after_a_question(state, client, secretariat):
    row = mail(state)

    asked = page(client, f"/desk/mail/{row.pk}/send-again/")
    row.refresh_from_db()

    assert ("may get it twice" in asked) is (state == MailState.UNKNOWN)
    assert row.state == state
    assert "goes out with the next round" in act(client, row, "send-again")
    row.refresh_from_db()
    assert row.state == MailState.PENDING


def test_whoever_comes_second_is_told_and_changes_nothing(client, secretariat):
    row = mail(MailState.PENDING)
    act(client, row, "hold", seen="pending")

    answer = act(client, row, "hold", seen="pending")

    assert escape("this mail is now “held back”") in answer
    assert AuditEvent.objects.filter(did="held a mail back").count() == 1


def test_act_that_does_not_fit_is_answered_with_a_sentence(client, secretariat):
    row = mail(MailState.SENT)

    assert "does not wait any more" in act(client, row, "hold")
    assert "cannot be sent again" in act(client, row, "send-again")
    assert "is not held back" in act(client, row, "let-go")


def test_mail_about_an_account_is_not_held_back(client, secretariat):
    row = mail(MailState.PENDING, stream=MailStream.ACCOUNT)

    assert client.post(f"/desk/mail/{row.pk}/hold/", {"seen": "pending"}).status_code == 404
    assert "Hold it back" not in page(client, f"/desk/mail/{row.pk}/")


@pytest.mark.parametrize(
    ("facts", "buttons"),
    [
        ({"state": MailState.PENDING}, {"Hold it back"}),
        ({"state": MailState.DEFERRED}, {"Hold it back", "Send again"}),
        ({"state": MailState.HELD}, {"Let it go"}),
        ({"state": MailState.FAILED}, {"Send again"}),
        ({"state": MailState.UNKNOWN, "stream": MailStream.DIGEST}, {"Send again"}),
        (
            {"state": MailState.UNKNOWN, "stream": MailStream.DIGEST,
             "local_day": timezone.localdate() - timedelta(days=1)},
            set(),
        ),
        ({"state": MailState.SENT}, set()),
    ],
)  # fmt: skip
def test_page_offers_what_can_be_done(facts, buttons, client, secretariat):
    row = mail(**facts)

    shown_page = page(client, f"/desk/mail/{row.pk}/")

    assert {each for each in ("Hold it back", "Let it go", "Send again") if f">{each}" in shown_page} == buttons


def test_address_is_forgiven_after_a_question(client, secretariat):
    address = MailAddress.objects.create(
        address="gone@office.example", strikes=3, suppressed_at=timezone.now(), last_refusal="550 unknown user"
    )
    path = f"/desk/mail/addresses/{address.pk}/"

    assert "550 unknown user" in page(client, path)
    answer = client.post(path, follow=True).content.decode()
    address.refresh_from_db()

    assert "Mail goes to gone@office.example again." in answer
    assert (address.strikes, address.suppressed_at) == (0, None)
    assert client.post(path).status_code == 404


# --- Who, and how many statements ---


@pytest.mark.parametrize("path", [SENT, WAITING])
def test_mail_query_count_does_not_grow_with_rows(path, client, secretariat):
    def statements(rows):
        for state in (MailState.UNKNOWN, MailState.FAILED, MailState.DEFERRED, MailState.HELD):
            for _ in range(rows):
                mail(state, to=UserFactory())
        for _ in range(rows):
            MailHold.objects.create(person=UserFactory(), reason="Away", held_by=secretariat)
        page(client, path)
        with CaptureQueriesContext(connection) as found:
            page(client, path)
        return len(found)

    assert statements(1) == statements(3)


def test_one_mail_takes_few_statements(client, secretariat, django_assert_num_queries):
    row = mail(stream=MailStream.DIGEST)
    client.get(f"/desk/mail/{row.pk}/")

    # The session, the person and the menu of the desk; then the mail, its text, its lines, its address, what was done.
    with django_assert_num_queries(8):
        client.get(f"/desk/mail/{row.pk}/")
