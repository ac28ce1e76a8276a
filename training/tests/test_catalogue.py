"""The catalogue with the courses of the files."""

import re

import pytest
from django.db import transaction

from greencustoms.core import search
from partners.loading import load_partners
from training import findable
from training.loading import load_courses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_catalogue")]

LIST = "/courses/"


@pytest.fixture(scope="module")
def _catalogue(django_db_setup, django_db_blocker):
    """The catalogue of the files, loaded once for these tests and rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_partners()
        load_courses()
        search.replace_kind("course", findable.findables())
        yield
        transaction.set_rollback(True)


def titles(response):
    return [row["title"] for row in response.context["rows"]]


def options(response, name):
    return [words for value, words in response.context["filter"].form.fields[name].widget.choices if value]


def test_course_list_shows_the_eight_of_the_source_page_and_the_others(client):
    response = client.get(LIST)

    assert response.status_code == 200
    assert response.context["count"] == 16
    assert "Introduction to CITES for Customs" in titles(response)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("agreement=cites", 7),
        ("agreement=basel-convention", 2),
        ("provider=wco", 4),
        ("audience=prosecutors", 1),
        ("audience=judiciary", 1),
        ("language=es", 2),
        ("language=ar", 1),
        ("language=none", 12),
        ("access=open", 2),
        ("access=customs", 4),
        ("certificate=yes", 2),
        ("today=true", 10),
        ("today=on&language=es", 2),
        ("agreement=cites&language=fr", 1),
        ("q=ivory", 0),
        ("q=wildlife+enforcement", 0),
        ("q=prosecutors", 1),
        ("q=PROSECUTOR", 1),
        ("q=enf%C3%B3rcement+officers&agreement=cites", 3),
        ("agreement=cites&access=open", 0),
    ],
)
def test_course_list_filters(query, count, client):
    response = client.get(f"{LIST}?{query}")

    assert response.status_code == 200
    assert (response.context["count"], len(response.context["rows"])) == (count, count)
    assert not response.context["filter"].form.errors


@pytest.mark.parametrize(
    ("query", "bad"),
    [
        ("access=nonsense", ["access"]),
        ("agreement=nagoya-protocol", ["agreement"]),
        ("language=xx&certificate=maybe", ["certificate", "language"]),
        ("page=10%5E30", []),
        ("page=1000000000000000000000000000000", []),
        ("page=-1&q=%00", []),
        ("today=nonsense&page=2", []),
        ("provider=%ED%A0%80&language=%00", ["provider"]),
        ("audience=general-public&audience=nonsense", ["audience"]),
    ],
)
def test_bad_query_gives_a_form_error_and_keeps_the_list(query, bad, client):
    response = client.get(f"{LIST}?{query}")

    assert response.status_code == 200
    assert sorted(response.context["filter"].form.errors) == bad
    assert response.context["rows"]


def test_facets_show_only_values_that_exist_with_their_counts(client):
    response = client.get(LIST)

    assert options(response, "language") == [
        "Arabic (1)",
        "English (4)",
        "French (2)",
        "Spanish (2)",
        "not stated (12)",
    ]
    assert options(response, "access") == [
        "open to everyone (2)",
        "with registration (10)",
        "customs administrations only (4)",
    ]
    assert options(response, "certificate") == ["with certificate (2)", "not stated (14)"]


def test_facet_counts_follow_every_other_filter(client):
    response = client.get(f"{LIST}?language=es&agreement=cites")

    assert options(response, "language") == ["English (1)", "French (1)", "Spanish (1)", "not stated (6)"]
    assert options(response, "agreement") == [
        "Basel Convention (1)", "CITES (1)", "Rotterdam Convention (1)", "Stockholm Convention (1)",
    ]  # fmt: skip
    assert options(response, "access") == ["with registration (1)"]


def test_chosen_filters_stand_above_the_list_and_can_be_removed(client):
    response = client.get(f"{LIST}?language=es&agreement=cites&page=1")

    assert response.context["chips"] == [
        ("Agreement: CITES", "/courses/?language=es"),
        ("Language: Spanish", "/courses/?agreement=cites"),
    ]
    assert response.context["unstated_url"] == "/courses/?language=none&agreement=cites"
    assert response.context["unstated_count"] == 6


def test_courses_one_can_take_today_are_one_click_away(client):
    page = client.get(f"{LIST}?agreement=cites&page=3")

    response = client.get(page.context["today_url"])

    assert page.context["today_count"] == response.context["count"] == 5
    assert response.context["chips"][0] == (
        "I can take it today, without a coordinator: yes",
        "/courses/?agreement=cites",
    )


def test_course_page_shows_general_steps_restriction_and_what_is_not_verified(client):
    html = client.get("/courses/wco-clikc-montreal-protocol/").content.decode()

    assert "These are general steps, confirm with the provider." in html
    assert len(re.findall(r"<li>", html.split('class="steps"')[1].split("</ol>")[0])) == 5
    assert "Only for customs administrations." in html
    assert "to be verified" in html
    assert "first page of the site only" in html
    assert '<time datetime="2011-12-05">5 December 2011</time>' in html
    assert "8 hours" in html
    assert "title in our words" in html


def test_platform_page_lists_its_courses(client):
    response = client.get("/platforms/wco-clikc/")

    assert len(titles(response)) == 4
    assert "World Customs Organization" in response.content.decode()


@pytest.mark.parametrize("address", [LIST, "/courses/rotterdam-itorc/", "/platforms/wco-clikc/"])
def test_public_page_opens_no_session_and_holds_no_posting_form(address, client):
    response = client.get(address)

    assert not response.cookies
    assert "csrfmiddlewaretoken" not in response.content.decode()
    assert len(response.content) < 60_000
    assert client.get(address, headers={"If-None-Match": response["ETag"]}).status_code == 304
