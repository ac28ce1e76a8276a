"""How often a person is reminded: their own page."""

import datetime
import zoneinfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from greencustoms.core import mail
from greencustoms.core.choices import DigestRhythm, MailState, MailStream
from greencustoms.core.models import AuditEvent, MailAddress, OutboundMail, User
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in
from meetings.tests.factories import ActionShareFactory, DeadlineFactory
from partners.choices import DaysOff
from partners.tests.factories import HolidayFactory, MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db

PAGE = "/my/reminders/"
WEEKLY = {"rhythm": "weekly", "weekday": "3", "time_zone": "Africa/Nairobi"}


@pytest.fixture
def person(client):
    user = MembershipFactory().user
    client.force_login(user)
    return user


def chosen(user):
    user = User.objects.get(pk=user.pk)
    return user.digest_rhythm, user.digest_weekday, user.time_zone


def waiting_mail(user, stream=MailStream.DIGEST, state=MailState.PENDING):
    row = mail.enqueue(
        key=f"{stream}:{user.pk}", stream=stream, recipient=user, to_address=user.email, subject="What is due",
        body_text="One action.", local_day=timezone.localdate() if stream == MailStream.DIGEST else None,
    )  # fmt: skip
    OutboundMail.objects.filter(pk=row.pk).update(state=state)
    row.refresh_from_db()
    return row


def test_page_is_for_those_signed_in(client):
    assert client.get(PAGE)["Location"] == f"/accounts/login/?next={PAGE}"
    assert client.post(PAGE, WEEKLY).status_code == 302


def test_who_belongs_to_no_organisation_reads_that_no_reminders_come(client):
    client.force_login(UserFactory())

    html = client.get(PAGE).content.decode()

    assert "No reminders come to you" in html
    assert 'name="rhythm"' not in html


def test_who_belongs_to_no_organisation_still_chooses_the_clock(client):
    user = UserFactory()
    client.force_login(user)

    assert client.post(PAGE, {"time_zone": "Africa/Nairobi"})["Location"] == PAGE
    assert chosen(user) == ("daily", 0, "Africa/Nairobi")
    assert "is not" in client.post(PAGE, {"time_zone": "Nowhere/Else"}).content.decode()


def test_choice_is_saved_with_an_audit_event(client, person):
    response = client.post(PAGE, WEEKLY)

    assert (response["Location"], chosen(person)) == (PAGE, ("weekly", 3, "Africa/Nairobi"))
    event = AuditEvent.objects.latest("pk")
    assert (event.did, event.by, event.before, event.after) == (
        "chose reminders",
        person,
        {"digest_rhythm": "daily", "digest_weekday": 0, "time_zone": "UTC"},
        {"digest_rhythm": "weekly", "digest_weekday": 3, "time_zone": "Africa/Nairobi"},
    )


def test_saving_the_same_again_leaves_no_trace(client, person):
    client.post(PAGE, WEEKLY)
    client.post(PAGE, WEEKLY)

    assert AuditEvent.objects.filter(did="chose reminders").count() == 1


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"rhythm": "hourly"}, ["rhythm"]),
        ({"rhythm": ""}, ["rhythm"]),
        ({"weekday": "7"}, ["weekday"]),
        ({"weekday": "x"}, ["weekday"]),
        ({"time_zone": "Moon/Base"}, ["time_zone"]),
        ({"time_zone": "../../etc/passwd", "weekday": ""}, ["weekday", "time_zone"]),
    ],
)
def test_bad_choice_is_refused_and_what_was_chosen_stays_in_the_form(wrong, fields, client, person):
    response = client.post(PAGE, WEEKLY | wrong)

    form = response.context["form"]
    assert (response.status_code, list(form.errors)) == (200, fields)
    assert {name: form[name].value() for name in WEEKLY} == WEEKLY | wrong
    assert chosen(person) == ("daily", 0, "UTC")


@pytest.mark.parametrize("state", [MailState.PENDING, MailState.CLAIMED, MailState.DEFERRED])
def test_reminder_that_waits_is_looked_at_again(state, client, person, settings):
    """So a sender that holds it loses it before the text leaves."""
    settings.MAIL_STAYS_HERE = False
    digest, other = waiting_mail(person, state=state), waiting_mail(person, MailStream.WORK)

    client.post(PAGE, WEEKLY | {"rhythm": "none"})

    versions = {row.pk: row.version for row in OutboundMail.objects.all()}
    assert versions == {digest.pk: digest.version + 1, other.pk: other.version}


def test_reminders_of_others_are_left_alone(client, person, settings):
    settings.MAIL_STAYS_HERE = False
    theirs = waiting_mail(UserFactory())

    client.post(PAGE, WEEKLY)

    assert OutboundMail.objects.get(pk=theirs.pk).version == theirs.version


def test_page_tells_what_is_chosen(client, person):
    User.objects.filter(pk=person.pk).update(
        digest_rhythm=DigestRhythm.WEEKLY, digest_weekday=4, time_zone="Pacific/Apia"
    )

    response = client.get(PAGE)

    html = response.content.decode()
    assert response.context["form"]["rhythm"].value() == "weekly"
    assert '<option value="Pacific/Apia" selected>Apia</option>' in html
    assert '<option value="4" selected>Friday</option>' in html


def test_page_shows_the_clock_of_the_chosen_zone(client, person):
    zone = "Asia/Kathmandu"
    User.objects.filter(pk=person.pk).update(time_zone=zone)

    response = client.get(PAGE)

    shown, there = response.context["local_now"], timezone.now().astimezone(zoneinfo.ZoneInfo(zone))
    assert abs(there.replace(tzinfo=None) - shown) < datetime.timedelta(minutes=1)
    assert f"it is now {shown:%A, %H:%M}." in response.content.decode()


def test_stored_zone_that_is_not_offered_is_not_changed_by_saving(client, person):
    User.objects.filter(pk=person.pk).update(time_zone="Etc/GMT+3")

    form = client.get(PAGE).context["form"]
    client.post(PAGE, {"rhythm": "none", "weekday": "0", "time_zone": form["time_zone"].value()})

    assert chosen(person) == ("none", 0, "Etc/GMT+3")


def test_page_says_when_somebody_holds_the_reminders_back(client, person):
    assert "held back" not in client.get(PAGE).content.decode()
    mail.keeping.hold_reminders(person=person, by=UserFactory(), reason="Words for the secretariat alone")

    html = client.get(PAGE).content.decode()

    assert "Your reminders are held back" in html
    assert "Words for the secretariat alone" not in html


def test_page_says_when_the_address_refuses_mail(client, person):
    MailAddress.objects.create(address="somebody.else@office.example", suppressed_at=timezone.now())
    assert "refuses mail" not in client.get(PAGE).content.decode()
    MailAddress.objects.create(address=person.email, suppressed_at=timezone.now(), last_refusal="550 no such user")

    html = client.get(PAGE).content.decode()

    assert "Your address refuses mail" in html
    assert 'href="/accounts/email/"' in html


def test_page_shows_the_days_off_of_own_organisations_only(client, person):
    today = timezone.localdate()
    partner = MembershipFactory(user=person, partner__days_off=DaysOff.FRIDAY_SATURDAY).partner
    HolidayFactory(partner=partner, name="Founding day")
    HolidayFactory(partner=partner, name="Long ago", past=True)
    HolidayFactory(name="Somebody else’s day", first_day=today, last_day=today + datetime.timedelta(days=3))

    html = client.get(PAGE).content.decode()

    assert "Friday and Saturday" in html
    assert ["Founding day" in html, "Long ago" in html, "Somebody else’s day" in html] == [True, False, False]
    assert "/desk/working-days/" not in html


def test_focal_point_is_led_to_the_working_days(client):
    member = MembershipFactory(partner=PartnerFactory(slug="wco"), focal=True)
    sign_in(client, member.user, mfa=True)

    assert 'href="/desk/working-days/wco/"' in client.get(PAGE).content.decode()


def owes(partner, days):
    """A share of this organisation that is due in so many days."""
    today = timezone.localdate()
    deadline = DeadlineFactory(latest=today + datetime.timedelta(days=days), entered_on=today)
    ActionShareFactory(deadline=deadline, partner=partner)


def test_page_tells_the_next_reminder_in_one_line(client, person):
    owes(MembershipFactory(user=person, partner__days_off=DaysOff.SUNDAY).partner, days=9)

    html = client.get(PAGE).content.decode()

    assert "1 agreed action due" in html
    assert "If nothing changes until then." in html


def test_page_tells_that_nothing_will_come(client, person):
    owes(PartnerFactory(), days=9)
    MembershipFactory(user=person)

    assert "Nothing to remind you of in the next seven days." in client.get(PAGE).content.decode()


@pytest.mark.parametrize("rhythm", ["none", "held"])
def test_page_promises_nothing_that_does_not_come(rhythm, client, person):
    owes(MembershipFactory(user=person).partner, days=9)
    if rhythm == "none":
        User.objects.filter(pk=person.pk).update(digest_rhythm="none")
    else:
        mail.keeping.hold_reminders(person=person, by=UserFactory(), reason="Away")

    assert "The next one" not in client.get(PAGE).content.decode()


def test_page_does_not_reckon_with_what_all_organisations_owe(client, person, monkeypatch):
    MembershipFactory(user=person, partner__secretariat=True)
    monkeypatch.delattr("meetings.reminders.forecast.weeks_of")

    assert client.get(PAGE).status_code == 200


def test_my_work_and_the_profile_lead_here(client, person):
    MembershipFactory(user=person)

    for path in ("/my/", "/my/profile/"):
        assert f'href="{PAGE}"' in client.get(path).content.decode(), path


def test_query_count_does_not_grow_with_organisations_and_holidays(client, person, django_assert_num_queries):
    HolidayFactory(partner=MembershipFactory(user=person).partner)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as with_one:
        client.get(PAGE)
    for membership in MembershipFactory.create_batch(2, user=person):
        HolidayFactory.create_batch(3, partner=membership.partner)

    with django_assert_num_queries(len(with_one)):
        client.get(PAGE)


def test_once_a_week_is_promised_from_a_day_on_and_not_on_that_day(client, person):
    """Nothing to say on Monday, something on Wednesday: it comes on Wednesday."""
    html = client.get(PAGE).content.decode()

    assert "If once a week, from" in html
    assert "first working day from then on that has something to say" in html
