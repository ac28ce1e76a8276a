from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from greencustoms import mail_sample
from greencustoms.core.choices import DigestRhythm, MailState, MailStream, Weekday
from greencustoms.core.mail import unsubscribe
from greencustoms.core.models import AuditEvent, MailAddress, MailHold, OutboundMail, User
from greencustoms.core.tests.factories import UserFactory
from meetings.reminders.planner import plan_reminders
from meetings.tests.factories import ActionShareFactory
from partners.models import Holiday
from partners.tests.factories import MembershipFactory, PartnerFactory

from .mail_rows import page

pytestmark = pytest.mark.django_db

COMING = "/desk/mail/"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def member():
    """Of an organisation that works every day but Sunday, so that no test waits for a Monday."""
    return MembershipFactory(
        since=LONG_AGO, partner=PartnerFactory(acronym="ABC", days_off="sun"), user__name="Port office"
    )


def owed_share(member, number_of_days, **facts):
    latest = timezone.now().date() + timedelta(days=number_of_days)
    return ActionShareFactory(partner=member.partner, deadline__latest=latest, **facts)


def of(member, act=""):
    return f"{COMING}people/{member.user_id}/{act}"


def answer(client, path, data=None):
    return client.post(path, data or {}, follow=True).content.decode()


# --- What is shown ---


def test_coming_reminders_stand_by_person_and_day(client, secretariat, member):
    share = owed_share(member, -3, deadline__action__title="Write to all ports")

    shown = page(client, COMING)

    for words in ("Port office", member.user.email, share.deadline.action.reference,
                  "Write to all ports", " days overdue, was due on "):  # fmt: skip
        assert words in shown


@pytest.mark.parametrize(
    ("days", "words"), [(2, "due in 2 days, on "), (-9, "9 days overdue, was due on "), (0, "due today")]
)
def test_lines_are_worded_as_the_mail_of_their_day_will_word_them(days, words, client, secretariat, member):
    """And not by their step of the ladder, which may lie days ago."""
    until_they_work = 1 if timezone.now().date().weekday() == Weekday.SUNDAY else 0
    owed_share(member, days + until_they_work)

    assert f"<strong>{words}" in page(client, COMING)
    assert f"<strong>{words}" in page(client, of(member))
    answer(client, of(member, "sample/"))
    assert words in OutboundMail.objects.get().body_text


def test_what_has_no_day_is_a_question(client, secretariat, member):
    today = timezone.now().date()
    ActionShareFactory(partner=member.partner, deadline__kind="asap", deadline__latest=None, deadline__review_on=today)

    assert "<strong>How far is it, and does it still hold?</strong>" in page(client, of(member))


@pytest.mark.parametrize(
    ("change", "words"),
    [({"is_active": False}, "the account is closed"), ({"digest_rhythm": DigestRhythm.NONE}, "chose to get no")],
)
def test_page_says_why_nothing_goes(change, words, client, secretariat, member):
    owed_share(member, -3)
    User.objects.filter(pk=member.user_id).update(**change)

    for path in (COMING, of(member)):
        shown = page(client, path)
        assert words in shown
        assert "1 deadline waits and is not lost." in shown


def test_page_says_who_holds_reminders_back_and_why(client, secretariat, member):
    owed_share(member, -3)
    MailHold.objects.create(person=member.user, reason="Away <until> May", held_by=secretariat)

    assert escape("held back by Secretariat. Reason: Away <until> May") in page(client, COMING)


def test_page_says_that_an_address_refuses_mail(client, secretariat, member):
    owed_share(member, -3)
    MailAddress.objects.create(address=member.user.email, strikes=3, suppressed_at=timezone.now())

    assert "the address refuses mail" in page(client, COMING)


def test_holiday_is_named(client, secretariat, member):
    owed_share(member, -3)
    today = timezone.now().date()
    Holiday.objects.create(partner=member.partner, first_day=today, last_day=today + timedelta(days=9), name="Rest")

    shown = page(client, COMING)

    assert "nobody works; what is due waits for the next working day" in shown
    assert "overdue" not in shown


def test_many_lines_are_cut_on_the_list_and_whole_on_the_page_of_the_person(client, secretariat, member):
    for _ in range(12):
        owed_share(member, -14)

    assert "and 9 more" in page(client, COMING)
    assert page(client, of(member)).count(" days overdue, was due on ") == 12


def test_reminder_that_is_written_already_is_led_to(client, secretariat, member):
    owed_share(member, -3)
    row = OutboundMail.objects.create(
        key="a", stream=MailStream.DIGEST, recipient=member.user, to_address=member.user.email, subject="S",
        body_text="B", message_id="<a@test>", state=MailState.HELD, local_day=timezone.now().date(),
    )  # fmt: skip

    assert f'Today\'s <a href="/desk/mail/{row.pk}/">reminder</a> is written (held back).' in page(client, COMING)


@pytest.mark.parametrize(
    ("query", "found"), [("port", True), ("abc", True), ("zzz", False), ("%00", True), ("port&page=99", True)]
)
def test_people_are_found_by_name_and_organisation(query, found, client, secretariat, member):
    owed_share(member, -3)

    assert ("Port office" in page(client, f"{COMING}?q={query}")) is found


def test_pages_without_anybody_say_so(client, secretariat):
    assert "No reminders are coming" in page(client, COMING)
    assert "Nobody fits" in page(client, f"{COMING}?q=nobody")


def test_only_members_of_organisations_are_known_here(client, secretariat):
    officer = UserFactory(name="Officer")

    for act in ("", "hold/", "send/"):
        assert client.get(f"{COMING}people/{officer.pk}/{act}").status_code == 404
    for act in ("hold/", "send/", "let-go/", "sample/"):
        assert client.post(f"{COMING}people/{officer.pk}/{act}", {"reason": "x"}).status_code == 404


def test_coming_page_query_count_is_constant(client, secretariat):
    def statements(number):
        for _ in range(number):
            owed_share(MembershipFactory(since=LONG_AGO), -3)
        with CaptureQueriesContext(connection) as found:
            page(client, COMING)
        return len(found)

    assert statements(1) == statements(3)


# --- What can be done ---


def test_reminders_are_held_with_a_reason_and_let_go(client, secretariat, member):
    assert "This field is required" in answer(client, of(member, "hold/"), {"reason": ""})
    assert "No reminders go to Port office" in answer(client, of(member, "hold/"), {"reason": "Away"})
    assert MailHold.objects.get().reason == "Away"

    assert "Reminders go to Port office again." in answer(client, of(member, "let-go/"))
    assert not MailHold.objects.exists()
    assert AuditEvent.objects.filter(by=secretariat).count() == 2


def test_whoever_comes_second_is_told(client, secretariat, member):
    MailHold.objects.create(person=member.user, reason="Earlier", held_by=secretariat)

    second = answer(client, of(member, "hold/"), {"reason": "Later"})

    assert "are held back already" in second
    assert 'value="Later"' in second
    MailHold.objects.all().delete()
    assert "are not held back" in answer(client, of(member, "let-go/"))


def test_reminder_is_sent_at_once_after_a_question(client, secretariat, member):
    owed_share(member, -3)

    assert "gets at once" in page(client, of(member, "send/"))
    assert not OutboundMail.objects.exists()
    assert "is on its way" in answer(client, of(member, "send/"))
    assert OutboundMail.objects.get().recipient == member.user
    assert "has a reminder of today already" in answer(client, of(member, "send/"))
    assert OutboundMail.objects.count() == 1


@pytest.mark.parametrize(
    ("is_held", "why"), [(True, "are held back. Let them go first."), (False, "has a reminder of today already")]
)
def test_sending_at_once_is_not_offered_where_it_cannot_work(is_held, why, client, secretariat, member):
    owed_share(member, -3)
    assert "Send one now" in page(client, of(member))
    if is_held:
        MailHold.objects.create(person=member.user, reason="Away", held_by=secretariat)
    else:
        answer(client, of(member, "send/"))

    of_person, question = page(client, of(member)), page(client, of(member, "send/"))

    assert "Send one now" not in of_person
    assert "Send it now" not in question
    assert all(why in shown for shown in (of_person, question))


def test_nothing_to_say_is_answered_with_a_sentence(client, secretariat, member):
    assert "There is nothing to remind this person of" in answer(client, of(member, "send/"))


# --- The sample ---


def test_sample_goes_to_whoever_asks_and_says_what_it_is(client, secretariat, member):
    share = owed_share(member, -3)

    assert f"on its way to {secretariat.email}" in answer(client, of(member, "sample/"))

    row = OutboundMail.objects.get()
    assert (row.recipient, row.to_address, row.stream) == (secretariat, secretariat.email, MailStream.WORK)
    assert row.subject.startswith("Sample: ")
    first = "This is a sample of what Port office would get on "
    assert row.body_text.startswith(first)
    assert row.body_html.partition("<body")[2].partition(">")[2].startswith("<p")
    assert row.body_html.index(first) < row.body_html.index(f"/my/shares/{share.pk}/")
    assert f"/my/shares/{share.pk}/" in row.body_text
    [event] = AuditEvent.objects.all()
    assert (event.by, event.did, event.object_id) == (
        secretariat, "looked at a sample of reminders", str(member.user_id),
    )  # fmt: skip


def test_sample_says_word_for_word_what_the_person_then_gets(client, secretariat, member):
    owed_share(member, -3)
    answer(client, of(member, "sample/"))
    sample = OutboundMail.objects.get()
    for hours in range(0, 72, 6):
        plan_reminders(timezone.now() + timedelta(hours=hours))
    real = OutboundMail.objects.filter(stream=MailStream.DIGEST).order_by("local_day").first()

    link = unsubscribe.address_for(member.user)

    assert sample.body_text.partition("\n\n")[2] == real.body_text.replace(link, "http://testserver/my/reminders/")
    assert sample.subject == f"Sample: {real.subject}"


def test_sample_cannot_end_the_reminders_of_the_other_person(client, secretariat, member):
    owed_share(member, -3)
    answer(client, of(member, "sample/"))

    row = OutboundMail.objects.get()

    assert "/unsubscribe/" not in row.body_text + row.body_html


def test_sample_is_called_a_sample_where_mails_are_listed(client, secretariat, member, settings):
    settings.MAIL_STAYS_HERE = True
    owed_share(member, -3)
    answer(client, of(member, "sample/"))
    row = OutboundMail.objects.get()

    for path in ("/my/mail/", f"/desk/mail/{row.pk}/"):
        shown = page(client, path)
        assert "a sample" in shown
        assert "asked of you" not in shown


def test_sample_writes_nothing_into_the_ledger(client, secretariat, member):
    owed_share(member, -3)
    before = page(client, of(member))
    answer(client, of(member, "sample/"))

    assert page(client, of(member)).count("days overdue") == before.count("days overdue") > 0


def test_there_is_no_sample_of_nothing(client, secretariat, member):
    assert "Nothing would go to Port office" in answer(client, of(member, "sample/"))
    assert not OutboundMail.objects.exists()


def test_samples_are_limited(client, secretariat, member):
    owed_share(member, -3)

    answers = [answer(client, of(member, "sample/")) for _ in range(11)]

    assert ["many samples" in each for each in answers] == [False] * 10 + [True]
    assert OutboundMail.objects.count() == 10


def test_mail_without_a_body_tag_still_says_that_it_is_a_sample(member):
    rendered = mail_sample.mail.Rendered("S", "Text", "")

    assert mail_sample._marked(rendered, member.user, timezone.localdate()).body_text.startswith("This is a sample")
