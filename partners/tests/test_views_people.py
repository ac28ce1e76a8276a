import pytest
from django.urls import reverse

from greencustoms import roles
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in
from partners import access, links
from partners.choices import RequestState
from partners.models import Invitation, Membership

from .factories import AccountRequestFactory, InvitationFactory, MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db

PAGES = ["desk_people", "desk_invite", "desk_request_list"]


@pytest.fixture
def focal():
    return MembershipFactory(focal=True)


@pytest.fixture
def desk(client, focal):
    """The browser of a focal point."""
    return sign_in(client, focal.user, mfa=True)


@pytest.mark.parametrize("url_name", PAGES)
def test_people_pages_are_for_focal_points_and_the_secretariat(url_name, client):
    url = reverse(url_name)
    assert client.get(url).status_code == 302

    def answer(user):
        sign_in(client, user, mfa=True)
        return client.get(url).status_code

    assert answer(UserFactory()) == 403
    assert answer(MembershipFactory().user) == 403
    assert answer(MembershipFactory(focal=True).user) == 200
    assert answer(UserFactory(roles=[roles.SECRETARIAT], totp=True)) == 200


@pytest.mark.parametrize("url_name", ["desk_people", "desk_request_list"])
def test_list_query_count_is_constant(url_name, desk, focal, django_assert_max_num_queries):
    counts = set()
    for rows in (1, 2):
        MembershipFactory.create_batch(rows, partner=focal.partner)
        InvitationFactory.create_batch(rows, partner=focal.partner, invited_by=focal.user)
        AccountRequestFactory.create_batch(rows, partner=focal.partner)
        AccountRequestFactory.create_batch(rows, partner=focal.partner, refused=True)
        desk.get(reverse(url_name))
        with django_assert_max_num_queries(15) as counted:
            desk.get(reverse(url_name))
        counts.add(len(counted))

    assert len(counts) == 1


def test_focal_point_sees_its_own_people_only(desk, focal):
    MembershipFactory()
    InvitationFactory()
    own = InvitationFactory(partner=focal.partner)

    response = desk.get(reverse("desk_people"))

    assert [member for member, _ in response.context["members"]] == [focal]
    assert [invitation for invitation, _ in response.context["invitations"]] == [own]


def test_link_is_handed_to_the_inviter_alone_and_only_where_mail_stays(desk, focal, settings):
    InvitationFactory(partner=focal.partner)
    own = InvitationFactory(partner=focal.partner, invited_by=focal.user)

    found = {row.pk: link for row, link in desk.get(reverse("desk_people")).context["invitations"]}
    assert {pk for pk, link in found.items() if link} == {own.pk}

    settings.MAIL_STAYS_HERE = False
    assert not any(link for _, link in desk.get(reverse("desk_people")).context["invitations"])


def test_focal_point_invites_staff(desk, focal):
    data = {"email": "new@office.example", "name": "", "partner": focal.partner.pk, "role": "staff"}

    response = desk.post(reverse("desk_invite"), data)

    assert response["Location"] == reverse("desk_people")
    assert Invitation.objects.get().partner == focal.partner


@pytest.mark.parametrize("change", ["role", "partner"])
def test_focal_point_cannot_invite_beyond_its_right(change, desk, focal):
    data = {"email": "new@office.example", "partner": focal.partner.pk, "role": "staff"}
    data[change] = {"role": "focal", "partner": PartnerFactory().pk}[change]

    response = desk.post(reverse("desk_invite"), data)

    assert list(response.context["form"].errors) == [change]
    assert not Invitation.objects.exists()


def test_second_invitation_to_an_address_is_refused_on_the_page(desk, focal):
    data = {"email": "new@office.example", "partner": focal.partner.pk, "role": "staff"}
    desk.post(reverse("desk_invite"), data)

    response = desk.post(reverse("desk_invite"), data)

    assert "already open" in response.content.decode()


def test_focal_point_withdraws_an_invitation(desk, focal):
    invitation = InvitationFactory(partner=focal.partner)
    url = reverse("desk_invitation_withdraw", args=[invitation.pk])

    assert desk.get(url).status_code == 200
    desk.post(url)

    invitation.refresh_from_db()
    assert invitation.withdrawn_at
    assert desk.get(url).status_code == 404
    path = links.invitation_url(invitation).removeprefix("http://testserver")
    assert desk.get(path).status_code == 410


def test_people_of_another_organisation_are_not_found(desk):
    assert desk.post(reverse("desk_invitation_withdraw", args=[InvitationFactory().pk])).status_code == 404
    assert desk.post(reverse("desk_member_remove", args=[MembershipFactory().pk])).status_code == 404
    assert desk.post(reverse("desk_request_answer", args=[AccountRequestFactory().pk])).status_code == 404


def test_focal_point_removes_staff_after_a_question(desk, focal):
    staff = MembershipFactory(partner=focal.partner)
    url = reverse("desk_member_remove", args=[staff.pk])

    desk.get(url)
    assert Membership.objects.count() == 2
    desk.post(url)

    assert list(Membership.objects.all()) == [focal]


def test_last_focal_point_is_told_why_it_stays(desk, focal):
    url = reverse("desk_member_remove", args=[focal.pk])

    assert "the only focal point" in desk.get(url).content.decode()
    assert desk.post(url).status_code == 403
    assert Membership.objects.count() == 1


def test_focal_point_who_became_the_last_one_meanwhile_is_told(desk, focal, monkeypatch):
    """The page asked when there was another one; the service asks again."""
    url = reverse("desk_member_remove", args=[focal.pk])
    answers = iter([True, False])
    monkeypatch.setattr(access, "may_remove", lambda user, membership: next(answers))

    response = desk.post(url, follow=True)

    assert (response.status_code, Membership.objects.count()) == (200, 1)
    assert "You cannot remove this person." in response.content.decode()


def test_focal_point_that_steps_down_leaves_the_desk(desk, focal):
    MembershipFactory(partner=focal.partner, focal=True)

    response = desk.post(reverse("desk_member_remove", args=[focal.pk]))

    assert response["Location"] == reverse("after_sign_in")


def test_request_is_refused_with_a_reason(desk, focal):
    row = AccountRequestFactory(partner=focal.partner)
    url = reverse("desk_request_answer", args=[row.pk])

    without = desk.post(url, {"decision": "refuse", "reason": ""})
    desk.post(url, {"decision": "refuse", "reason": "Office not known"})

    row.refresh_from_db()
    assert list(without.context["form"].errors) == ["reason"]
    assert (row.state, row.refusal_reason) == (RequestState.REFUSED, "Office not known")
    assert "Office not known" in desk.get(url).content.decode()


def test_answered_request_is_not_answered_again(desk, focal):
    row = AccountRequestFactory(partner=focal.partner, refused=True)

    desk.post(reverse("desk_request_answer", args=[row.pk]), {"decision": "endorse"})

    assert not Invitation.objects.exists()


def test_unconfirmed_request_is_not_found(desk, focal):
    row = AccountRequestFactory(partner=focal.partner, unconfirmed=True)

    assert desk.get(reverse("desk_request_answer", args=[row.pk])).status_code == 404


def test_endorsed_request_shows_the_link_to_hand_over(desk, focal):
    row = AccountRequestFactory(partner=focal.partner)
    url = reverse("desk_request_answer", args=[row.pk])
    desk.post(url, {"decision": "endorse"})

    assert "/accounts/invitation/" in desk.get(url).context["link"]
