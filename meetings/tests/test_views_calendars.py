"""One's private calendar address."""

import datetime
import re

import icalendar
import pytest
from django.utils import timezone

from greencustoms.core.models import AuditEvent
from greencustoms.core.tests.factories import NEW_BUCKET, UserFactory
from greencustoms.core.tests.sign_in import sign_in
from meetings.choices import DeadlineKind, StoredState
from meetings.models import CalendarAddress
from meetings.services import calendar_addresses as services
from meetings.tests.factories import ActionShareFactory
from partners.models import Membership
from partners.tests.factories import MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db
LATEST = datetime.date(2030, 7, 31)


@pytest.fixture
def member():
    return MembershipFactory(partner=PartnerFactory(acronym="WCO")).user


def partner_of(user):
    return Membership.objects.get(user=user).partner


def share_of(user, **facts):
    facts = {"deadline__latest": LATEST, "deadline__kind": DeadlineKind.MONTH, **facts}
    return ActionShareFactory(partner=partner_of(user), **facts)


def address_of(user):
    return f"/my/calendar/{services.make_address(by=user, now=timezone.now())}.ics"


def uids(response):
    return [str(item["uid"]) for item in icalendar.Calendar.from_ical(response.content).walk("VEVENT")]


def test_address_is_shown_once_and_opens_the_calendar_without_signing_in(client, member):
    share = share_of(member, deadline__action__title="Send numbers")
    sign_in(client, member)

    page = client.post("/my/calendar/", {"act": "make"}).content.decode()
    [address] = re.findall(r"http://testserver(/my/calendar/[\w-]+\.ics)", page)
    client.logout()
    response = client.get(address)

    [item] = icalendar.Calendar.from_ical(response.content).walk("VEVENT")
    reference = share.deadline.action.reference
    assert str(item["summary"]) == f"WCO: By 31 July 2030: {reference} Send numbers"
    assert (item.decoded("dtstart"), item.decoded("dtend")) == (LATEST, LATEST + datetime.timedelta(days=1))
    assert str(item["url"]) == f"http://testserver/my/shares/{share.pk}/report/"
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in response.headers
    sign_in(client, member)
    assert address not in client.get("/my/calendar/").content.decode()


def test_token_is_long_and_only_its_hash_is_kept(member):
    address = address_of(member)

    token = re.fullmatch(r"/my/calendar/([\w-]+)\.ics", address)[1]
    row = CalendarAddress.objects.get()
    assert len(token) >= 43  # 32 bytes
    assert re.fullmatch("[0-9a-f]{64}", row.token_sha256)
    assert token not in str(vars(row))
    assert token not in str(list(AuditEvent.objects.values()))


def test_calendar_holds_what_is_owed_and_nothing_else(client, member):
    owed = share_of(member)
    late = share_of(member, deadline__latest=datetime.date(2021, 1, 1))
    contributes = share_of(member, part="contributes")
    share_of(member, done=True)
    share_of(member, deadline__latest=None, deadline__kind=DeadlineKind.ASAP)
    share_of(member, deadline__action__stored_state=StoredState.DROPPED)
    share_of(member, deadline__action__meeting__draft=True)
    ActionShareFactory(deadline__latest=LATEST)

    response = client.get(address_of(member))

    assert uids(response) == [f"share-{share.pk}@testserver" for share in (late, owed, contributes)]


@pytest.mark.parametrize("why", ["unknown", "revoked", "replaced", "inactive", "left"])
def test_address_that_opens_nothing_is_always_the_same_404(client, member, why):
    share_of(member)
    address = address_of(member)
    if why == "unknown":
        address = "/my/calendar/" + "x" * 43 + ".ics"
    elif why == "revoked":
        services.revoke_address(by=member, now=timezone.now())
    elif why == "replaced":
        address_of(member)
    elif why == "inactive":
        member.is_active = False
        member.save()
    else:
        Membership.objects.all().delete()

    refused, unknown = client.get(address), client.get("/my/calendar/0.ics")

    assert (refused.status_code, unknown.status_code) == (404, 404)
    assert refused.content == unknown.content
    assert dict(refused.headers) == dict(unknown.headers)


def test_whoever_changes_organisation_sees_what_the_new_one_owes(client, member):
    share_of(member)
    address = address_of(member)
    Membership.objects.all().delete()
    new = ActionShareFactory(deadline__latest=LATEST, partner=MembershipFactory(user=member).partner)

    assert uids(client.get(address)) == [f"share-{new.pk}@testserver"]


def test_day_of_asking_is_noted_once_a_day(client, member, django_assert_num_queries):
    address = address_of(member)
    client.get(address)

    assert CalendarAddress.objects.get().last_asked_on == timezone.localdate()
    # The address, the organisations and their shares, and 2 for the limit.
    with django_assert_num_queries(3 + 2):
        client.get(address)


@pytest.mark.parametrize("rows", [1, 3])
def test_calendar_query_count_is_constant(rows, client, member, django_assert_num_queries):
    for _ in range(rows):
        share_of(member)
    address = address_of(member)

    with django_assert_num_queries(4 + NEW_BUCKET):
        client.get(address)


def test_asking_too_often_is_refused(client, member, settings):
    settings.RATE_LIMITS = True
    address = address_of(member)

    answers = {client.get(address).status_code for _ in range(62)}

    assert answers == {200, 429}


def test_revoking_is_one_button_and_says_so(client, member):
    sign_in(client, member)
    client.post("/my/calendar/", {"act": "make"})

    response = client.post("/my/calendar/", {"act": "revoke"}, follow=True)

    assert "The address is revoked" in response.content.decode()
    assert "You have no address yet" in response.content.decode()
    assert CalendarAddress.objects.get().revoked_at is not None
    assert [event.did for event in AuditEvent.objects.order_by("pk")][-2:] == [
        "made a calendar address", "revoked a calendar address",
    ]  # fmt: skip


def test_person_without_an_organisation_is_offered_no_address(client):
    sign_in(client, UserFactory())

    page = client.get("/my/calendar/").content.decode()

    assert "belongs to no organisation yet" in page
    assert 'value="make"' not in page


@pytest.mark.parametrize("data", [{}, {"act": "steal"}])
def test_button_that_is_none_does_nothing(client, member, data):
    sign_in(client, member)

    assert client.post("/my/calendar/", data).status_code == 200
    assert not CalendarAddress.objects.exists()
