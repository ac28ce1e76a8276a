from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone

from greencustoms.core import open_forms, rate
from greencustoms.core.models import RateBucket
from greencustoms.core.public_pages import public_page
from greencustoms.core.rate import rate_limited
from greencustoms.core.tests.factories import UserFactory
from greencustoms.urls import urlpatterns as portal_urls

pytestmark = pytest.mark.django_db
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


def test_allow_stops_when_the_bucket_is_empty():
    answers = [rate.allow("export:someone", burst=3, per_hour=6, now=NOON) for _ in range(5)]

    assert answers == [True, True, True, False, False]


def test_allow_fills_with_time_and_never_above_the_burst():
    for _ in range(3):
        rate.allow("export:someone", burst=3, per_hour=6, now=NOON)

    assert rate.allow("export:someone", burst=3, per_hour=6, now=NOON + timedelta(minutes=9)) is False
    assert rate.allow("export:someone", burst=3, per_hour=6, now=NOON + timedelta(minutes=10)) is True
    tomorrow = [rate.allow("export:someone", burst=3, per_hour=6, now=NOON + timedelta(days=1)) for _ in range(4)]
    assert tomorrow == [True, True, True, False]


def test_allow_keeps_people_apart():
    rate.allow("export:one", burst=1, per_hour=1, now=NOON)

    assert rate.allow("export:other", burst=1, per_hour=1, now=NOON) is True
    assert rate.allow("export:one", burst=1, per_hour=1, now=NOON) is False


def test_a_clock_set_back_takes_nothing_away():
    rate.allow("export:one", burst=2, per_hour=1, now=NOON)

    assert rate.allow("export:one", burst=2, per_hour=1, now=NOON - timedelta(hours=3)) is True


def test_forget_full_drops_what_nobody_touched_for_a_day():
    rate.allow("old", burst=1, per_hour=1, now=NOON - timedelta(days=2))
    rate.allow("new", burst=1, per_hour=1, now=NOON)

    rate.forget_full(NOON)

    assert [row.key for row in RateBucket.objects.all()] == ["new"]


def test_two_at_the_same_moment_take_two_tokens(monkeypatch):
    rate.allow("export:one", burst=3, per_hour=1, now=NOON)
    update = QuerySet.update

    def overtaken(rows, **values):
        """Between reading and writing somebody else takes a token."""
        monkeypatch.setattr(QuerySet, "update", update)
        rate.allow("export:one", burst=3, per_hour=1, now=NOON)
        return rows.update(**values)

    monkeypatch.setattr(QuerySet, "update", overtaken)

    assert rate.allow("export:one", burst=3, per_hour=1, now=NOON) is True
    assert rate.allow("export:one", burst=3, per_hour=1, now=NOON) is False


def test_full_bucket_made_by_two_at_once_is_one(monkeypatch):
    bulk_create = QuerySet.bulk_create

    def overtaken(rows, *args, **kwargs):
        monkeypatch.setattr(QuerySet, "bulk_create", bulk_create)
        rate.allow("export:one", burst=2, per_hour=1, now=NOON)
        return rows.bulk_create(*args, **kwargs)

    monkeypatch.setattr(QuerySet, "bulk_create", overtaken)

    answers = [rate.allow("export:one", burst=2, per_hour=1, now=NOON) for _ in range(2)]

    assert answers == [True, False]


@pytest.mark.parametrize("tokens", [2, 0])
def test_allow_asks_the_database_twice_at_most(tokens, django_assert_max_num_queries):
    RateBucket.objects.create(key="export:one", tokens=tokens, filled_at=NOON)

    with django_assert_max_num_queries(2):
        rate.allow("export:one", burst=2, per_hour=1, now=NOON)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("unknown", "unknown"),
    ],
)
def test_network_of_an_address(address, network):
    assert rate.network_address(address) == network


def test_visitor_cannot_leave_the_bucket_by_another_address_of_the_network(rf):
    def key(address):
        return rate.network_of(rf.get("/", REMOTE_ADDR=address), "feedback")

    assert key("2001:db8::1") == key("2001:db8::2") != key("2001:db8:0:1::1")
    assert "2001" not in key("2001:db8::1")


def test_mails_to_strangers_end_even_when_each_goes_to_another():
    RateBucket.objects.create(key="mail-to-strangers", tokens=2, filled_at=timezone.now())

    answers = [open_forms.allow_mail_to_stranger("account-request", f"{n}@a.example") for n in range(4)]

    assert answers == [True, True, False, False]


def test_mails_to_one_stranger_end_however_the_address_is_written():
    addresses = ("one@a.example", "One@a.example", "ONE@a.example", "one@A.example")

    assert [open_forms.allow_mail_to_stranger("account-request", each) for each in addresses] == [
        True,
        True,
        True,
        False,
    ]


# --- A view with a limit ---


@login_not_required
@rate_limited("trial", burst=2, per_hour=60, asking="q")
def trial(request):
    return HttpResponse("answer")


@public_page(params=["q"])
@rate_limited("kept", burst=1, per_hour=60)
def kept(request):
    return HttpResponse("answer")


urlpatterns = [path("trial/", trial), path("kept/", kept), *portal_urls]


@pytest.fixture
def pages(settings):
    settings.ROOT_URLCONF = __name__


def statuses(client, path, times, **headers):
    return [client.get(path, **headers).status_code for _ in range(times)]


def test_limited_view_says_in_plain_words_when_to_come_again(pages, client):
    assert statuses(client, "/trial/?q=a", 2) == [200, 200]

    response = client.get("/trial/?q=a")

    assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (429, "60", "no-store")
    assert b"Please wait a moment" in response.content
    assert not response.cookies


def test_limited_view_counts_only_what_it_limits(pages, client):
    assert statuses(client, "/trial/", 5) == [200] * 5


def test_limited_view_counts_networks_apart_and_people_one_by_one(pages, client):
    assert statuses(client, "/trial/?q=a", 3, REMOTE_ADDR="192.0.2.1") == [200, 200, 429]
    assert statuses(client, "/trial/?q=a", 1, REMOTE_ADDR="192.0.2.2") == [200]

    for _person in range(2):
        client.force_login(UserFactory())
        assert statuses(client, "/trial/?q=a", 3, REMOTE_ADDR="192.0.2.1") == [200, 200, 429]


def test_page_answered_from_the_cache_takes_no_token_and_costs_no_sql(pages, client, django_assert_num_queries):
    client.get("/kept/?q=a")

    with django_assert_num_queries(0):
        assert statuses(client, "/kept/?q=a", 5) == [200] * 5
    refused = client.get("/kept/?q=b")

    assert refused.status_code == 429
    assert "ETag" not in refused
    assert client.get("/kept/?q=b").status_code == 429


def test_limits_can_be_left_out_for_measuring(pages, settings, client, django_assert_num_queries):
    settings.RATE_LIMITS = False

    with django_assert_num_queries(0):
        assert statuses(client, "/trial/?q=a", 5) == [200] * 5
