"""Who sees which meetings and actions."""

import pytest
from django.core.cache import caches
from django.db.models import Q

from greencustoms import roles
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in
from meetings import access
from meetings.pages import cards
from meetings.tests.factories import ActionShareFactory, DeadlineFactory, MeetingFactory
from meetings.tests.reading import make_action
from partners.tests.factories import MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db


def personas():
    secretariat = UserFactory(totp=True, roles=[roles.SECRETARIAT])
    return {
        "anonymous": None,
        "somebody": UserFactory(),
        "staff": MembershipFactory().user,
        "focal point": MembershipFactory(focal=True).user,
        "member of another organisation": MembershipFactory(partner=PartnerFactory(standing="other")).user,
        "secretariat": secretariat,
    }


MEMBERS = {"staff", "focal point", "secretariat"}


@pytest.mark.parametrize(
    ("facts", "allowed"),
    [
        ({}, {"anonymous", "somebody", "staff", "focal point", "member of another organisation", "secretariat"}),
        ({"partners_only": True}, MEMBERS),
        ({"draft": True}, {"secretariat"}),
    ],
)
def test_meeting_is_seen_by_those_it_is_for(facts, allowed, client):
    meeting = MeetingFactory(code="secret-code", title="Canary meeting", **facts)
    action = make_action(meeting=meeting, title="Canary action")
    pages = [meeting.get_absolute_url(), action.get_absolute_url()]
    lists = ["/meetings/", "/actions/", "/actions/export.csv", "/actions/?q=canary"]

    for name, user in personas().items():
        client.logout()
        caches["pages"].clear()
        if user:
            sign_in(client, user, mfa=True)
        found = [client.get(path).status_code for path in pages]
        shown = ["Canary" in client.get(path).content.decode() for path in lists]
        is_allowed = name in allowed
        assert (name, found, shown) == (name, [200 if is_allowed else 404] * 2, [is_allowed] * 4)


def test_circulated_report_is_read_by_members_and_its_actions_are_in_no_list(client):
    meeting = MeetingFactory(
        code="secret-code", title="Canary meeting", state="circulated", comments_until="2026-04-01"
    )
    action = make_action(meeting=meeting, title="Canary action")
    pages = [meeting.get_absolute_url(), action.get_absolute_url(), "/meetings/", "/actions/?q=canary"]
    found = {}

    for name, user in personas().items():
        client.logout()
        caches["pages"].clear()
        if user:
            sign_in(client, user, mfa=True)
        found[name] = ["Canary" in client.get(path).content.decode() for path in pages]

    reads, hidden = [True, True, True, False], [False] * 4
    of_members = dict.fromkeys(("staff", "focal point"), reads)
    assert found == dict.fromkeys(personas(), hidden) | of_members | {"secretariat": [True] * 4}


def test_proposed_action_is_seen_by_the_secretariat_only(client):
    action = make_action(stored_state="proposed")

    assert client.get(action.get_absolute_url()).status_code == 404
    sign_in(client, personas()["secretariat"], mfa=True)
    assert client.get(action.get_absolute_url()).status_code == 200


def test_public_pages_open_no_session_and_hold_no_form_that_posts(client):
    action = make_action()

    for path in ("/meetings/", action.meeting.get_absolute_url(), action.get_absolute_url(), "/actions/"):
        response = client.get(path)
        assert response.cookies == {}
        assert 'method="post"' not in response.content.decode()


@pytest.mark.parametrize("path", ["/my/", "/my/shares/1/report/", "/my/mail/", "/my/mail/1/"])
def test_own_pages_ask_for_sign_in(path, client):
    response = client.get(path)

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/")


def test_rights_on_shares_at_hand_are_those_that_the_database_gives():
    office, partner = PartnerFactory(standing="secretariat"), PartnerFactory()
    keeper = UserFactory(roles=[roles.SECRETARIAT])
    people = [
        keeper,
        MembershipFactory(partner=office, user=UserFactory(roles=[roles.SECRETARIAT])).user,
        MembershipFactory(partner=office, focal=True).user,
        MembershipFactory(partner=partner).user,
        MembershipFactory(partner=partner, focal=True).user,
        MembershipFactory(focal=True).user,
        UserFactory(roles=[roles.SECRETARIAT_READER]),
        UserFactory(),
    ]
    for facts in (
        {}, {"declined": True}, {"in_progress": True}, {"done": True}, {"confirmed": True},
        {"done": True, "answered_by": keeper, "is_reported_on_behalf": True, "behalf_note": "By mail."},
    ):  # fmt: skip
        stage = DeadlineFactory()
        for owner in (office, partner, PartnerFactory()):
            ActionShareFactory(deadline=stage, partner=owner, **facts)
    shares = [share for stage, _action in cards.stages_of(Q()) for share in stage.shares]

    for person in people:
        rights = access.RightsOnShares(person)
        may_open = {share.pk for share in shares if rights.may_open(share)}
        may_confirm = {share.pk for share in shares if rights.may_confirm(share)}
        assert may_open == set(access.shares_open_to(person).values_list("pk", flat=True))
        assert may_confirm == set(access.shares_to_confirm(person).values_list("pk", flat=True))
