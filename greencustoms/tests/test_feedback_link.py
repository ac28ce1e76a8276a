"""The link to the feedback form at the foot of pages: where it stands, and what it never tells."""

import pytest

from greencustoms.views.shell import feedback_url

pytestmark = pytest.mark.django_db


def test_link_names_its_own_page_also_on_kept_pages(client, django_assert_num_queries):
    for path in ("/partners/", "/courses/", "/partners/?q=x"):
        client.get(path)
        with django_assert_num_queries(0):
            kept = client.get(path).content.decode()

        assert f'<a href="/feedback/?page={path.partition("?")[0]}" rel="nofollow">' in kept


@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/accounts/request/", "/accounts/invitation/x/", "/feedback/", "/no/such/page/"]
)
def test_visitors_see_no_link_where_a_path_may_be_secret_or_wrong(path, client):
    assert "/feedback/?page" not in client.get(path).content.decode()


@pytest.mark.parametrize(
    ("persona", "path"),
    [
        ("cleared_officer", "/enforcement/"),
        ("cleared_officer", "/enforcement/indicators/"),
        ("cleared_officer", "/enforcement/indicators/{world.indicator.pk}/"),
        ("access_administrator", "/desk/access/"),
        ("plain", "/desk/guide/"),
    ],
)
def test_nothing_restricted_or_refused_leads_to_the_form(persona, path, world, client):
    world.sign_in(client, persona)

    text = client.get(path.format(world=world)).content.decode()

    assert "<h1" in text
    assert "/feedback/?page" not in text


def test_path_is_escaped():
    assert feedback_url('/"><b>&page=é/') == "/feedback/?page=/%22%3E%3Cb%3E%26page%3D%C3%A9/"
