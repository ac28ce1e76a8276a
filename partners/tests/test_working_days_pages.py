import contextlib
import datetime
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from greencustoms import roles
from greencustoms.core.models import AuditEvent
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in
from partners.choices import DaysOff
from partners.models import Holiday
from partners.services import working_days as services

from .factories import HolidayFactory, MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db

LIST = reverse("desk_working_days")
NEXT_YEAR = timezone.localdate().year + 1
NEW_YEAR = datetime.date(NEXT_YEAR, 1, 1)


@pytest.fixture
def partner():
    return PartnerFactory(slug="wco", acronym="WCO")


@pytest.fixture
def focal(client, partner):
    """The browser of the organisation's focal point."""
    member = MembershipFactory(partner=partner, focal=True, user__name="Focal point")
    sign_in(client, member.user, mfa=True)
    return client


def page(partner):
    return reverse("desk_working_days_edit", args=[partner.slug])


def rows(*holidays, **others):
    """What the form of holidays sends: name, first day, last day of each row."""
    data = {"add": "", "holidays-TOTAL_FORMS": "3", "holidays-INITIAL_FORMS": "0", **others}
    for number, (name, first, last) in enumerate(holidays):
        data |= {
            f"holidays-{number}-name": name,
            f"holidays-{number}-first_day": first,
            f"holidays-{number}-last_day": last,
        }
    return data


def stored():
    return list(Holiday.objects.order_by("first_day").values_list("name", "first_day", "last_day"))


# --- Who may ---


def test_pages_are_for_focal_points_and_the_secretariat(client, partner):
    other = PartnerFactory(slug="cites")
    assert client.get(LIST).status_code == 302

    for user in (UserFactory(), MembershipFactory(partner=partner).user):
        client.force_login(user)
        assert [client.get(url).status_code for url in (LIST, page(partner))] == [403, 403]
        assert client.post(page(partner), rows(("New Year", NEW_YEAR, ""))).status_code == 403

    sign_in(client, MembershipFactory(partner=partner, focal=True).user, mfa=True)
    assert [client.get(url).status_code for url in (LIST, page(partner), page(other))] == [200, 200, 404]
    assert client.post(page(other), rows(("New Year", NEW_YEAR, ""))).status_code == 404

    sign_in(client, UserFactory(roles=[roles.SECRETARIAT], totp=True), mfa=True)
    assert [client.get(url).status_code for url in (page(partner), page(other))] == [200, 200]
    assert stored() == []


def test_focal_point_sees_and_deletes_holidays_of_its_own_organisation_only(focal, partner):
    foreign = HolidayFactory(name="Somebody else’s day")

    assert "Somebody else’s day" not in focal.get(page(partner)).content.decode()
    focal.post(page(partner), {"delete": foreign.pk})

    assert Holiday.objects.filter(pk=foreign.pk).exists()


def test_groups_have_no_people_and_no_working_days(client):
    group = PartnerFactory(group=True)
    sign_in(client, UserFactory(roles=[roles.SECRETARIAT], totp=True), mfa=True)

    assert client.get(page(group)).status_code == 404
    assert page(group) not in client.get(reverse("desk_partner_edit", args=[group.slug])).content.decode()


def test_desk_and_page_of_the_organisation_lead_here(client, partner):
    sign_in(client, UserFactory(roles=[roles.SECRETARIAT], totp=True), mfa=True)

    assert f'href="{LIST}"' in client.get("/desk/").content.decode()
    assert f'href="{page(partner)}"' in client.get(reverse("desk_partner_edit", args=["wco"])).content.decode()
    assert f'href="{page(partner)}"' in client.get(LIST).content.decode()


# --- The week ---


def test_days_off_are_saved_with_who_and_when(focal, partner):
    response = focal.post(page(partner), {"days_off": DaysOff.FRIDAY_SATURDAY, "version": 0})

    partner.refresh_from_db()
    assert response["Location"] == page(partner)
    assert (partner.days_off, partner.version) == (DaysOff.FRIDAY_SATURDAY, 1)
    change = focal.get(page(partner)).context["changes"][0]
    assert (change.who, change.fields) == ("Focal point", ["weekly days off"])
    event = AuditEvent.objects.latest("pk")
    assert (event.did, event.before, event.after) == (
        "edited", {"days_off": DaysOff.SATURDAY_SUNDAY}, {"days_off": DaysOff.FRIDAY_SATURDAY},
    )  # fmt: skip


def test_slower_of_two_editors_sees_what_the_other_chose(focal, partner):
    focal.post(page(partner), {"days_off": DaysOff.FRIDAY, "version": 0})

    response = focal.post(page(partner), {"days_off": DaysOff.SUNDAY, "version": 0})

    shown = [(row.theirs, row.mine, row.is_taken_over) for row in response.context["differences"]]
    assert shown == [("Friday", "Sunday", False)]
    assert (response.context["form"]["days_off"].value(), response.context["form"]["version"].value()) == ("sun", "1")
    partner.refresh_from_db()
    assert partner.days_off == DaysOff.FRIDAY


def test_who_changed_another_field_meanwhile_stops_nobody(focal, partner):
    """The secretariat edits the name on another page: both changes stand."""
    type(partner).objects.filter(pk=partner.pk).update(version=1)

    response = focal.post(page(partner), {"days_off": DaysOff.FRIDAY, "version": 0})

    partner.refresh_from_db()
    assert (response.status_code, partner.days_off, partner.version) == (302, DaysOff.FRIDAY, 2)


@pytest.mark.parametrize("data", [{"version": 0}, {"days_off": "mon"}, {"days_off": "fri", "version": "x"}])
def test_bad_days_off_are_refused_on_the_page(data, focal, partner):
    response = focal.post(page(partner), data)

    assert response.status_code == 200
    assert response.context["form"].errors
    partner.refresh_from_db()
    assert partner.days_off == DaysOff.SATURDAY_SUNDAY


# --- Holidays ---


def test_several_holidays_are_added_at_once(focal, partner):
    christmas = (datetime.date(NEXT_YEAR, 12, 24), datetime.date(NEXT_YEAR, 12, 26))

    response = focal.post(page(partner), rows(("New Year", NEW_YEAR, ""), ("", "", ""), ("Christmas", *christmas)))

    assert response["Location"] == f"{page(partner)}#main"
    assert stored() == [("New Year", NEW_YEAR, NEW_YEAR), ("Christmas", *christmas)]
    change = focal.get(page(partner)).context["changes"][0]
    assert (change.who, change.fields) == ("Focal point", ["holidays"])
    event = AuditEvent.objects.latest("pk")
    assert (event.did, event.after["holidays"][0]) == ("added holidays", f"{NEW_YEAR} - {NEW_YEAR} New Year")


@pytest.mark.parametrize(
    ("holiday", "words"),
    [
        (("Backwards", "2190-01-05", "2190-01-04"), "The last day lies before the first."),
        (("Long", "2190-01-01", "2190-03-02"), "A holiday has at most 60 days"),
        (("Over", "2020-01-01", "2020-01-02"), "These days have passed"),
        (("Over", "2020-01-01", ""), "These days have passed"),
        (("Far", "2200-01-01", ""), "Write a day between the years 1900 and 2199."),
        (("Far", "0001-01-01", "9999-12-31"), "Write a day between the years 1900 and 2199."),
        (("No day", "", ""), "This field is required."),
        (("No day", "soon", ""), "Enter a valid date."),
        (("", "2190-01-01", ""), "This field is required."),
        (("x" * 81, "2190-01-01", ""), "at most 80 characters"),
    ],
)
def test_bad_holiday_is_refused_in_plain_words_and_stays_in_the_form(holiday, words, focal, partner):
    response = focal.post(page(partner), rows(("New Year", NEW_YEAR, ""), holiday))

    html = response.content.decode()
    assert (response.status_code, words in html) == (200, True)
    assert "Constraint" not in html
    # On top as well, with the number that stands above its fields.
    assert "Holiday 2, " in html.partition('class="error-summary"')[2].partition("</ul>")[0]
    assert all(f'value="{name}"' in html for name in ("New Year", holiday[0]) if name)
    assert stored() == []


def test_sixty_days_are_the_most(focal, partner):
    focal.post(page(partner), rows(("Recess", "2190-01-01", "2190-03-01")))

    [(_name, first, last)] = stored()
    assert (last - first).days + 1 == 60


@pytest.mark.parametrize(
    "data", [{"add": ""}, rows(), {**rows(("New Year", NEW_YEAR, "")), "holidays-TOTAL_FORMS": "1000000"}]
)
def test_nothing_to_add_or_a_broken_form_is_said(data, focal, partner):
    response = focal.post(page(partner), data)

    assert response.status_code == 200
    assert response.context["rows"].non_form_errors()
    assert stored() == []


def test_what_two_people_add_stands_side_by_side(focal, partner):
    """Both opened the page before either of them saved."""
    focal.post(page(partner), rows(("New Year", NEW_YEAR, "")))
    focal.post(page(partner), rows(("Founding day", datetime.date(NEXT_YEAR, 5, 2), "")))

    assert [name for name, _first, _last in stored()] == ["New Year", "Founding day"]


def test_same_days_are_not_added_twice(focal, partner):
    focal.post(page(partner), rows(("New Year", NEW_YEAR, "")))

    response = focal.post(page(partner), rows(("First of January", NEW_YEAR, NEW_YEAR)))

    assert response.context["refusal"] == "“New Year” has these days already. Nothing was added."
    assert 'value="First of January"' in response.content.decode()
    assert len(stored()) == 1


@pytest.mark.row_locks
@pytest.mark.django_db(transaction=True)
def test_same_days_are_not_added_twice_in_two_processes():
    focal = MembershipFactory(focal=True)
    values = {"name": "New Year", "first_day": NEW_YEAR, "last_day": NEW_YEAR}
    barrier = threading.Barrier(2)

    def add():
        barrier.wait()
        with contextlib.suppress(ValidationError), contextlib.closing(connection):
            services.add_holidays(partner=focal.partner, by=focal.user, holidays=[values], today=timezone.localdate())

    threads = [threading.Thread(target=add) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(stored()) == 1


def test_holiday_is_deleted_once(focal, partner):
    holiday = HolidayFactory(partner=partner, name="Founding day")

    first = focal.post(page(partner), {"delete": holiday.pk}, follow=True)
    second = focal.post(page(partner), {"delete": holiday.pk}, follow=True)

    assert "This holiday is deleted: Founding day." in first.content.decode()
    assert "Somebody else has deleted this holiday already." in second.content.decode()
    assert first.context["changes"][0].fields == ["holidays"]
    assert AuditEvent.objects.filter(did="deleted a holiday").count() == 1


@pytest.mark.parametrize("key", ["", "x", "-1", "9" * 30, "²"])
def test_unknown_holiday_is_no_error(key, focal, partner):
    HolidayFactory(partner=partner)

    assert focal.post(page(partner), {"delete": key}).status_code == 302
    assert Holiday.objects.count() == 1


def test_past_holidays_fold_away(focal, partner):
    past, coming = HolidayFactory(partner=partner, past=True), HolidayFactory(partner=partner)

    context = focal.get(page(partner)).context

    assert (list(context["past"]), list(context["coming"])) == ([past], [coming])


def test_holidays_have_an_end(focal, partner, monkeypatch):
    monkeypatch.setattr("partners.services.working_days.MOST_COMING", 1)
    HolidayFactory(partner=partner)

    response = focal.post(page(partner), rows(("New Year", NEW_YEAR, "")))

    assert response.context["refusal"] == "An organisation has at most 1 holidays to come."
    assert len(stored()) == 1


# --- What it costs ---


def test_list_query_count_is_constant(client, partner, django_assert_max_num_queries):
    sign_in(client, UserFactory(roles=[roles.SECRETARIAT], totp=True), mfa=True)
    counts = []
    for more in (1, 2):
        for organisation in PartnerFactory.create_batch(more):
            HolidayFactory.create_batch(more, partner=organisation)
        client.get(LIST)
        with django_assert_max_num_queries(20) as counted:
            client.get(LIST)
        counts.append(len(counted))

    assert counts[0] == counts[1]


def test_page_query_count_is_constant(focal, partner, django_assert_max_num_queries):
    counts = []
    for more in (1, 2):
        HolidayFactory.create_batch(more, partner=partner)
        HolidayFactory.create_batch(more, partner=partner, past=True)
        focal.get(page(partner))
        with django_assert_max_num_queries(20) as counted:
            focal.get(page(partner))
        counts.append(len(counted))

    assert counts[0] == counts[1]
