"""Who is signed in, read in one statement with all that pages ask about a person."""

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission

from greencustoms import roles
from greencustoms.core import people
from greencustoms.core.models import User
from greencustoms.core.tests.factories import UserFactory
from partners.access import Belonging, memberships_of
from partners.tests.factories import MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db


def test_person_of_a_session_is_read_with_rights_and_organisations_in_one_statement(django_assert_num_queries):
    user = UserFactory(roles=[roles.SECRETARIAT], totp=True)
    MembershipFactory(user=user, partner=PartnerFactory(name="Zeta"))
    first = MembershipFactory(user=user, partner=PartnerFactory(name="Alpha"))
    user.user_permissions.add(Permission.objects.get(codename="view_job"))

    with django_assert_num_queries(1):
        found = people.PersonBackend().get_user(user.pk)
        rights = {name: found.has_perm(name) for name in ("meetings.see_drafts", "core.view_job", "core.view_user")}
        names = [belonging.name for belonging in memberships_of(found)]
        facts = (people.roles_of(found), people.owns_second_factor(found), people.second_factor_needed(found))

    assert found == user
    assert rights == {"meetings.see_drafts": True, "core.view_job": True, "core.view_user": False}
    assert names == ["Alpha", "Zeta"]
    assert facts == ({"secretariat"}, True, True)
    alpha = first.partner
    assert memberships_of(found)[0] == Belonging(alpha.pk, first.role, alpha.standing, alpha.slug, "Alpha")


@pytest.mark.parametrize("given", [[], [roles.STEWARD], [roles.SECRETARIAT, roles.TECHNICAL_ADMINISTRATOR]])
def test_rights_are_those_that_django_reads(given):
    user = UserFactory(roles=given)
    user.user_permissions.add(Permission.objects.get(codename="view_job"))

    found = people.PersonBackend().get_user(user.pk)

    plain = User.objects.get(pk=user.pk)
    assert found.get_all_permissions() == ModelBackend().get_all_permissions(plain)
    assert found.get_group_permissions() == ModelBackend().get_group_permissions(plain)
    assert found.get_user_permissions() == {"core.view_job"}


def test_superuser_holds_every_right():
    user = UserFactory(is_superuser=True)

    found = people.PersonBackend().get_user(user.pk)

    assert found.has_perm("meetings.see_drafts")
    assert found.get_all_permissions() == User.objects.get(pk=user.pk).get_all_permissions()


@pytest.mark.parametrize("backend", [people.PersonBackend, people.SignInBackend])
def test_nobody_comes_in_who_is_not_active_or_not_there(backend):
    asleep = UserFactory(is_active=False)

    assert [backend().get_user(pk) for pk in (asleep.pk, asleep.pk + 1)] == [None, None]


def test_what_is_known_of_somebody_else_is_asked_anew():
    user = UserFactory()
    before = people.roles_of(user)
    roles.give(user, roles.STEWARD)

    assert (before, people.roles_of(user)) == (set(), {"steward"})


def test_signed_in_page_asks_for_session_and_person_only(client, django_assert_max_num_queries):
    member = MembershipFactory()
    client.force_login(member.user)
    client.get("/privacy/")

    with django_assert_max_num_queries(4):
        client.get("/privacy/")
