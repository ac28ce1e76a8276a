from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from greencustoms.core import open_forms
from greencustoms.core.models import OutboundMail, User
from greencustoms.core.tests.factories import PASSWORD, UserFactory
from greencustoms.core.tests.sign_in import sign_in
from partners import links
from partners.choices import RequestState
from partners.models import AccountRequest, Invitation, Membership

from .factories import AccountRequestFactory, InvitationFactory, MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "four plain words in a row"


def path_of(url):
    return url.removeprefix(settings.PORTAL_URL)


def accept(client, invitation, **fields):
    data = {"name": "Office 7", "password": NEW_PASSWORD, "password_again": NEW_PASSWORD, **fields}
    return client.post(path_of(links.invitation_url(invitation)), data)


def test_invited_person_opens_an_account_and_is_signed_in(client):
    membership_of = PartnerFactory()
    invitation = InvitationFactory(email="new@office.example", partner=membership_of, standing=True)

    shown = client.get(path_of(links.invitation_url(invitation)))
    response = accept(client, invitation)

    assert shown.status_code == 200
    assert (response.status_code, response["Location"]) == (302, "/accounts/after/")
    assert client.session["_auth_user_id"] == str(User.objects.get(email="new@office.example").pk)
    assert Membership.objects.get(user__email="new@office.example").partner == membership_of


def test_link_of_an_invitation_is_kept_by_nobody(client):
    response = client.get(path_of(links.invitation_url(InvitationFactory(standing=True))))

    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"password": "short words", "password_again": "short words"}, "password"),
        ({"password_again": "four other words in a row"}, "password_again"),
        ({"password": "new@office.example", "password_again": "new@office.example"}, "password"),
        ({"name": ""}, "name"),
    ],
)
def test_account_is_not_opened_with_a_wrong_form(fields, wrong, client):
    invitation = InvitationFactory(email="new@office.example", standing=True)

    response = accept(client, invitation, **fields)

    assert list(response.context["form"].errors) == [wrong]
    assert not User.objects.filter(email="new@office.example").exists()


@pytest.mark.parametrize(
    ("trait", "words"), [("used", "accepted before"), ("withdrawn", "was withdrawn"), ("expired", "has run out")]
)
def test_void_invitation_says_why(trait, words, client):
    invitation = InvitationFactory(**{trait: True})

    response = client.get(path_of(links.invitation_url(invitation)))

    assert response.status_code == 410
    assert words in response.content.decode()
    assert accept(client, invitation).status_code == 410


def test_invitation_of_somebody_who_may_no_longer_invite_says_so(client):
    invitation = InvitationFactory(email="new@office.example", standing=True)
    Membership.objects.filter(user=invitation.invited_by).delete()

    response = client.get(path_of(links.invitation_url(invitation)))

    assert (response.status_code, accept(client, invitation).status_code) == (410, 410)
    assert "may no longer do so" in response.content.decode()
    assert not User.objects.filter(email="new@office.example").exists()


def test_link_that_is_not_ours_says_so(client):
    assert client.get("/accounts/invitation/made:up:words/").status_code == 410
    wrong_kind = path_of(links.confirmation_url(AccountRequestFactory())).split("/")[-2]
    assert client.get(f"/accounts/invitation/{wrong_kind}/").status_code == 410


def test_link_older_than_two_weeks_says_so_even_if_the_row_were_open(client, monkeypatch):
    invitation = InvitationFactory(expires_at=timezone.now() + timedelta(days=400), standing=True)
    monkeypatch.setattr(links, "INVITATION_LASTS", timedelta(seconds=-1))

    assert client.get(path_of(links.invitation_url(invitation))).status_code == 410


def test_owner_of_an_account_is_asked_to_sign_in_first(client):
    invitation = InvitationFactory(email=UserFactory().email, standing=True)

    response = client.get(path_of(links.invitation_url(invitation)))
    accept(client, invitation)

    assert response.context["sign_in_url"].startswith("/accounts/login/?next=%2Faccounts%2Finvitation%2F")
    assert not invitation.partner.memberships.exclude(user=invitation.invited_by).exists()


def test_owner_of_an_account_joins_by_one_click(client):
    user = UserFactory()
    invitation = InvitationFactory(email=user.email, standing=True)
    client.force_login(user)

    assert client.get(path_of(links.invitation_url(invitation))).context["is_own"]
    response = client.post(path_of(links.invitation_url(invitation)))

    assert response.status_code == 302
    assert Membership.objects.get(user=user).partner == invitation.partner


def test_somebody_else_who_is_signed_in_cannot_use_the_link(client):
    invitation = InvitationFactory(email="new@office.example", standing=True)
    client.force_login(UserFactory())

    response = accept(client, invitation)

    assert "went to another address" in response.content.decode()
    assert not invitation.partner.memberships.exclude(user=invitation.invited_by).exists()
    assert not User.objects.filter(email="new@office.example").exists()


# --- Asking for an account ---


def ask(client, seconds=20, **fields):
    data = {
        "shown": open_forms.stamp(timezone.now() - timedelta(seconds=seconds)),
        "name": "Risk unit",
        "email": "officer@customs.example",
        "office": "Customs house",
        "country": "Kenya",
        "purpose": "Refrigerants",
        **fields,
    }
    return client.post(reverse("account_request"), data)


def test_officer_asks_confirms_is_endorsed_and_opens_an_account(client):
    focal = MembershipFactory(focal=True)
    sent = ask(client, partner=focal.partner.pk)
    row = AccountRequest.objects.get()
    link = path_of(links.confirmation_url(row))
    assert (sent.status_code, sent["Location"]) == (302, "/accounts/request/sent/")
    assert link.rsplit(":", 2)[0] in client.get(sent["Location"]).content.decode()

    assert client.get(link).status_code == 200
    row.refresh_from_db()
    assert row.state == RequestState.UNCONFIRMED  # reading the page changes nothing
    client.post(link)
    row.refresh_from_db()
    assert row.state == RequestState.OPEN

    sign_in(client, focal.user, mfa=True)
    client.post(reverse("desk_request_answer", args=[row.pk]), {"decision": "endorse"})
    client.logout()
    accept(client, Invitation.objects.get())

    officer = User.objects.get(email="officer@customs.example")
    assert (officer.office, officer.country) == ("Customs house", "Kenya")
    assert not officer.memberships.exists()


def test_asking_answers_the_same_for_a_known_and_an_unknown_address(client):
    partner = PartnerFactory()

    known = ask(client, partner=partner.pk, email=UserFactory().email)
    unknown = ask(client, partner=partner.pk, email="nobody@customs.example")

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert OutboundMail.objects.count() == 2


def test_link_is_shown_only_where_mail_stays(client, settings):
    settings.MAIL_STAYS_HERE = False
    ask(client, partner=PartnerFactory().pk)

    response = client.get(reverse("account_request_sent"))

    assert response.context["link"] is None
    assert "/accounts/request/" not in response.content.decode().replace("/accounts/request/sent/", "")


def test_robot_that_fills_in_every_field_is_thanked_and_forgotten(client):
    response = ask(client, partner=PartnerFactory().pk, website="http://spam.example/")

    assert response["Location"] == "/accounts/request/sent/"
    assert not AccountRequest.objects.exists()
    assert not OutboundMail.objects.exists()


def test_form_that_comes_back_at_once_is_shown_again_with_what_was_typed(client):
    partner = PartnerFactory()

    response = ask(client, seconds=1, partner=partner.pk)

    assert "faster than a person types" in response.content.decode()
    assert response.context["form"]["office"].value() == "Customs house"
    assert not AccountRequest.objects.exists()


def test_one_address_gets_three_mails_and_then_silence(client):
    partner = PartnerFactory()

    answers = {ask(client, partner=partner.pk)["Location"] for _ in range(5)}

    assert answers == {"/accounts/request/sent/"}
    assert OutboundMail.objects.count() == 3


def test_one_network_asks_five_times_an_hour(client):
    partner = PartnerFactory()

    codes = [ask(client, partner=partner.pk, email=f"o{n}@customs.example").status_code for n in range(6)]

    assert codes == [302] * 5 + [429]
    assert AccountRequest.objects.count() == 5


def test_form_offers_partners_only(client):
    partner = PartnerFactory()
    PartnerFactory(group=True)
    PartnerFactory(secretariat=True)

    form = client.get(reverse("account_request")).context["form"]

    assert list(form.fields["partner"].queryset) == [partner]


def test_request_form_needs_its_csrf_token():
    client = Client(enforce_csrf_checks=True)

    assert ask(client, partner=PartnerFactory().pk).status_code == 403


def test_confirmation_link_that_is_not_ours_says_so(client):
    assert client.get("/accounts/request/made:up:words/").status_code == 410


def test_signed_in_person_needs_no_form(client):
    client.force_login(UserFactory())

    assert client.get(reverse("account_request"))["Location"] == "/accounts/after/"


# --- One's own profile ---


def test_profile_is_saved(client):
    user = UserFactory()
    client.force_login(user)

    client.post(reverse("my_profile"), {"name": "New name", "office": "Unit"})

    user.refresh_from_db()
    assert (user.name, user.office) == ("New name", "Unit")


def test_profile_refuses_what_is_too_long_and_keeps_the_old_name(client):
    user = UserFactory(name="Old name")
    client.force_login(user)

    response = client.post(reverse("my_profile"), {"name": "New", "office": "x" * 201})

    assert list(response.context["form"].errors) == ["office"]
    assert User.objects.get(pk=user.pk).name == "Old name"


def test_profile_says_the_time_zone_and_leads_to_where_it_is_chosen(client):
    """There is one place for it: the page of the reminders."""
    client.force_login(UserFactory(time_zone="America/Argentina/Buenos_Aires", digest_rhythm="weekly"))

    html = client.get(reverse("my_profile")).content.decode()

    assert "once a week · Buenos Aires (Argentina) · " in html
    assert 'href="/my/reminders/"' in html
    assert 'name="time_zone"' not in html


def test_profile_query_count_is_constant(client, django_assert_max_num_queries):
    user = UserFactory()
    client.force_login(user)
    counts = set()
    for rows in (1, 2):
        MembershipFactory.create_batch(rows, user=user)
        client.get(reverse("my_profile"))
        with django_assert_max_num_queries(8) as counted:
            client.get(reverse("my_profile"))
        counts.add(len(counted))

    assert len(counts) == 1


def test_profile_belongs_to_those_signed_in(client):
    assert client.get(reverse("my_profile"))["Location"].startswith("/accounts/login/")


def test_password_of_the_factory_is_long_enough():
    assert len(PASSWORD) >= 15
