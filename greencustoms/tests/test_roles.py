from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from greencustoms import roles
from greencustoms.core.models import AuditEvent
from greencustoms.core.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def run(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def user():
    return UserFactory(email="desk@office.example")


@pytest.mark.parametrize(
    ("arguments", "permission"),
    [
        (["secretariat"], "partners.use_desk"),
        (["access", "administrator"], "enforcement.decide_access"),
        (["Access-Administrator"], "enforcement.decide_access"),
        (["steward"], "enforcement.keep_items"),
        (["technical administrator"], "core.view_job"),
    ],
)
def test_role_given_on_the_server_brings_its_permissions(arguments, permission, user, django_user_model):
    run("give_role", "Desk@office.example", *arguments)

    assert django_user_model.objects.get(pk=user.pk).has_perm(permission)


def test_given_and_taken_roles_are_in_the_audit(user):
    run("give_role", user.email, "steward")
    run("take_role", user.email, "steward")

    assert roles.of(user) == []
    assert list(AuditEvent.objects.order_by("pk").values_list("did", "object_id", "before", "after")) == [
        ("gave a role", str(user.pk), {}, {"role": "steward", "where": "on the server"}),
        ("took a role", str(user.pk), {"role": "steward", "where": "on the server"}, {}),
    ]


def test_technical_administrator_is_let_into_the_administration_and_out_again(user):
    run("give_role", user.email, "technical administrator")
    user.refresh_from_db()
    assert user.is_staff

    run("take_role", user.email, "technical administrator")
    user.refresh_from_db()
    assert not user.is_staff


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["give_role", "nobody@office.example", "steward"], "No account has the address nobody@office.example"),
        (
            ["give_role", "desk@office.example", "boss"],
            "There is no role “boss”. The roles: secretariat, sec",
        ),
        (["give_role", "desk@office.example"], "There is no role"),
        (["give_role", "desk@office.example", "secretariat"], "is secretariat already"),
        (["give_role", "closed@office.example", "steward"], "is closed"),
        (["take_role", "desk@office.example", "steward"], "is not steward"),
        (["take_role", "desk@office.example", "boss"], "There is no role"),
    ],
)
def test_command_that_cannot_be_done_says_why_and_does_nothing(arguments, words, user):
    roles.give(user, roles.SECRETARIAT)
    UserFactory(email="closed@office.example", is_active=False)

    with pytest.raises(CommandError, match=words):
        run(*arguments)

    assert roles.of(user) == [roles.SECRETARIAT]
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(("held", "wanted"), [("steward", "access administrator"), ("access administrator", "steward")])
def test_who_decides_and_who_keeps_are_two_people(held, wanted, user):
    run("give_role", user.email, held)

    with pytest.raises(CommandError, match=f"Whoever is {held} cannot also be {wanted}"):
        run("give_role", user.email, wanted)

    assert [role.name for role in roles.of(user)] == [held]


def test_superuser_decides_nothing_about_the_restricted_section():
    user = UserFactory(is_superuser=True)

    with pytest.raises(CommandError, match="Whoever is superuser cannot also be access administrator"):
        run("give_role", user.email, "access administrator")


@pytest.mark.parametrize("command", ["give_role", "take_role"])
def test_without_arguments_the_roles_are_listed_with_their_holders(command, user):
    roles.give(user, roles.STEWARD)

    text = run(command)

    assert "steward\n  People named by the partners" in text
    assert "held by: desk@office.example" in text
    assert text.count("held by: nobody") == len(roles.ROLES) - 1
