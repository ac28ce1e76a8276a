"""The gate and what lies behind it, one person at a time."""

import uuid
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from enforcement import access
from enforcement.access import READING_SECONDS, NotAnOfficer
from enforcement.choices import LogKind, Refusal, Region, Tlp
from enforcement.models import AccessGrant, AccessLog, RiskIndicator
from enforcement.tests.factories import AccessGrantFactory, AccessRequestFactory, RiskIndicatorFactory
from enforcement.urls import urlpatterns
from greencustoms import roles
from greencustoms.core.models import User
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in
from partners.tests.factories import AgreementFactory, MembershipFactory

pytestmark = pytest.mark.django_db

OPEN_TO_ALL_SIGNED_IN = ("enforcement_home", "enforcement_ask")
BEHIND_THE_GATE = [pattern for pattern in urlpatterns if pattern.name not in OPEN_TO_ALL_SIGNED_IN]
# Spellings that a pattern may stop at, or that a server reads in its own way.
ODD = [
    "x%0Ay", "%0A", "x%0A", "x%0Dy", "%00", "x%00y", "%FF", "%ED%A0%80", "%E2%80%A8", "%C2%85", "%", "%3F", "%23",
    "..", "../x", "/x", "%2F", "indicators", "indicators/%0A", "indicators/x%0Ay/", "ask/%0A", "a" * 3000,
    "indicators/7c1b4322-2a43-40d6-be3f-dce6e3257c5f%0A/", "indicators/7c1b4322-2a43-40d6-be3f-dce6e3257c5f/%0A",
]  # fmt: skip
SOMEWHERE = ["/enforcement/", "/enforcement/indicators/", "/enforcement/no/such/page", "/enforcement/ask/"]


@pytest.fixture
def item():
    return RiskIndicatorFactory(title="Title of the item", tlp=Tlp.AMBER)


@pytest.fixture
def grant(item):
    return AccessGrantFactory(agreements=item.agreements.all())


@pytest.fixture
def officer_client(client, grant):
    return sign_in(client, grant.user, mfa=True)


def address(item):
    return reverse("indicator_detail", args=[item.pk])


@pytest.mark.parametrize("visitor", [AnonymousUser, UserFactory])
@pytest.mark.parametrize("pattern", BEHIND_THE_GATE, ids=lambda pattern: pattern.name)
def test_every_enforcement_view_hides_from_other_visitors(pattern, visitor, rf):
    request = rf.get("/")
    request.user = visitor()

    with pytest.raises(NotAnOfficer):
        pattern.callback(request, **dict.fromkeys(pattern.pattern.converters, 1))


def test_last_pattern_takes_every_other_path():
    assert urlpatterns[-1].name == "nothing_here"
    for path in ("", "any/path at all", "two\nlines", "\n", "ends\n", "\r\x00\x85\u2028"):
        assert urlpatterns[-1].pattern.match(path) is not None


@pytest.mark.parametrize("path", [*SOMEWHERE, "/enforcement/indicators/7c1b4322-2a43-40d6-be3f-dce6e3257c5f/"])
def test_nobody_signed_in_is_sent_to_sign_in_from_any_path(client, path):
    response = client.get(path)

    assert (response.status_code, response.url) == (302, f"/accounts/login/?next={path.replace(' ', '%20')}")
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ODD, ids=lambda path: path[:20])
def test_nobody_signed_in_is_sent_to_sign_in_from_odd_paths(client, path):
    response = client.get(f"/enforcement/{path}")

    assert (response.status_code, urlsplit(response.url).path) == (302, "/accounts/login/")
    assert parse_qs(urlsplit(response.url).query)["next"][0].startswith("/enforcement/")
    assert response["Cache-Control"] == "no-store"


def test_request_refused_before_any_address_is_read_tells_nothing(officer_client, item):
    """A host that is not ours: Django answers before it looks at the path."""
    officer_client.raise_request_exception = False
    paths = [address(item), "/enforcement/indicators/", "/enforcement/x%0Ay", "/enforcement/no/such/page"]

    answers = [officer_client.get(path, headers={"host": "elsewhere.example"}) for path in paths]

    assert {(answer.status_code, answer.content, tuple(answer.headers.items())) for answer in answers} == {
        (400, answers[0].content, tuple(answers[0].headers.items()))
    }
    assert answers[0]["Cache-Control"] == "no-store"


PERSONAS = {
    "user": lambda: UserFactory(totp=True),
    "partner staff": lambda: MembershipFactory(user__totp=True).user,
    "focal point": lambda: MembershipFactory(focal=True, user__totp=True).user,
    "secretariat": lambda: UserFactory(totp=True, roles=[roles.SECRETARIAT]),
    "steward": lambda: UserFactory(totp=True, roles=[roles.STEWARD]),
    "access administrator": lambda: UserFactory(totp=True, roles=[roles.ACCESS_ADMINISTRATOR]),
    "technical administrator": lambda: UserFactory(totp=True, roles=[roles.TECHNICAL_ADMINISTRATOR], is_staff=True),
    "superuser": lambda: UserFactory(totp=True, is_staff=True, is_superuser=True),
    "officer without a grant": lambda: AccessRequestFactory().user,
    "officer with an expired grant": lambda: AccessGrantFactory(expired=True).user,
    "officer with a revoked grant": lambda: AccessGrantFactory(revoked=True).user,
}


@pytest.mark.parametrize("persona", PERSONAS)
def test_without_a_live_grant_home_is_open_and_all_below_is_404(client, item, persona):
    user = PERSONAS[persona]()
    sign_in(client, user, mfa=True)

    codes = [client.get(path).status_code for path in ("/enforcement/", reverse("indicator_list"), address(item))]

    assert codes == [200, 404, 404]


@pytest.mark.parametrize("role", ["access administrator", "superuser"])
def test_grant_of_an_administrator_opens_nothing(client, item, role):
    """Even if a row says otherwise: those who manage people or machines read nothing."""
    user = PERSONAS[role]()
    AccessGrantFactory(user=user, agreements=item.agreements.all(), tlp_ceiling=Tlp.RED)
    sign_in(client, user, mfa=True)

    assert client.get(address(item)).status_code == 404


def test_grant_with_an_unverified_address_opens_nothing(client, item):
    user = UserFactory(totp=True, verified=False)
    AccessGrantFactory(user=user, agreements=item.agreements.all())
    sign_in(client, user, mfa=True)

    assert client.get(address(item)).status_code == 404


def test_officer_reads_what_the_grant_covers(officer_client, item):
    response = officer_client.get(address(item))

    assert response.status_code == 200
    assert b"Title of the item" in response.content
    assert b"TLP:AMBER" in response.content


def test_indicator_page_carries_reader_and_moment_for_the_printed_copy(officer_client, item, grant):
    page = officer_client.get(address(item)).content.decode()

    assert f"Read by {grant.user.name} ({grant.user.email})" in page
    assert f"{timezone.now():%Y-%m-%d}" in page
    assert "UTC" in page


def test_title_stands_neither_in_the_title_of_the_page_nor_in_its_address(officer_client, item):
    page = officer_client.get(address(item)).content.decode()

    assert "Title of the item" not in page.split("</title>")[0]
    assert str(item.pk) in address(item)


@pytest.mark.parametrize("path", ["indicator_list", "indicator_detail"])
def test_pages_behind_the_gate_may_not_be_kept(officer_client, item, path):
    response = officer_client.get(reverse(path, args=[item.pk] if path == "indicator_detail" else []))

    assert response["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers
    assert "Last-Modified" not in response.headers


def test_officer_without_a_second_factor_in_this_session_is_asked_for_it(client, grant, item):
    sign_in(client, grant.user, mfa=False)

    response = client.get(address(item))

    assert response.status_code == 302
    assert response.url == f"/accounts/2fa/reauthenticate/?{urlencode({'next': address(item)})}"
    assert not AccessLog.objects.filter(kind=LogKind.READ).exists()


def test_second_factor_counts_for_twelve_hours(client, grant, item):
    sign_in(client, grant.user, mfa=True, age_seconds=READING_SECONDS + 1)

    assert client.get(address(item)).status_code == 302


@pytest.mark.parametrize("change", ["tlp", "agreements", "regions", "no agreements", "no regions"])
def test_grant_that_is_too_narrow_opens_nothing(officer_client, item, grant, change):
    if change == "tlp":
        grant.tlp_ceiling = Tlp.GREEN
    elif change == "agreements":
        grant.agreements.set([AgreementFactory()])
    elif change == "regions":
        grant.regions = [Region.EUROPE.value]
    elif change == "no agreements":
        grant.agreements.clear()
    else:
        grant.regions = []
    grant.save()

    listed = officer_client.get(reverse("indicator_list")).content

    assert officer_client.get(address(item)).status_code == 404
    assert b"Title of the item" not in listed


@pytest.mark.parametrize(
    ("ceiling", "readable"),
    [
        (Tlp.GREEN, ["GREEN"]),
        (Tlp.AMBER, ["GREEN", "AMBER"]),
        (Tlp.AMBER_STRICT, ["GREEN", "AMBER", "AMBER+STRICT"]),
        (Tlp.RED, ["GREEN", "AMBER", "AMBER+STRICT", "RED"]),
    ],
)
def test_ceiling_covers_its_label_and_wider_ones(ceiling, readable):
    agreement = AgreementFactory()
    for tlp in Tlp:
        RiskIndicatorFactory(tlp=tlp, reference=f"T-{tlp.value}", agreements=[agreement])
    grant = AccessGrantFactory(tlp_ceiling=ceiling, agreements=[agreement])

    found = RiskIndicator.behind_the_gate.within([grant])

    assert sorted(item.tlp for item in found) == sorted(readable)


def test_two_narrow_grants_do_not_make_a_wide_one():
    """An item needs one grant that covers it alone: label from one and region from the other is not enough."""
    agreement = AgreementFactory()
    RiskIndicatorFactory(tlp=Tlp.AMBER, regions=["europe"], agreements=[agreement])
    user = UserFactory()
    high = AccessGrantFactory(user=user, tlp_ceiling=Tlp.AMBER, regions=["africa"], agreements=[agreement])
    low = AccessGrantFactory(user=user, tlp_ceiling=Tlp.GREEN, regions=["europe"], agreements=[agreement])

    assert list(RiskIndicator.behind_the_gate.within([high, low])) == []


def test_item_of_several_agreements_appears_once():
    agreements = AgreementFactory.create_batch(2)
    item = RiskIndicatorFactory(agreements=agreements)
    grant = AccessGrantFactory(agreements=agreements)

    assert list(RiskIndicator.behind_the_gate.within([grant, grant])) == [item]


def test_revoked_grant_counts_on_the_next_request(officer_client, grant, item):
    before = officer_client.get(address(item)).status_code
    grant.revoked_at, grant.revoked_by = timezone.now(), grant.granted_by
    grant.save()
    after = officer_client.get(address(item)).status_code

    assert (before, after) == (200, 404)


@pytest.mark.parametrize("kept", ["vetted address stays second", "vetted address is gone", "no longer verified"])
def test_grant_counts_only_for_the_address_that_was_vetted(officer_client, grant, item, kept):
    before = officer_client.get(address(item)).status_code
    official = EmailAddress.objects.get(user=grant.user)
    if kept == "no longer verified":
        EmailAddress.objects.filter(pk=official.pk).update(verified=False)
    else:
        private = EmailAddress.objects.create(user=grant.user, email="me@private.example", verified=True)
        private.set_as_primary()
    if kept == "vetted address is gone":
        official.delete()
    after = officer_client.get(address(item)).status_code

    assert (before, after) == (200, 404)
    assert access.is_officer(User.objects.get(pk=grant.user_id), timezone.now()) is False


def test_grant_counts_again_with_the_vetted_address(officer_client, grant, item):
    official = EmailAddress.objects.get(user=grant.user)
    EmailAddress.objects.create(user=grant.user, email="me@private.example", verified=True).set_as_primary()
    told = officer_client.get("/enforcement/").content.decode()
    official.refresh_from_db()
    official.set_as_primary()

    assert f"It was given to {grant.vetted_address}." in told
    assert officer_client.get(address(item)).status_code == 200


@pytest.mark.parametrize("private", ["offiXcer@customs.example", "%@customs.example"])
def test_signs_in_an_address_stand_for_themselves(item, private):
    grant = AccessGrantFactory(user__email="offi_cer@customs.example", agreements=item.agreements.all())
    EmailAddress.objects.filter(user=grant.user).update(email=private)

    assert not AccessGrant.objects.live(timezone.now()).exists()


def test_expired_grant_counts_on_the_next_request(officer_client, grant, item):
    before = officer_client.get(address(item)).status_code
    grant.ends_at = timezone.now()
    grant.save()
    after = officer_client.get(address(item)).status_code

    assert (before, after) == (200, 404)


def _wrong_addresses(item):
    other = RiskIndicatorFactory(tlp=Tlp.RED, agreements=item.agreements.all())
    return {
        "unknown": reverse("indicator_detail", args=[uuid.uuid4()]),
        "outside": address(other),
        "withdrawn": address(RiskIndicatorFactory(withdrawn=True, agreements=item.agreements.all())),
        "draft": address(RiskIndicatorFactory(draft=True, agreements=item.agreements.all())),
        "expired": address(RiskIndicatorFactory(expired=True, agreements=item.agreements.all())),
        "malformed": "/enforcement/indicators/1/",
        "malformed, upper case": address(item).replace(str(item.pk), str(item.pk).upper()),
        "malformed, without hyphens": address(item).replace(str(item.pk), item.pk.hex),
        "no such page": "/enforcement/whatever/there/may/be",
    }


@pytest.mark.parametrize("path", ODD, ids=lambda path: path[:20])
def test_refusal_of_an_odd_path_is_the_same_bytes_and_leaves_one_row(officer_client, item, path):
    officer_client.get(reverse("indicator_list"))
    ordinary = officer_client.get("/enforcement/no/such/page")
    before = set(AccessLog.objects.values_list("pk", flat=True))

    odd = officer_client.get(f"/enforcement/{path}")

    assert (odd.status_code, odd.content, dict(odd.headers)) == (404, ordinary.content, dict(ordinary.headers))
    added = AccessLog.objects.exclude(pk__in=before).values_list("kind", "item_reference")
    assert list(added) == [(LogKind.REFUSED, "")]


def test_refusals_are_the_same_bytes_for_every_reason(officer_client, item):
    addresses = _wrong_addresses(item)
    officer_client.get(reverse("indicator_list"))  # the session's own clock has been written

    answers = {kind: officer_client.get(path) for kind, path in addresses.items()}

    seen = {(answer.status_code, answer.content, tuple(answer.headers.items())) for answer in answers.values()}
    assert len(seen) == 1
    assert {answer.status_code for answer in answers.values()} == {404}
    assert all(not answer.cookies for answer in answers.values())


def test_refusal_without_a_grant_is_the_same_as_with_one(officer_client, item):
    with_grant = officer_client.get("/enforcement/indicators/1/")
    other = sign_in(Client(), UserFactory(), mfa=True)
    other.get("/enforcement/")
    without_grant = other.get(address(item))

    assert without_grant.content == with_grant.content
    assert dict(without_grant.headers) == dict(with_grant.headers)


def test_each_reading_and_each_refusal_leaves_one_row(officer_client, grant, item):
    addresses = _wrong_addresses(item)
    officer_client.get(reverse("indicator_list"))
    officer_client.get(address(item))
    for path in addresses.values():
        officer_client.get(path)

    rows = list(AccessLog.objects.filter(by=grant.user).order_by("pk").values_list("kind", "note"))

    assert rows == [
        (LogKind.LIST, ""),
        (LogKind.READ, ""),
        (LogKind.REFUSED, Refusal.UNKNOWN),
        (LogKind.REFUSED, Refusal.OUTSIDE),
        (LogKind.REFUSED, Refusal.NOT_PUBLISHED),
        (LogKind.REFUSED, Refusal.NOT_PUBLISHED),
        (LogKind.REFUSED, Refusal.EXPIRED),
        (LogKind.REFUSED, Refusal.UNKNOWN),
        (LogKind.REFUSED, Refusal.UNKNOWN),
        (LogKind.REFUSED, Refusal.UNKNOWN),
        (LogKind.REFUSED, Refusal.NO_PAGE),
    ]


def test_row_of_a_reading_names_item_label_and_reader_but_no_title(officer_client, grant, item):
    officer_client.get(address(item))

    row = AccessLog.objects.get(kind=LogKind.READ)

    assert (row.by, row.item_reference, row.tlp, row.note) == (grant.user, item.reference, Tlp.AMBER, "")


def test_visitor_without_a_grant_leaves_a_row(client, item):
    user = UserFactory()
    sign_in(client, user, mfa=True).get(address(item))

    assert list(AccessLog.objects.values_list("by", "kind", "note", "item_reference")) == [
        (user.pk, LogKind.REFUSED, Refusal.NO_GRANT, "")
    ]


@pytest.mark.parametrize("path", ["list", "detail", "nothing"])
def test_without_a_log_nothing_is_shown(officer_client, item, monkeypatch, path):
    def fail(**kwargs):
        raise DatabaseError("no such table")

    monkeypatch.setattr(AccessLog.objects, "create", fail)
    paths = {"list": reverse("indicator_list"), "detail": address(item), "nothing": "/enforcement/nothing"}

    response = officer_client.get(paths[path])

    assert response.status_code == 503
    assert b"Title of the item" not in response.content
    assert response["Cache-Control"] == "no-store"


def test_default_manager_returns_nothing(item):
    assert list(RiskIndicator.objects.all()) == []
    assert list(RiskIndicator._default_manager.all()) == []
    assert list(RiskIndicator.behind_the_gate.all()) == [item]


def test_item_can_still_be_saved(item):
    item.title = "Another title"
    item.save()

    assert RiskIndicator.behind_the_gate.get().title == "Another title"


def test_no_reverse_name_leads_to_items_or_grants(item, grant):
    names = [*dir(item.owner), *dir(item.agreements.first()), *dir(grant.user)]

    assert [name for name in names if "indicator" in name or "grant" in name] == []


def test_items_are_refused_even_if_the_gate_on_the_path_is_off(rf, item):
    """Each layer holds alone: a view that forgot its gate still gets nothing."""
    request = rf.get("/")
    request.user = UserFactory()

    with pytest.raises(Http404):
        access.open_indicator(request, str(item.pk), timezone.now())
    assert list(access.indicators_for(request.user, timezone.now())) == []


def test_gate_on_the_path_holds_even_if_every_item_were_open(client, item, monkeypatch):
    monkeypatch.setattr(access, "_readable_by", lambda user, now: RiskIndicator.behind_the_gate.all())
    sign_in(client, UserFactory(), mfa=True)

    assert client.get(address(item)).status_code == 404
    assert client.get(reverse("indicator_list")).status_code == 404
