"""What the secretariat sees of mails, and what it does not."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from greencustoms.core.choices import MailState, MailStream
from greencustoms.core.mail import shown, unsubscribe
from greencustoms.core.models import MailHold, OutboundMail
from greencustoms.core.tests.factories import UserFactory
from meetings.models import Notice
from meetings.tests.factories import DeadlineFactory
from partners.tests.factories import MembershipFactory

from .mail_rows import SENT, WAITING, mail, page

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


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


def test_reader_is_led_to_only_as_long_as_the_person_is_known_here(client, secretariat):
    """Who belongs to no organisation any more has no page."""
    membership = MembershipFactory()
    row = mail(stream=MailStream.DIGEST, to=membership.user)
    path = f"/desk/mail/people/{membership.user_id}/"

    assert f'href="{path}"' in page(client, f"/desk/mail/{row.pk}/")
    assert client.get(path).status_code == 200
    membership.delete()

    assert path not in page(client, f"/desk/mail/{row.pk}/")


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
    # One of them asks which addresses refuse listed mails.
    assert len(of_mails) == 4
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
