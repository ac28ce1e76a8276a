"""From a line of a reminder to the form that answers it, also for those who are signed out when they follow it."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from greencustoms import roles
from greencustoms.core.models import OutboundMail
from greencustoms.core.tests.factories import PASSWORD, UserFactory
from greencustoms.core.tests.sign_in import code_of, sign_in
from meetings.reminders.planner import plan_reminders
from meetings.tests.factories import ActionShareFactory
from partners.tests.factories import MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def share():
    return ActionShareFactory(deadline__latest=(NOON - timedelta(days=28)).date())


def staff(share):
    return MembershipFactory(partner=share.partner, since=LONG_AGO).user


def focal_point(share):
    return MembershipFactory(partner=share.partner, focal=True, since=LONG_AGO).user


def of_secretariat(share):
    partner = PartnerFactory(secretariat=True)
    return MembershipFactory(
        partner=partner, user=UserFactory(roles=[roles.SECRETARIAT], totp=True), since=LONG_AGO
    ).user  # fmt: skip


def link_told_to(user) -> str:
    plan_reminders(NOON)
    mail = OutboundMail.objects.get(recipient=user)
    links = re.findall(r"http://testserver(/my/shares/\d+/report/)", mail.body_text)
    assert len(links) == 1
    return links[0]


def filled_in(page, **values) -> dict:
    """What a browser sends of the form on a sign-in page: its hidden fields, and what the person types."""
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode())
    return dict(hidden) | values


@pytest.mark.parametrize("reader", [staff, focal_point, of_secretariat])
def test_link_opens_the_form_of_the_share(reader, share, client):
    user = reader(share)
    sign_in(client, user, mfa=True)

    page = client.get(link_told_to(user))

    assert page.status_code == 200
    assert share.deadline.action.title in page.content.decode()
    assert 'name="act"' in page.content.decode()


@pytest.mark.parametrize("reader", [staff, focal_point, of_secretariat])
def test_who_is_signed_out_comes_to_the_form_after_signing_in(reader, share, client):
    user = reader(share)
    link = link_told_to(user)

    asked = client.get(link, follow=True)
    login, _status = asked.redirect_chain[-1]
    answered = client.post(login, filled_in(asked, login=user.email, password=PASSWORD))
    if reader is not staff:
        assert answered["Location"] == "/accounts/2fa/authenticate/"
        factor = client.get(answered["Location"])
        answered = client.post(answered["Location"], filled_in(factor, code=code_of()))

    assert login == f"/accounts/login/?next={link}"
    assert answered["Location"] == link
    assert 'name="act"' in client.get(link).content.decode()


def test_wrong_password_first_does_not_lose_the_form(share, client):
    user = staff(share)
    link = link_told_to(user)
    asked = client.get(link, follow=True)
    login, _status = asked.redirect_chain[-1]

    again = client.post(login, filled_in(asked, login=user.email, password="not this one"))
    answered = client.post(login, filled_in(again, login=user.email, password=PASSWORD))

    assert (again.status_code, answered["Location"]) == (200, link)


def test_link_of_another_person_shows_nothing(share, client):
    link = link_told_to(staff(share))
    client.force_login(UserFactory())

    assert client.get(link).status_code == 404
