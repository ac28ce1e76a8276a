"""The catalogue with few courses of the tests' own."""

import json
import re

import pytest
from django.urls import reverse

from greencustoms.core import search
from partners.tests.factories import AgreementFactory, PartnerFactory
from training import findable
from training.choices import Access
from training.models import GeneralSteps
from training.tests.factories import CourseFactory, PlatformFactory

pytestmark = pytest.mark.django_db

LIST = "/courses/"


def test_course_list_without_courses_says_so(client):
    response = client.get(LIST)

    assert response.status_code == 200
    assert "No course fits" in response.content.decode()


def test_unpublished_course_is_not_shown(client):
    course = CourseFactory(is_published=False, title="Not yet")

    assert client.get(LIST).context["count"] == 0
    assert client.get(course.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_course_list_query_count_is_constant(rows, client, django_assert_num_queries):
    CourseFactory.create_batch(rows, languages=["en"])
    client.get(f"{LIST}?page=2")  # the counts are kept from here on

    with django_assert_num_queries(3):
        client.get(LIST)


@pytest.mark.parametrize("rows", [1, 3])
def test_course_list_counts_facets_with_one_statement_each(rows, client, django_assert_num_queries):
    CourseFactory.create_batch(rows, languages=["en"])

    with django_assert_num_queries(3 + 8):
        client.get(LIST)


@pytest.mark.parametrize("rows", [1, 3])
def test_course_search_looks_into_the_index_once(rows, client, django_assert_num_queries):
    CourseFactory.create_batch(rows, languages=["en"], title="Ivory")
    search.replace_kind("course", findable.findables())
    client.get(LIST)  # the values of the facets are kept from here on

    with django_assert_num_queries(2 + 8 + 3):
        client.get(f"{LIST}?q=ivory")


@pytest.mark.parametrize("rows", [1, 3])
def test_course_page_query_count_is_constant(rows, client, django_assert_num_queries):
    course = CourseFactory(languages=["en", "fr", "es"][:rows], agreements=AgreementFactory.create_batch(rows))
    course.developed_with.set(PartnerFactory.create_batch(rows))

    with django_assert_num_queries(6):
        client.get(course.get_absolute_url())


@pytest.mark.parametrize("rows", [1, 3])
def test_platform_page_query_count_is_constant(rows, client, django_assert_num_queries):
    platform = PlatformFactory()
    CourseFactory.create_batch(rows, platform=platform, languages=["en"])

    with django_assert_num_queries(5):
        client.get(platform.get_absolute_url())


def test_course_page_shows_the_providers_own_steps_before_general_ones(client):
    GeneralSteps.objects.create(access=Access.OPEN, steps="Start.")
    course = CourseFactory(open=True, steps="Write to the provider.\nWait for an answer.", is_url_exact=True)

    html = client.get(course.get_absolute_url()).content.decode()

    assert "<li>Write to the provider.</li><li>Wait for an answer.</li>" in html
    assert "Start." not in html
    assert "You can start today" in html


def test_course_page_tells_search_engines_what_is_known(client):
    course = CourseFactory(title="Waste </script><b> & more", duration_hours=8, languages=["en"], certificate="yes")

    html = client.get(course.get_absolute_url()).content.decode()

    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)[1]
    told = json.loads(block)
    assert "<" not in block
    assert told["name"] == "Waste </script><b> & more"
    assert told["inLanguage"] == ["en"]
    assert told["educationalCredentialAwarded"] == "certificate"
    assert told["hasCourseInstance"] == {"@type": "CourseInstance", "courseMode": "online", "courseWorkload": "PT8H"}


@pytest.mark.parametrize("name", ["course_detail", "platform_detail"])
def test_unknown_page_is_not_found(name, client):
    assert client.get(reverse(name, args=["nothing"])).status_code == 404
