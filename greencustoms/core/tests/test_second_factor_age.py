import pytest

from greencustoms.core.sessions import second_factor_age
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in

pytestmark = pytest.mark.django_db


def _request(rf, client, user):
    request = rf.get("/")
    request.user, request.session = user, client.session
    return request


def test_age_counts_from_the_second_factor_of_this_session(rf, client):
    user = UserFactory(totp=True)
    sign_in(client, user, mfa=True, age_seconds=90)

    age = second_factor_age(_request(rf, client, user))

    assert age == pytest.approx(90, abs=10)


def test_age_without_a_second_factor_in_this_session_is_none(rf, client):
    user = UserFactory(totp=True)
    sign_in(client, user)

    assert second_factor_age(_request(rf, client, user)) is None


def test_age_of_another_person_is_none(rf, client):
    sign_in(client, UserFactory(totp=True), mfa=True)

    assert second_factor_age(_request(rf, client, UserFactory(totp=True))) is None
