"""The access administrators' desk."""

import datetime

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from enforcement.access import DECIDING_SECONDS
from enforcement.choices import LogKind, RequestState
from enforcement.models import AccessGrant, AccessLog
from enforcement.tests.factories import AccessGrantFactory, AccessRequestFactory, RiskIndicatorFactory
from enforcement.urls_desk import urlpatterns
from greencustoms import roles
from greencustoms.core.tests.factories import TOTP_SECRET, UserFactory
from greencustoms.core.tests.sign_in import sign_in
from partners.tests.factories import AgreementFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return UserFactory(totp=True, roles=[roles.ACCESS_ADMINISTRATOR])


@pytest.fixture
def desk(client, administrator):
    return sign_in(client, administrator, mfa=True)


def form(person, agreement, **changes):
    ends_on = timezone.now().date() + datetime.timedelta(days=90)
    wanted = {
        "officer": person.email.upper(),
        "tlp_ceiling": "AMBER",
        "agreements": [agreement.pk],
        "regions": ["africa"],
        "ends_on": ends_on.isoformat(),
        "reason": "Vetted.",
    }
    return {**wanted, **changes}


def queries(client, page):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page).status_code == 200
    return len(captured)


def all_pages():
    grant, asked = AccessGrantFactory(), AccessRequestFactory()
    rows = {"desk_access_revoke": [grant.pk], "desk_access_refuse": [asked.pk]}
    return [reverse(pattern.name, args=rows.get(pattern.name)) for pattern in urlpatterns]


@pytest.mark.parametrize(
    "person",
    [
        lambda: UserFactory(totp=True),
        lambda: UserFactory(totp=True, roles=[roles.SECRETARIAT]),
        lambda: UserFactory(totp=True, roles=[roles.STEWARD]),
        lambda: UserFactory(totp=True, is_superuser=True, is_staff=True),
        lambda: AccessGrantFactory().user,
    ],
    ids=["user", "secretariat", "steward", "superuser", "officer"],
)
def test_desk_is_closed_to_others(client, person):
    sign_in(client, person(), mfa=True)

    assert {client.get(page).status_code for page in all_pages()} == {403}
    assert {client.post(page).status_code for page in all_pages()[1:4]} == {403}


def test_desk_asks_visitors_to_sign_in(client):
    assert all(client.get(page).url.startswith("/accounts/login/") for page in all_pages())


def test_desk_is_open_to_access_administrators(desk):
    assert {desk.get(page).status_code for page in all_pages()} == {200}


def test_desk_without_a_second_factor_in_this_session_asks_for_it(client, administrator):
    sign_in(client, administrator, mfa=False)

    assert all(client.get(page).url.startswith("/accounts/2fa/reauthenticate/?next=") for page in all_pages())


def test_deciding_wants_a_second_factor_of_the_last_ten_minutes(client, administrator):
    sign_in(client, administrator, mfa=True, age_seconds=DECIDING_SECONDS + 5)
    overview, *deciding, log = all_pages()

    assert [client.get(page).status_code for page in (overview, log)] == [200, 200]
    assert {client.get(page).status_code for page in deciding} == {302}


def test_grant_sent_with_a_stale_second_factor_goes_on_after_the_code(client, administrator):
    officer, agreement = UserFactory(), AgreementFactory()
    sign_in(client, administrator, mfa=True, age_seconds=DECIDING_SECONDS + 5)

    asked_for = client.post(reverse("desk_access_grant"), form(officer, agreement))
    before = AccessGrant.objects.count()
    client.post(asked_for.url, {"code": _code()})

    assert asked_for.url.startswith("/accounts/2fa/reauthenticate/")
    assert (before, [grant.user for grant in AccessGrant.objects.all()]) == (0, [officer])


def _code():
    return format_hotp_value(hotp_value(TOTP_SECRET, int(timezone.now().timestamp()) // 30))


def test_overview_shows_requests_and_grants(desk):
    asked = AccessRequestFactory()
    soon = AccessGrantFactory(ends_at=timezone.now() + datetime.timedelta(days=29))
    later = AccessGrantFactory(ends_at=timezone.now() + datetime.timedelta(days=60))
    gone = AccessGrantFactory(expired=True)
    revoked = AccessGrantFactory(revoked=True)

    context = desk.get(reverse("desk_access")).context

    assert list(context["requests"]) == [asked]
    assert list(context["lapsing"]) == [soon]
    assert context["page"].rows == [soon, later]
    assert set(context["ended"]) == {gone, revoked}


def test_overview_marks_grants_for_an_address_that_changed(desk):
    changed, kept = AccessGrantFactory(), AccessGrantFactory()
    EmailAddress.objects.filter(user=changed.user).update(email="me@private.example")

    response = desk.get(reverse("desk_access"))

    assert {grant.pk: grant.is_address_vetted for grant in response.context["page"].rows} == {
        changed.pk: False, kept.pk: True,
    }  # fmt: skip
    assert response.content.decode().count("address changed since; opens nothing") == 1


def test_grant_for_a_request_answers_it(desk, administrator):
    asked, agreement = AccessRequestFactory(), AgreementFactory()
    address = f"{reverse('desk_access_grant')}?request={asked.pk}"

    shown = desk.get(address)
    response = desk.post(address, form(asked.user, agreement))
    asked.refresh_from_db()

    assert shown.context["form"]["officer"].value() == asked.user.email
    assert response.url == reverse("desk_access")
    assert (asked.state, asked.answered_by) == (RequestState.GRANTED, administrator)
    assert AccessGrant.objects.get().user == asked.user


@pytest.mark.parametrize("number", ["x", "0", "999999999999999999999999", "-1", ""])
def test_grant_for_a_request_that_is_none_is_404(desk, number):
    assert desk.get(reverse("desk_access_grant"), {"request": number}).status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"tlp_ceiling": "RED"}, "tlp_ceiling"),
        ({"tlp_ceiling": "AMBER+STRICT"}, "tlp_ceiling"),
        ({"ends_on": "2099-01-01"}, "ends_on"),
        ({"ends_on": "soon"}, "ends_on"),
        ({"officer": "nobody@nowhere.example"}, "officer"),
        ({"regions": []}, "regions"),
        ({"agreements": []}, "agreements"),
        ({"reason": ""}, "reason"),
    ],
)
def test_grant_form_says_what_is_wrong_and_grants_nothing(desk, changes, field):
    response = desk.post(reverse("desk_access_grant"), form(UserFactory(), AgreementFactory(), **changes))

    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert not AccessGrant.objects.exists()


def test_grant_to_oneself_is_told_no(desk, administrator):
    response = desk.post(reverse("desk_access_grant"), form(administrator, AgreementFactory()))

    assert response.context["form"].errors["officer"] == ["Nobody decides on their own access."]


def test_revoking_needs_a_confirmation(desk):
    grant = AccessGrantFactory()
    address = reverse("desk_access_revoke", args=[grant.pk])

    shown = desk.get(address).status_code
    live_before = AccessGrant.objects.live(timezone.now()).count()
    response = desk.post(address, {"reason": "Left the office."})

    assert (shown, live_before, response.url) == (200, 1, reverse("desk_access"))
    assert AccessGrant.objects.live(timezone.now()).count() == 0


def test_revoking_what_has_ended_is_404(desk):
    grant = AccessGrantFactory(expired=True)

    assert desk.post(reverse("desk_access_revoke", args=[grant.pk]), {"reason": "-"}).status_code == 404


def test_refusing_a_request_tells_and_closes_it(desk):
    asked = AccessRequestFactory()

    desk.post(reverse("desk_access_refuse", args=[asked.pk]), {"reason": "Unknown office."})
    asked.refresh_from_db()

    assert (asked.state, asked.answer_reason) == (RequestState.REFUSED, "Unknown office.")


@pytest.fixture
def read_item(administrator):
    item = RiskIndicatorFactory(reference="GC-7", title="Canary-title")
    officer = UserFactory(name="Office of the reader")
    AccessLog.objects.create(kind=LogKind.READ, by=officer, item_reference="GC-7", tlp="AMBER")
    return item


def test_log_shows_item_number_label_and_reader_never_the_title(desk, read_item):
    page = desk.get(reverse("desk_access_log")).content.decode()

    assert "GC-7" in page
    assert "TLP:AMBER" in page
    assert "Office of the reader" in page
    assert "Canary-title" not in page


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ({"item": "gc-7"}, {LogKind.READ}),
        ({"who": "office of the reader"}, {LogKind.READ}),
        ({"who": "nobody"}, set()),
        ({"kind": "read"}, {LogKind.READ}),
    ],
)
def test_log_is_narrowed_by_person_and_item(desk, read_item, query, kinds):
    rows = desk.get(reverse("desk_access_log"), query).context["page"].rows

    assert {row.kind for row in rows} == kinds


def test_log_with_a_bad_filter_says_so_and_stays_usable(desk, read_item):
    response = desk.get(reverse("desk_access_log"), {"kind": "nonsense", "page": "9" * 30})

    assert response.status_code == 200
    assert list(response.context["filter"].form.errors) == ["kind"]
    assert response.context["page"].rows


def test_opening_the_log_leaves_a_row(desk, administrator):
    desk.get(reverse("desk_access_log"))

    assert list(AccessLog.objects.values_list("kind", "by")) == [(LogKind.LOG, administrator.pk)]


def test_desk_access_query_count_is_constant(desk):
    def add():
        AccessRequestFactory()
        AccessGrantFactory(agreements=[AgreementFactory()], ends_at=timezone.now() + datetime.timedelta(days=9))
        AccessGrantFactory(revoked=True)

    add()
    with_one = queries(desk, reverse("desk_access"))
    add()
    add()

    assert queries(desk, reverse("desk_access")) <= with_one


def test_desk_access_log_query_count_is_constant(desk):
    AccessLog.objects.create(kind=LogKind.GRANTED, by=UserFactory(), about=UserFactory())
    with_one = queries(desk, reverse("desk_access_log"))
    for _ in range(2):
        AccessLog.objects.create(kind=LogKind.GRANTED, by=UserFactory(), about=UserFactory())

    assert queries(desk, reverse("desk_access_log")) <= with_one
