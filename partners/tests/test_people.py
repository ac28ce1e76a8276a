import threading
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from greencustoms import roles
from greencustoms.core.models import AuditEvent, OutboundMail, User
from greencustoms.core.tests.factories import UserFactory
from partners.choices import MemberRole
from partners.models import Invitation, Membership
from partners.services import people

from .factories import AccountRequestFactory, InvitationFactory, MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db

PASSWORD = "four plain words in a row"


def invite(by, partner, role=MemberRole.STAFF, email="new@office.example"):
    return people.invite(by=by, email=email, partner=partner, role=role, now=timezone.now())


def refusal_of(function, **kwargs):
    with pytest.raises(ValidationError) as refusal:
        function(**kwargs)
    return refusal.value.code


def test_focal_point_invites_staff_and_a_mail_is_written():
    focal = MembershipFactory(focal=True)

    invitation = invite(focal.user, focal.partner, email=" New@Office.example ")

    assert (invitation.email, invitation.role, invitation.invited_by) == ("new@office.example", "staff", focal.user)
    mail = OutboundMail.objects.get()
    assert mail.to_address == "new@office.example"
    assert "/accounts/invitation/" in mail.body_text
    assert "/accounts/invitation/" in mail.body_html
    assert AuditEvent.objects.filter(did="invited", by=focal.user).count() == 1


def test_invitation_counts_for_two_weeks():
    focal = MembershipFactory(focal=True)
    now = timezone.now()

    invitation = people.invite(by=focal.user, email="a@office.example", partner=focal.partner, role="staff", now=now)

    assert invitation.is_open(now + timedelta(days=13, hours=23))
    assert not invitation.is_open(now + timedelta(days=14))


def test_focal_point_cannot_invite_focal_points_nor_into_another_organisation():
    focal = MembershipFactory(focal=True)
    arguments = {"by": focal.user, "email": "a@office.example", "now": timezone.now()}

    assert refusal_of(people.invite, partner=focal.partner, role="focal", **arguments) == "role_not_yours"
    assert refusal_of(people.invite, partner=PartnerFactory(), role="staff", **arguments) == "role_not_yours"
    assert not Invitation.objects.exists()


def test_secretariat_invites_focal_points_and_no_staff():
    secretariat, partner = UserFactory(roles=[roles.SECRETARIAT]), PartnerFactory()

    assert invite(secretariat, partner, MemberRole.FOCAL).role == "focal"
    arguments = {"by": secretariat, "email": "b@office.example", "now": timezone.now()}
    assert refusal_of(people.invite, partner=partner, role="staff", **arguments) == "role_not_yours"


def test_member_is_not_invited_again():
    focal = MembershipFactory(focal=True)
    staff = MembershipFactory(partner=focal.partner)

    code = refusal_of(
        people.invite, by=focal.user, email=staff.user.email, partner=focal.partner, role="staff", now=timezone.now()
    )

    assert code == "already_member"


def test_open_invitation_is_not_sent_twice():
    focal = MembershipFactory(focal=True)
    invite(focal.user, focal.partner)

    code = refusal_of(
        people.invite,
        by=focal.user,
        email="NEW@office.example",
        partner=focal.partner,
        role="staff",
        now=timezone.now(),
    )

    assert code == "already_invited"
    assert Invitation.objects.count() == 1


def test_expired_invitation_makes_room_for_a_new_one():
    focal = MembershipFactory(focal=True)
    InvitationFactory(email="new@office.example", partner=focal.partner, expired=True)

    invite(focal.user, focal.partner)

    assert Invitation.objects.open(timezone.now()).count() == 1


def test_accepting_opens_a_verified_account_with_membership():
    invitation = InvitationFactory(email="new@office.example", standing=True)

    user = people.accept_as_new(invitation=invitation, name="Office 7", password=PASSWORD, now=timezone.now())

    assert user.check_password(PASSWORD)
    assert EmailAddress.objects.get(user=user).verified
    assert Membership.objects.get(user=user).partner == invitation.partner
    invitation.refresh_from_db()
    assert invitation.accepted_by == user


@pytest.mark.parametrize("trait", ["expired", "withdrawn", "used"])
def test_void_invitation_opens_no_account(trait):
    invitation = InvitationFactory(email="new@office.example", **{trait: True})

    code = refusal_of(people.accept_as_new, invitation=invitation, name="Office", password=PASSWORD, now=timezone.now())

    assert code == "no_longer_open"
    assert not User.objects.filter(email="new@office.example").exists()


def test_invitation_to_an_existing_address_opens_no_second_account():
    user = UserFactory()
    invitation = InvitationFactory(email=user.email.upper())

    code = refusal_of(people.accept_as_new, invitation=invitation, name="X", password=PASSWORD, now=timezone.now())

    assert code == "account_exists"


def test_existing_person_joins_another_organisation():
    first = MembershipFactory()
    invitation = InvitationFactory(email=first.user.email, standing=True)

    people.accept_as(invitation=invitation, user=first.user, now=timezone.now())

    assert set(first.user.memberships.values_list("partner", flat=True)) == {first.partner.pk, invitation.partner.pk}


def test_somebody_else_cannot_use_an_invitation():
    invitation = InvitationFactory(email=UserFactory().email, standing=True)

    code = refusal_of(people.accept_as, invitation=invitation, user=UserFactory(), now=timezone.now())

    assert code == "not_yours"
    assert list(Membership.objects.all()) == list(invitation.invited_by.memberships.all())


def test_invitation_is_used_once():
    user = UserFactory()
    invitation = InvitationFactory(email=user.email, standing=True)
    people.accept_as(invitation=invitation, user=user, now=timezone.now())

    assert refusal_of(people.accept_as, invitation=invitation, user=user, now=timezone.now()) == "no_longer_open"


def test_staff_becomes_focal_point_and_no_focal_point_becomes_staff():
    staff = MembershipFactory()

    people.add_member(user=staff.user, partner=staff.partner, role=MemberRole.FOCAL, by=None)
    people.add_member(user=staff.user, partner=staff.partner, role=MemberRole.STAFF, by=None)

    staff.refresh_from_db()
    assert staff.role == MemberRole.FOCAL


def test_withdrawn_invitation_cannot_be_withdrawn_again():
    invitation, by = InvitationFactory(), UserFactory()
    people.withdraw(invitation=invitation, by=by, now=timezone.now())

    assert refusal_of(people.withdraw, invitation=invitation, by=by, now=timezone.now()) == "no_longer_open"


def test_officer_gets_an_account_and_no_membership():
    account_request = AccountRequestFactory()
    focal = MembershipFactory(focal=True, partner=account_request.partner)
    invitation = people.invite_officer(account_request=account_request, by=focal.user, now=timezone.now())

    user = people.accept_as_new(invitation=invitation, name="Officer", password=PASSWORD, now=timezone.now())

    assert (user.office, user.country) == (account_request.office, account_request.country)
    assert not user.memberships.exists()


def test_removing_a_member_ends_the_membership_and_keeps_the_account():
    focal = MembershipFactory(focal=True)
    staff = MembershipFactory(partner=focal.partner)

    people.remove_member(membership=staff, by=focal.user, now=timezone.now())

    assert User.objects.filter(pk=staff.user_id, is_active=True).exists()
    assert list(focal.partner.memberships.all()) == [focal]


def test_removing_is_refused_to_those_who_may_not():
    focal = MembershipFactory(focal=True)

    code = refusal_of(people.remove_member, membership=focal, by=focal.user, now=timezone.now())

    assert code == "not_allowed"


def test_of_two_focal_points_who_step_down_at_once_one_stays():
    """Both looked at a page on which another focal point was still there."""
    first = MembershipFactory(focal=True)
    second = MembershipFactory(focal=True, partner=first.partner)
    people.remove_member(membership=first, by=first.user, now=timezone.now())

    code = refusal_of(people.remove_member, membership=second, by=second.user, now=timezone.now())

    assert code == "not_allowed"
    assert list(first.partner.memberships.all()) == [second]


@pytest.mark.row_locks
@pytest.mark.django_db(transaction=True)
def test_last_focal_point_stays_when_both_step_down_in_two_processes():
    rows = [MembershipFactory(focal=True)]
    rows.append(MembershipFactory(focal=True, partner=rows[0].partner))
    barrier = threading.Barrier(2)

    def step_down(row):
        barrier.wait()
        try:
            people.remove_member(membership=row, by=row.user, now=timezone.now())
        except ValidationError:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=step_down, args=[row]) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert rows[0].partner.memberships.count() == 1


def test_member_removed_before_is_not_removed_again():
    focal = MembershipFactory(focal=True)
    staff = MembershipFactory(partner=focal.partner)
    people.remove_member(membership=Membership.objects.get(pk=staff.pk), by=focal.user, now=timezone.now())

    assert refusal_of(people.remove_member, membership=staff, by=focal.user, now=timezone.now()) == "not_allowed"
    assert AuditEvent.objects.filter(did="removed a member").count() == 1


# --- An invitation lives no longer than the right to send it ---


def focal_point_gone(invitation):
    Membership.objects.filter(user=invitation.invited_by).delete()


def focal_point_made_staff(invitation):
    Membership.objects.filter(user=invitation.invited_by).update(role=MemberRole.STAFF)


def account_closed(invitation):
    User.objects.filter(pk=invitation.invited_by_id).update(is_active=False)


@pytest.mark.parametrize("what_happened", [focal_point_gone, focal_point_made_staff, account_closed])
@pytest.mark.parametrize("kind", ["staff", "officer"])
def test_invitation_ends_with_the_right_of_its_inviter(kind, what_happened):
    focal = MembershipFactory(focal=True)
    if kind == "staff":
        sent = invite(focal.user, focal.partner)
    else:
        row = AccountRequestFactory(partner=focal.partner, email="new@office.example")
        sent = people.invite_officer(account_request=row, by=focal.user, now=timezone.now())
    what_happened(sent)

    code = refusal_of(
        people.accept_as_new,
        invitation=Invitation.objects.get(),
        name="Office",
        password=PASSWORD,
        now=timezone.now(),
    )

    assert code == "inviter_gone"
    assert not User.objects.filter(email="new@office.example").exists()
    assert Invitation.objects.get().is_open(timezone.now())


def test_invitation_by_a_secretariat_that_lost_its_role_is_void():
    secretariat = UserFactory(roles=[roles.SECRETARIAT])
    invite(secretariat, PartnerFactory(), MemberRole.FOCAL)
    secretariat.groups.clear()

    code = refusal_of(
        people.accept_as_new,
        invitation=Invitation.objects.get(),
        name="Office",
        password=PASSWORD,
        now=timezone.now(),
    )

    assert code == "inviter_gone"


def test_removing_a_member_withdraws_what_it_could_no_longer_send():
    focal = MembershipFactory(focal=True)
    elsewhere = MembershipFactory(user=focal.user, role=MemberRole.FOCAL)
    to_staff = invite(focal.user, focal.partner)
    row = AccountRequestFactory(partner=focal.partner)
    to_officer = people.invite_officer(account_request=row, by=focal.user, now=timezone.now())
    kept = [invite(focal.user, elsewhere.partner), InvitationFactory(partner=focal.partner, standing=True)]

    people.remove_member(membership=focal, by=UserFactory(roles=[roles.SECRETARIAT]), now=timezone.now())

    still_open = Invitation.objects.open(timezone.now())
    assert {to_staff, to_officer}.isdisjoint(still_open)
    assert set(still_open) == set(kept)
    assert AuditEvent.objects.filter(did="withdrew an invitation").count() == 2
