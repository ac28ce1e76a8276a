import pytest
from django.conf import settings
from django.urls import reverse

from partners import panels

from .factories import AboutPageFactory, AgreementFactory, PartnerFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("rows", [1, 3])
def test_partner_list_query_count_is_constant(rows, client, django_assert_num_queries):
    for partner in PartnerFactory.create_batch(rows):
        AgreementFactory.create_batch(rows, secretariat=partner)

    with django_assert_num_queries(2):
        response = client.get(reverse("partner_list"))

    assert response.status_code == 200


def test_partner_list_is_alphabetical_and_leaves_out_groups_and_others(client):
    PartnerFactory(slug="b", sort_name="Beta")
    PartnerFactory(slug="a", sort_name="Alpha", secretariat=True)
    PartnerFactory(slug="c", sort_name="Group", group=True)
    PartnerFactory(slug="d", sort_name="Other", standing="other")

    response = client.get(reverse("partner_list"))

    assert [partner.slug for partner in response.context["partners"]] == ["a", "b"]


def test_empty_partner_list_says_so(client):
    assert "No partner is listed yet" in client.get(reverse("partner_list")).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_partner_page_query_count_is_constant(rows, client, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(panels, "_partner_panels", [])
    partner = PartnerFactory(hosted_by=PartnerFactory())
    AgreementFactory.create_batch(rows, secretariat=partner)
    PartnerFactory.create_batch(rows, hosted_by=partner)

    with django_assert_num_queries(3):
        client.get(partner.get_absolute_url())


def test_partner_page_says_that_a_mailbox_is_to_be_verified(client):
    doubtful = PartnerFactory(email="info@office.example")
    sure = PartnerFactory(email="contact@office.example", is_email_verified=True)

    assert "to be verified" in client.get(doubtful.get_absolute_url()).content.decode()
    assert "to be verified" not in client.get(sure.get_absolute_url()).content.decode()


def test_page_of_a_group_names_its_members_or_asks_for_an_owner(client):
    empty, group = PartnerFactory(group=True), PartnerFactory(group=True)
    group.members.add(PartnerFactory(name="World Customs Organization"))

    assert "needs an owner" in client.get(empty.get_absolute_url()).content.decode()
    assert "World Customs Organization" in client.get(group.get_absolute_url()).content.decode()


def test_partner_page_shows_what_other_rooms_have_to_say(client, monkeypatch):
    monkeypatch.setattr(panels, "_partner_panels", [])
    panels.partner_panel()(lambda partner, request: ("components/empty.html", {"title": "x"}))

    response = client.get(PartnerFactory().get_absolute_url())

    assert response.context["panels"] == [("components/empty.html", {"title": "x"})]
    assert 'class="empty"' in response.content.decode()


def test_unknown_partner_is_not_found(client):
    assert client.get("/partners/nobody/").status_code == 404


@pytest.mark.parametrize(
    ("url_name", "slug"),
    [
        ("about_page", "about"),
        ("about_cen", "cen"),
        ("about_terms_of_reference", "terms-of-reference"),
        ("about_privacy", "privacy"),
        ("about_accessibility", "accessibility"),
        ("about_copyright", "copyright"),
    ],
)
def test_about_page_is_shown_as_written(url_name, slug, client, django_assert_num_queries):
    AboutPageFactory(slug=slug, body="Some **words**.", source="a report\na site")

    with django_assert_num_queries(2):
        response = client.get(reverse(url_name))

    assert "<strong>words</strong>" in response.content.decode()
    assert response.context["sources"] == ["a report", "a site"]


def test_about_page_that_is_not_loaded_is_not_found(client):
    assert client.get(reverse("about_cen")).status_code == 404


def test_page_looked_for_below_about_is_found_at_its_address(client):
    AboutPageFactory(slug="privacy")

    response = client.get("/about/privacy/")

    assert (response.status_code, response["Location"]) == (301, "/privacy/")
    assert client.get("/about/nothing/").status_code == 404


@pytest.mark.parametrize("url_name", ["partner_list", "about_page"])
def test_public_page_opens_no_session_holds_no_posting_form_and_answers_304(url_name, client):
    AboutPageFactory()
    PartnerFactory()

    response = client.get(reverse(url_name))

    assert settings.SESSION_COOKIE_NAME not in response.cookies
    assert settings.CSRF_COOKIE_NAME not in response.cookies
    assert 'method="post"' not in response.content.decode()
    assert client.get(reverse(url_name), headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_public_page_refuses_post(client):
    assert client.post(reverse("partner_list")).status_code == 405
