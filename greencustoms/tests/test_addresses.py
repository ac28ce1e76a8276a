"""Who gets what at which address. An address nobody declared fails the test."""

import copy

import pytest
from django.db import transaction
from django.urls import get_resolver

from .addresses import ADDRESSES, ADMIN, ROWS
from .world import PERSONAS

pytestmark = pytest.mark.django_db


def routes(patterns=None, prefix=""):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


def status_of(response) -> int:
    """A file is read to its end, so that none stays open."""
    for _part in response if response.streaming else ():
        pass
    return response.status_code


def test_every_address_is_declared_once():
    declared = [address.route for address in ADDRESSES]

    found = [route for route in routes() if not route.startswith(ADMIN.route)]

    assert sorted(found) == sorted(declared)


@pytest.mark.parametrize("persona", PERSONAS)
def test_each_person_gets_what_is_declared(persona, world, client):
    client.raise_request_exception = False
    if world.people[persona] is not None:
        world.sign_in(client, persona)
    wrong = {}
    for address in [*ADDRESSES, ADMIN, *ROWS]:
        path = address.for_world(world)
        status = status_of(client.get(path))
        if status != address.expected[persona]:
            wrong[path] = f"{status} instead of {address.expected[persona]}"

    assert wrong == {}


@pytest.mark.parametrize("persona", PERSONAS)
def test_each_person_gets_what_is_declared_on_post(persona, world, client):
    """With an empty form and without the protection against forged ones, so that the view's own guard must answer."""
    client.raise_request_exception = False
    if world.people[persona] is not None:
        world.sign_in(client, persona)
    cookies = copy.deepcopy(client.cookies)
    wrong = {}
    for address in [*ADDRESSES, ADMIN, *ROWS]:
        path = address.for_world(world)
        before = transaction.savepoint()
        status = status_of(client.post(path))
        # Whatever was signed out, withdrawn or deleted is there again for the next address.
        transaction.savepoint_rollback(before)
        client.cookies = copy.deepcopy(cookies)
        if status != address.expected_on_post[persona]:
            wrong[path] = f"{status} instead of {address.expected_on_post[persona]}"

    assert wrong == {}


def test_visitors_are_led_to_the_sign_in_and_back(world, client):
    for address in [*ADDRESSES, ADMIN]:
        if address.expected["anonymous"] == 302 and not address.route.startswith("accounts/"):
            path = address.for_world(world)

            response = client.get(path)

            assert response["Location"].partition("?")[0] in ("/accounts/login/", "/admin/login/"), path


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_public_pages_only_answer_reading(method, world, client):
    for address in ADDRESSES:
        if address.is_public_page:
            path = address.for_world(world)

            assert getattr(client, method)(path).status_code == 405, path


def test_head_answers_as_get_does(world, client):
    for address in ADDRESSES:
        if address.is_public_page:
            path = address.for_world(world)

            response = client.head(path)

            assert (response.status_code, response.content) == (200, b""), path
