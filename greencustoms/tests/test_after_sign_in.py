import pytest
from django.urls import reverse

from greencustoms import roles
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in
from partners.tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


def first_page(client, user):
    sign_in(client, user, mfa=True)
    return client.get(reverse("after_sign_in"))["Location"]


def test_each_kind_of_person_has_a_first_page(client):
    assert first_page(client, MembershipFactory().user) == "/my/"
    assert first_page(client, UserFactory(roles=[roles.SECRETARIAT], totp=True)) == "/desk/"
    assert first_page(client, UserFactory(roles=[roles.ACCESS_ADMINISTRATOR], totp=True)) == "/desk/access/"
    assert first_page(client, UserFactory()) == "/enforcement/"


def test_page_that_was_wanted_comes_first(client):
    client.force_login(UserFactory())

    assert client.get(reverse("after_sign_in"), {"next": "/my/profile/"})["Location"] == "/my/profile/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_sign_in_leads_to_no_other_site(elsewhere, client):
    client.force_login(MembershipFactory().user)

    assert client.get(reverse("after_sign_in"), {"next": elsewhere})["Location"] == "/my/"


def test_after_sign_in_asks_strangers_to_sign_in(client):
    assert client.get(reverse("after_sign_in"))["Location"].startswith("/accounts/login/")
