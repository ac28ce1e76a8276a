"""What an anonymous visitor gets from the cache, and what never comes near it."""

import gzip

import pytest
from django.core.cache import caches
from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.urls import include, path
from django.utils import timezone

from greencustoms.core import publication
from greencustoms.core.models import Heartbeat
from greencustoms.core.public_pages import LARGEST_KEPT_BYTES, is_held, public_page
from greencustoms.core.tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@public_page(params=["q", "page"])
def beats(request):
    names = ", ".join(Heartbeat.objects.order_by("name").values_list("name", flat=True))
    who = request.user if request.user.is_authenticated else "nobody"
    return HttpResponse(f"<p>{names} for {who} asking {request.GET.get('q', '')}</p>" + "<p>.</p>" * 200)


@public_page(params=["q"], is_kept=False)
def export(request):
    return HttpResponse(f"{Heartbeat.objects.count()} {request.GET.urlencode()}")


@public_page
def large(request):
    return HttpResponse(str(Heartbeat.objects.count()).zfill(LARGEST_KEPT_BYTES + 1))


@public_page
def careless(request):
    get_token(request)
    request.session["seen"] = 1
    return HttpResponse("careless")


@public_page
def elsewhere(request):
    return HttpResponseRedirect("/beats/")


urlpatterns = [
    path("beats/", beats),
    path("my/beats/", beats),
    path("export/", export),
    path("large/", large),
    path("careless/", careless),
    path("elsewhere/", elsewhere),
    path("accounts/", include("allauth.urls")),
    path("unsubscribe/<str:token>/", beats, name="unsubscribe"),  # open to whoever has not used a second factor
]


@pytest.fixture
def first(client):
    Heartbeat.objects.create(name="one", at=timezone.now())
    return client.get("/beats/")


def test_a_warm_page_costs_no_sql(first, client, django_assert_num_queries):
    with django_assert_num_queries(0):
        again = client.get("/beats/")

    assert again.content == first.content


def test_a_public_page_leaves_no_cookie_and_does_not_depend_on_one(first):
    assert not first.cookies
    assert first["Vary"] == "Accept-Encoding"
    assert first["Cache-Control"] == "public, no-cache"


def test_a_kept_page_has_the_headers_of_a_fresh_one(first, client):
    again = client.get("/beats/")

    assert dict(again.headers) == dict(first.headers)
    assert again["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in again["Content-Security-Policy"]
    assert again["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("header", ["{etag}", "{strong}", '"other", {etag}', "*"])
def test_an_unchanged_page_answers_304(header, first, client, django_assert_num_queries):
    etag = first["ETag"]
    header = header.format(etag=etag, strong=etag.removeprefix("W/"))

    with django_assert_num_queries(0):
        response = client.get("/beats/", headers={"If-None-Match": header})

    assert (response.status_code, response.content, response["ETag"]) == (304, b"", etag)


@pytest.mark.parametrize("header", ["", '"other"', "nonsense", "W/"])
def test_another_etag_gets_the_page(header, first):
    assert not is_held(first["ETag"], header)


def test_a_publication_changes_page_and_etag(first, client, django_capture_on_commit_callbacks):
    Heartbeat.objects.create(name="two", at=timezone.now())
    unseen = client.get("/beats/")
    with django_capture_on_commit_callbacks(execute=True):
        publication.raise_version()

    response = client.get("/beats/", headers={"If-None-Match": first["ETag"]})

    assert unseen.content == first.content
    assert response.status_code == 200
    assert b"one, two for nobody" in response.content
    assert response["ETag"] != first["ETag"]


def test_two_publications_in_a_row_are_two_versions(django_capture_on_commit_callbacks):
    versions = set()
    for _ in range(5):
        with django_capture_on_commit_callbacks(execute=True):
            publication.raise_version()
        versions.add(publication.current_version())

    assert len(versions) == 5


def test_signed_in_people_are_never_served_from_the_cache_nor_stored_in_it(first, client):
    user = UserFactory(name="Office of Ms Example")
    client.force_login(user)

    theirs = client.get("/beats/", {"q": "private"})
    client.logout()
    public = client.get("/beats/", {"q": "private"})

    assert b"for Office of Ms Example" in theirs.content
    assert theirs["Cache-Control"] == "private, no-store"
    assert "ETag" not in theirs
    assert b"for nobody" in public.content


def test_a_session_cookie_alone_keeps_a_visitor_out_of_the_cache(first, client):
    client.cookies["sessionid"] = "no-such-session"

    response = client.get("/beats/")

    assert response.status_code == 200
    assert "ETag" not in response


def test_pages_below_my_are_never_kept(client):
    response = client.get("/my/beats/")

    assert "ETag" not in response


def test_a_careless_view_can_hand_no_cookie_to_the_next_visitor(client):
    first, second = client.get("/careless/"), client.get("/careless/")

    assert not first.cookies
    assert not second.cookies


def test_queries_are_kept_apart(client):
    plain = client.get("/beats/", {"q": "a"})
    other = client.get("/beats/", {"q": "b"})
    same = client.get("/beats/?q=%00a%20")

    assert plain.content != other.content
    assert same["ETag"] == plain["ETag"]


@pytest.mark.parametrize("query", ["x=1", "q[]=a", "utm_source=mail&x=2", "Q=a", "%00"])
def test_undeclared_parameters_make_no_other_page(query, first, client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/beats/", QUERY_STRING=query)

    assert response.content == first.content


def test_company_of_declared_parameters_makes_no_other_page(client, django_assert_num_queries):
    client.get("/beats/", QUERY_STRING="q=a&page=2")

    with django_assert_num_queries(0):
        response = client.get("/beats/", QUERY_STRING="x=1&q=a&y=2&page=2")

    assert b"asking a" in response.content


def test_the_view_of_a_public_page_meets_declared_parameters_only(client):
    assert client.get("/export/?x=1&q=a").content == b"0 q=a"


@pytest.mark.parametrize("path", ["/export/", "/large/"])
def test_exports_and_large_answers_are_made_anew(path, client, django_assert_num_queries):
    first = client.get(path)

    with django_assert_num_queries(1):
        again = client.get(path, headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 304


def test_a_browser_that_takes_gzip_gets_it(first, client):
    response = client.get("/beats/", headers={"Accept-Encoding": "gzip, br"})

    assert response["Content-Encoding"] == "gzip"
    assert int(response["Content-Length"]) == len(response.content) < len(first.content)
    assert gzip.decompress(response.content) == first.content


@pytest.mark.parametrize("warm", [False, True])
def test_head_has_the_headers_and_no_body(warm, client, django_assert_num_queries):
    if warm:
        client.get("/beats/")

    response = client.head("/beats/")

    assert (response.status_code, response.content) == (200, b"")
    assert int(response["Content-Length"]) > 1_000
    assert client.get("/beats/")["ETag"] == response["ETag"]


def test_post_is_refused(client):
    assert client.post("/beats/").status_code == 405


def test_a_redirect_is_not_kept(client):
    assert "ETag" not in client.get("/elsewhere/")


def test_a_broken_cache_makes_a_page_slower_and_never_unavailable(first, client, monkeypatch):
    def broken(*args, **kwargs):
        raise ConnectionError("the cache is away")

    monkeypatch.setattr(caches["pages"], "get", broken)
    monkeypatch.setattr(caches["pages"], "set", broken)

    assert client.get("/beats/").status_code == 200
    assert publication.kept("count", {}, lambda: 3) == 3


def test_without_a_version_nothing_is_kept(first, client, monkeypatch):
    monkeypatch.setattr(publication, "current_version", lambda: "")
    Heartbeat.objects.create(name="two", at=timezone.now())

    assert b"one, two" in client.get("/beats/").content
    assert publication.kept("count", {}, lambda: 3) == 3


def test_kept_value_is_asked_for_once_until_something_is_published(django_capture_on_commit_callbacks):
    answers = iter([1, 2, 3])

    first, second = (publication.kept("count", {}, lambda: next(answers)) for _ in range(2))
    with django_capture_on_commit_callbacks(execute=True):
        publication.raise_version()
    third = publication.kept("count", {}, lambda: next(answers))

    assert (first, second, third) == (1, 1, 2)
