import pytest

from guide.models import ControlledGood
from partners.models import Agreement
from partners.tests.factories import AgreementFactory, PartnerFactory
from training.tests.factories import CourseFactory

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_agreement_list_is_alphabetical_with_counts(world, client):
    AgreementFactory(short_name="Basel Convention", slug="basel-convention")

    agreements = client.get("/agreements/").context["agreements"]

    assert [(a.short_name, a.good_count, a.course_count) for a in agreements] == [
        ("Basel Convention", 0, 0),
        ("CITES", 1, 1),
    ]


def test_agreement_page_ties_the_rooms_together(world, client):
    page = text_of(client.get("/agreements/cites/"))

    assert "Trade in listed animals and plants." in page
    assert "<li>export permit</li>" in page
    assert 'href="/hs/0507.10/"' in page
    assert 'href="/hs/?agreement=cites"' in page
    assert 'href="/courses/ivory-course/"' in page
    assert f'href="{world.section.get_absolute_url()}"' in page
    assert "No match does not mean not controlled." in page


def test_agreement_page_names_the_national_authority_before_the_secretariat(world, client):
    page = client.get("/agreements/cites/").content.decode()

    assert page.index("https://cites.example/contacts") < page.index("/partners/cites-secretariat/")


def test_agreement_page_says_so_where_nothing_is_known(client):
    AgreementFactory(slug="new", short_name="New")

    page = text_of(client.get("/agreements/new/"))

    assert "No documents are listed yet." in page
    assert "The HS table holds no goods of this agreement yet." in page
    assert "No course on this agreement is listed yet." in page


def test_unpublished_course_is_not_on_the_page_of_its_agreement(world, client):
    CourseFactory(title="Secret draft", agreements=[world.agreement], is_published=False)

    response = client.get("/agreements/cites/")

    assert "Secret draft" not in text_of(response)
    assert Agreement.objects.get(slug="cites").courses.count() == 2


def test_unknown_agreement_is_not_found(client):
    assert client.get("/agreements/unknown/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_agreement_list_query_count_is_constant(rows, client, django_assert_num_queries):
    AgreementFactory.create_batch(rows)

    with django_assert_num_queries(1):
        client.get("/agreements/")


@pytest.mark.parametrize("rows", [1, 3])
def test_agreement_page_query_count_is_constant(rows, client, django_assert_num_queries):
    agreement = AgreementFactory()
    CourseFactory.create_batch(rows, agreements=[agreement], provider=PartnerFactory())
    for number in range(rows):
        ControlledGood.objects.create(
            hs_code="0507", hs_edition=2022, description=f"Goods {number}", agreement=agreement
        )

    with django_assert_num_queries(6):
        client.get(agreement.get_absolute_url())
