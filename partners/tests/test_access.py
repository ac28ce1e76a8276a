import pytest
from django.contrib.auth.models import AnonymousUser

from greencustoms import roles
from greencustoms.core.tests.factories import UserFactory
from partners import access
from partners.models import AccountRequest, Invitation, Membership

from .factories import AccountRequestFactory, InvitationFactory, MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db


def secretariat():
    return UserFactory(roles=[roles.SECRETARIAT])


def test_nobody_signed_in_belongs_nowhere():
    assert not access.is_member(AnonymousUser())
    assert not access.is_focal(AnonymousUser())


def test_member_of_one_organisation_is_none_of_another():
    membership = MembershipFactory()

    assert access.is_member(membership.user)
    assert access.is_member(membership.user, membership.partner)
    assert not access.is_member(membership.user, PartnerFactory())
    assert not access.is_focal(membership.user, membership.partner)


def test_focal_point_leads_its_own_organisation_only():
    focal = MembershipFactory(focal=True)

    assert access.is_focal(focal.user, focal.partner)
    assert not access.is_focal(focal.user, PartnerFactory())


def test_focal_point_of_one_and_staff_of_another_leads_the_one():
    focal = MembershipFactory(focal=True)
    staff = MembershipFactory(user=focal.user)

    assert list(access.partners_led_by(focal.user)) == [focal.partner]
    assert access.roles_to_invite_as(focal.user, staff.partner) == set()


def test_secretariat_invites_focal_points_of_every_listed_organisation():
    partner, other = PartnerFactory(), PartnerFactory(standing="other")
    user = secretariat()

    assert access.roles_to_invite_as(user, partner) == {"focal"}
    assert list(access.partners_kept_by(user)) == [partner]
    assert other.pk


def test_focal_point_invites_staff_of_its_own_only():
    focal = MembershipFactory(focal=True)
    PartnerFactory()

    assert access.roles_to_invite_as(focal.user, focal.partner) == {"staff"}
    assert list(access.partners_kept_by(focal.user)) == [focal.partner]


def test_staff_invites_nobody():
    staff = MembershipFactory()

    assert not access.keeps_people(staff.user)
    assert access.roles_to_invite_as(staff.user) == set()


def test_focal_point_removes_staff_but_no_other_focal_point():
    focal = MembershipFactory(focal=True)
    staff = MembershipFactory(partner=focal.partner)
    other_focal = MembershipFactory(partner=focal.partner, focal=True)
    elsewhere = MembershipFactory()

    assert access.may_remove(focal.user, staff)
    assert not access.may_remove(focal.user, other_focal)
    assert not access.may_remove(focal.user, elsewhere)


def test_last_focal_point_cannot_remove_itself_but_the_secretariat_can():
    focal = MembershipFactory(focal=True)

    assert not access.may_remove(focal.user, focal)
    assert access.may_remove(secretariat(), focal)


def test_one_of_two_focal_points_may_step_down():
    focal = MembershipFactory(focal=True)
    MembershipFactory(partner=focal.partner, focal=True)

    assert access.may_remove(focal.user, focal)


def test_desk_shows_a_focal_point_its_own_people_and_the_secretariat_all():
    focal = MembershipFactory(focal=True)
    elsewhere = MembershipFactory()
    own, other = InvitationFactory(partner=focal.partner), InvitationFactory()

    assert list(Membership.objects.looked_after_by(focal.user)) == [focal]
    assert list(Invitation.objects.looked_after_by(focal.user)) == [own]
    assert set(Membership.objects.looked_after_by(secretariat())) == {focal, elsewhere}
    assert set(Invitation.objects.looked_after_by(secretariat())) == {own, other}


def test_requests_go_to_the_focal_point_named_and_to_the_secretariat_without_one():
    focal = MembershipFactory(focal=True)
    MembershipFactory(partner=focal.partner, focal=True)
    named = AccountRequestFactory(partner=focal.partner)
    without = AccountRequestFactory()
    staff = MembershipFactory(partner=without.partner)

    assert list(AccountRequest.objects.answerable_by(focal.user)) == [named]
    assert list(AccountRequest.objects.answerable_by(secretariat())) == [without]
    assert list(AccountRequest.objects.answerable_by(staff.user)) == []
