"""The HS pages with few goods of the tests' own."""

import pytest

from greencustoms.core import search
from greencustoms.core.tests.factories import NEW_BUCKET
from guide import goods_search
from guide.choices import EditionKind, SectionKind
from guide.models import Edition, Section
from guide.tests.goods_factories import ControlledGoodFactory
from partners.models import TradeDocument
from partners.tests.factories import AgreementFactory
from training.tests.factories import CourseFactory

pytestmark = pytest.mark.django_db


def test_lookup_without_goods_says_so(client):
    response = client.get("/hs/")

    assert response.status_code == 200
    assert response.context["count"] == 0


def test_goods_with_papers_of_their_own_show_those(client):
    agreement = AgreementFactory()
    TradeDocument.objects.create(agreement=agreement, position=1, text="licence of the agreement")
    ControlledGoodFactory(agreement=agreement, substance="A", documents="letter of the lab\nseal")

    (part,) = client.get("/hs/2903.77/").context["parts"]

    assert (part.documents, part.own_documents) == ([], [("A", ["letter of the lab", "seal"])])


def test_good_of_a_heading_counts_for_each_of_its_codes(client):
    ControlledGoodFactory(hs_code="2903", substance="Everything in 2903")

    assert "Everything in 2903" in client.get("/hs/2903.77/").content.decode()
    assert "Everything in 2903" in client.get("/hs/2903/").content.decode()


def test_answer_shows_the_sections_of_the_current_guide(client):
    agreement = AgreementFactory()
    ControlledGoodFactory(agreement=agreement)
    edition = Edition.objects.create(kind=EditionKind.GUIDE, slug="2026", title="Guide", is_invented=True)
    for position, kind in enumerate([SectionKind.PRACTICE, SectionKind.AGREEMENT, SectionKind.CONCLUSION]):
        section = Section.objects.create(
            edition=edition, position=position, slug=f"s{position}", kind=kind, title=kind.label
        )
        section.agreements.add(agreement)

    (part,) = client.get("/hs/2903.77/").context["parts"]

    assert [section.slug for section in part.sections] == ["s1", "s0"]


@pytest.mark.parametrize("rows", [1, 3])
def test_hs_list_query_count_is_constant(rows, client, django_assert_num_queries):
    for number in range(rows):
        ControlledGoodFactory(hs_code=f"29030{number}")

    with django_assert_num_queries(2):
        client.get("/hs/")


@pytest.mark.parametrize("rows", [1, 3])
def test_hs_name_search_query_count_is_constant(rows, client, django_assert_num_queries):
    for number in range(rows):
        ControlledGoodFactory(hs_code=f"29030{number}", substance="Ivory")
    search.replace_kind("hs", goods_search.findables())
    client.get("/hs/")  # the values of the facets are kept from here on

    with django_assert_num_queries(4 + NEW_BUCKET):
        client.get("/hs/?q=ivory")


@pytest.mark.parametrize("rows", [1, 3])
def test_hs_answer_query_count_is_constant(rows, client, django_assert_num_queries):
    edition = Edition.objects.create(kind=EditionKind.GUIDE, slug="2026", title="Guide", is_invented=True)
    for number in range(rows):
        agreement = AgreementFactory()
        ControlledGoodFactory.create_batch(rows, agreement=agreement, correlation="HS 2017: 2903.99; 2903.98")
        TradeDocument.objects.create(agreement=agreement, position=1, text="licence")
        CourseFactory.create_batch(rows, agreements=[agreement], languages=["en"])
        section = Section.objects.create(
            edition=edition, position=number, slug=f"s{number}", kind=SectionKind.AGREEMENT, title="A"
        )
        section.agreements.add(agreement)

    with django_assert_num_queries(6):
        response = client.get("/hs/2903.77/")

    assert len(response.context["parts"]) == rows
    assert all(part.courses and part.sections for part in response.context["parts"])


@pytest.mark.parametrize("rows", [1, 3])
def test_hs_chapter_query_count_is_constant(rows, client, django_assert_num_queries):
    for number in range(rows):
        ControlledGoodFactory(hs_code=f"29030{number}")

    with django_assert_num_queries(3):
        client.get("/hs/29/")
