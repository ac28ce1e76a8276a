import time
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.test import Client
from django.urls import reverse

from greencustoms import roles
from greencustoms.core import people, sessions
from greencustoms.core.session_store import SessionStore

from .factories import PASSWORD, UserFactory, own_totp
from .sign_in import code_of, sign_in

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


def test_second_factor_used_in_this_session_opens_the_gate(client):
    sign_in(client, UserFactory(roles=[roles.SECRETARIAT], totp=True), mfa=True)

    assert client.get(PAGE).status_code == 200


@pytest.mark.parametrize("given", [[roles.SECRETARIAT], []], ids=["with a role", "without"])
def test_password_alone_no_longer_counts_once_a_factor_was_set_up_elsewhere(given, client):
    user = UserFactory(roles=given)
    sign_in(client, user)
    own_totp(user)

    for path in (PAGE, "/", "/desk/", *map(reverse, ("mfa_index", "mfa_deactivate_totp", "account_change_password"))):
        page, _, wanted = client.get(path)["Location"].partition("?")
        assert (page, unquote(wanted)) == (reverse("mfa_reauthenticate"), f"next={path}")
    assert client.get(reverse("account_reauthenticate"))["Location"].startswith(reverse("mfa_reauthenticate"))


def test_code_given_later_opens_the_gate_and_leads_back(client):
    user = UserFactory(roles=[roles.SECRETARIAT], totp=True)
    sign_in(client, user)
    asked = client.get("/desk/people/?page=2")["Location"]

    page = client.get(asked)
    response = client.post(asked, {"code": code_of(), "next": "/desk/people/?page=2"})

    assert (page.status_code, response["Location"]) == (200, "/desk/people/?page=2")
    assert 'value="/desk/people/?page=2"' in page.content.decode()
    assert client.get(PAGE).status_code == 200


def test_password_is_not_offered_in_place_of_the_code(client):
    user = UserFactory(totp=True)
    sign_in(client, user)

    assert client.get(reverse("mfa_reauthenticate")).context["reauthentication_alternatives"] == []


def test_recovery_code_counts_as_the_use_of_a_factor(client):
    user = UserFactory(roles=[roles.SECRETARIAT], totp=True)
    codes = RecoveryCodes.activate(user).get_unused_codes()
    sign_in(client, user)

    client.post(reverse("mfa_reauthenticate"), {"code": codes[0]})

    assert client.get(PAGE).status_code == 200


def test_security_key_is_asked_for_where_it_is_the_factor(client):
    user = UserFactory(roles=[roles.SECRETARIAT])
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={})
    sign_in(client, user)

    assert client.get(PAGE)["Location"].startswith(reverse("mfa_reauthenticate_webauthn"))


@pytest.mark.django_db(transaction=True)  # allauth tells of the new factor once it is committed, within the request
def test_setting_up_a_factor_counts_as_its_use_in_this_session_only(client):
    user = UserFactory(roles=[roles.SECRETARIAT])
    elsewhere = sign_in(Client(), user)
    sign_in(client, user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret

    response = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})

    assert client.get(response["Location"]).status_code == 200
    assert client.get(PAGE).status_code == 200
    assert elsewhere.get(PAGE)["Location"].startswith(reverse("mfa_reauthenticate"))


def test_recovery_codes_alone_do_not_open_the_gate(client):
    user = UserFactory(roles=[roles.SECRETARIAT])
    RecoveryCodes.activate(user)
    sign_in(client, user)

    assert client.get(PAGE)["Location"] == reverse("mfa_index")


def test_whoever_removed_the_factor_sets_one_up_again(client):
    user = UserFactory(roles=[roles.SECRETARIAT], totp=True)
    sign_in(client, user, mfa=True)
    Authenticator.objects.all().delete()

    assert client.get(PAGE)["Location"] == reverse("mfa_index")


@pytest.mark.parametrize("given", [[], [roles.SECRETARIAT, roles.STEWARD]], ids=["no role", "two roles"])
def test_all_rooms_are_asked_for_the_second_factor_in_one_statement(given, django_assert_num_queries):
    user = UserFactory(roles=given)

    with django_assert_num_queries(1):
        assert people.second_factor_needed(user) is bool(given)


def test_person_without_a_role_needs_no_second_factor(signed_in):
    assert signed_in.get(PAGE).status_code == 200


def test_role_holder_may_sign_out_without_a_second_factor(client):
    client.force_login(UserFactory(roles=[roles.SECRETARIAT]))

    client.post(reverse("account_logout"))

    assert "_auth_user_id" not in client.session


def test_a_session_that_ended_or_never_was_begins_under_another_key():
    running, ended = SessionStore(), SessionStore()
    for store, seconds in ((running, 60), (ended, -60)):
        store["who"] = "one"
        store.set_expiry(seconds)
        store.save()

    read = {store.session_key: SessionStore(store.session_key) for store in (running, ended)}
    read["neverwasone"] = SessionStore("neverwasone")

    assert [store.get("who") for store in read.values()] == ["one", None, None]
    assert [store.session_key for store in read.values()] == [running.session_key, None, None]
