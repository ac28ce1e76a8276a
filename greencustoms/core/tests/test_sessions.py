import time

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.urls import reverse

from greencustoms import roles
from greencustoms.core import sessions

from .factories import UserFactory

pytestmark = pytest.mark.django_db

# Any page that belongs to those signed in and needs no role.
PAGE = "/my/profile/"


@pytest.fixture
def signed_in(client):
    client.force_login(UserFactory())
    return client


def turn_back(client, key, seconds):
    session = client.session
    session[key] -= seconds
    session.save()


def test_both_clocks_start_with_the_sign_in(signed_in):
    now = time.time()

    assert abs(signed_in.session[sessions.BEGAN] - now) < 5
    assert abs(signed_in.session[sessions.SEEN] - now) < 5


@pytest.mark.parametrize(
    ("key", "seconds", "code"),
    [
        (sessions.SEEN, settings.SESSION_IDLE_SECONDS - 5, 200),
        (sessions.SEEN, settings.SESSION_IDLE_SECONDS + 5, 302),
        (sessions.BEGAN, settings.SESSION_COOKIE_AGE - 5, 200),
        (sessions.BEGAN, settings.SESSION_COOKIE_AGE + 5, 302),
    ],
    ids=["just before 2 idle hours", "after 2 idle hours", "just before 12 hours", "after 12 hours"],
)
def test_session_ends_after_two_idle_hours_and_after_twelve_in_any_case(key, seconds, code, signed_in):
    turn_back(signed_in, key, seconds)

    assert signed_in.get(PAGE).status_code == code


def test_ended_session_is_gone_for_good(signed_in):
    turn_back(signed_in, sessions.SEEN, settings.SESSION_IDLE_SECONDS + 5)

    response = signed_in.get(PAGE)

    assert response["Location"].startswith(reverse("account_login"))
    assert "_auth_user_id" not in signed_in.session


def test_working_keeps_the_session_awake_but_not_beyond_twelve_hours(signed_in):
    turn_back(signed_in, sessions.SEEN, 3_600)
    turn_back(signed_in, sessions.BEGAN, settings.SESSION_COOKIE_AGE - 60)

    assert signed_in.get(PAGE).status_code == 200
    assert time.time() - signed_in.session[sessions.SEEN] < 5

    turn_back(signed_in, sessions.BEGAN, 120)
    assert signed_in.get(PAGE).status_code == 302


def test_reading_pages_does_not_write_the_session_each_time(signed_in):
    signed_in.get(PAGE)
    before = signed_in.session[sessions.SEEN]
    turn_back(signed_in, sessions.SEEN, sessions.WRITE_EVERY_SECONDS - 10)

    signed_in.get(PAGE)

    assert signed_in.session[sessions.SEEN] == before - (sessions.WRITE_EVERY_SECONDS - 10)


@pytest.mark.parametrize("role", roles.ROLES, ids=lambda role: role.name)
def test_everyone_with_a_role_is_kept_on_the_second_factor_pages_until_enrolled(role, client):
    client.force_login(UserFactory(roles=[role]))

    for path in (PAGE, "/", "/desk/people/", "/admin/", "/partners/"):
        assert client.get(path)["Location"] == reverse("mfa_index"), path
    assert client.post(PAGE, {"name": "x"})["Location"] == reverse("mfa_index")
    assert client.get(reverse("mfa_index")).status_code == 200
    assert client.get("/healthz").status_code == 200


def test_second_factor_opens_the_gate(client):
    client.force_login(UserFactory(roles=[roles.SECRETARIAT], totp=True))

    assert client.get(PAGE).status_code == 200


def test_recovery_codes_alone_do_not_open_the_gate(client):
    user = UserFactory(roles=[roles.SECRETARIAT])
    Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x"})
    client.force_login(user)

    assert client.get(PAGE)["Location"] == reverse("mfa_index")


def test_person_without_a_role_needs_no_second_factor(signed_in):
    assert signed_in.get(PAGE).status_code == 200


def test_role_holder_may_sign_out_without_a_second_factor(client):
    client.force_login(UserFactory(roles=[roles.SECRETARIAT]))

    client.post(reverse("account_logout"))

    assert "_auth_user_id" not in client.session
