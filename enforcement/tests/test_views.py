"""Pages of officers: what one holds, asking, list and search."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enforcement.choices import RequestState
from enforcement.models import AccessRequest
from enforcement.tests.factories import AccessGrantFactory, AccessRequestFactory, RiskIndicatorFactory
from greencustoms import roles
from greencustoms.core.people import second_factor_needed
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in
from partners.tests.factories import AgreementFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreement():
    return AgreementFactory()


@pytest.fixture
def officer(agreement):
    return AccessGrantFactory(agreements=[agreement]).user


def test_home_says_how_to_ask_and_points_to_the_cen(client):
    page = sign_in(client, UserFactory(), mfa=True).get("/enforcement/").content.decode()

    assert reverse("enforcement_ask") in page
    assert "Customs Enforcement Network" in page
    assert reverse("indicator_list") not in page


def test_home_says_what_an_officer_holds_and_until_when(client, officer, agreement):
    page = sign_in(client, officer, mfa=True).get("/enforcement/").content.decode()

    assert agreement.short_name in page
    assert "TLP:AMBER" in page
    assert "Last day" in page


@pytest.mark.parametrize("has_one", [False, True])
def test_home_asks_for_a_second_factor_only_where_it_is_missing(client, has_one):
    page = sign_in(client, UserFactory(totp=has_one), mfa=has_one).get("/enforcement/").content.decode()

    assert ("Set up a second factor" in page) == (not has_one)
    assert "An access administrator decides" in page


def test_home_of_an_access_administrator_offers_no_request(client):
    administrator = UserFactory(totp=True, roles=[roles.ACCESS_ADMINISTRATOR])

    page = sign_in(client, administrator, mfa=True).get("/enforcement/").content.decode()

    assert reverse("desk_access") in page
    assert reverse("enforcement_ask") not in page


def test_asking_leaves_an_open_request(client):
    user = UserFactory(totp=True)
    sign_in(client, user, mfa=True)

    response = client.post(reverse("enforcement_ask"), {"purpose": "Border post.", "supervisor_office": "Office A"})

    assert response.url == "/enforcement/"
    assert list(AccessRequest.objects.values_list("user", "state")) == [(user.pk, RequestState.OPEN)]
    assert b"Your request is waiting" in client.get("/enforcement/").content


def test_asking_without_a_purpose_is_told(client):
    response = sign_in(client, UserFactory(), mfa=True).post(
        reverse("enforcement_ask"), {"supervisor_office": "Office A"}
    )

    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["purpose"]


def test_asking_while_a_request_waits_leads_home(client):
    asked = AccessRequestFactory()

    assert sign_in(client, asked.user, mfa=True).get(reverse("enforcement_ask")).url == "/enforcement/"


def test_who_holds_or_asks_for_a_grant_needs_a_second_factor(officer):
    people = [officer, AccessRequestFactory().user, AccessGrantFactory(expired=True).user, UserFactory()]

    assert [second_factor_needed(person) for person in people] == [True, True, False, False]


def test_grant_holder_without_a_second_factor_is_led_to_set_one_up(client, agreement):
    user = AccessGrantFactory(user=UserFactory(), agreements=[agreement]).user

    assert sign_in(client, user, mfa=False).get(reverse("indicator_list")).url == reverse("mfa_index")


def test_list_shows_what_the_grant_covers_and_nothing_else(client, officer, agreement):
    seen = RiskIndicatorFactory(agreements=[agreement])
    RiskIndicatorFactory()
    RiskIndicatorFactory(agreements=[agreement], withdrawn=True)
    RiskIndicatorFactory(agreements=[agreement], expired=True)
    RiskIndicatorFactory(agreements=[agreement], tlp="RED")

    response = sign_in(client, officer, mfa=True).get(reverse("indicator_list"))

    assert response.context["items"] == [seen]


def test_search_is_a_post_over_what_one_may_see(client, officer, agreement):
    found = RiskIndicatorFactory(title="Refrigerant", agreements=[agreement])
    RiskIndicatorFactory(title="Reptiles", agreements=[agreement])
    RiskIndicatorFactory(title="Refrigerant elsewhere")

    response = sign_in(client, officer, mfa=True).post(reverse("indicator_list"), {"words": "refrigerant"})

    assert response.context["items"] == [found]


def test_search_words_in_the_address_are_not_read(client, officer, agreement):
    RiskIndicatorFactory.create_batch(2, agreements=[agreement])

    response = sign_in(client, officer, mfa=True).get(reverse("indicator_list"), {"words": "nowhere"})

    assert len(response.context["items"]) == 2


def test_search_survives_odd_characters(client, officer, agreement):
    RiskIndicatorFactory(agreements=[agreement])
    sign_in(client, officer, mfa=True)

    for words in ("\x00", "%", "_", "'\"", "\\", "x" * 300):
        assert client.post(reverse("indicator_list"), {"words": words}).status_code == 200


def test_detail_takes_no_post(client, officer, agreement):
    item = RiskIndicatorFactory(agreements=[agreement])

    assert sign_in(client, officer, mfa=True).post(reverse("indicator_detail", args=[item.pk])).status_code == 405


def test_indicator_list_query_count_is_constant(client, officer, agreement):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("indicator_list")).status_code == 200
        return len(captured)

    sign_in(client, officer, mfa=True)
    RiskIndicatorFactory(agreements=[agreement])
    client.get("/enforcement/")
    with_one = queries()
    RiskIndicatorFactory.create_batch(2, agreements=[agreement])

    assert queries() == with_one
