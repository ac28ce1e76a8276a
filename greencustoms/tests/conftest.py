import pytest
from django.core.management import call_command
from django.db import transaction

from greencustoms import roles
from greencustoms.core.models import User
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in

from .world import World, build_world


@pytest.fixture
def world(db) -> World:
    return build_world()


@pytest.fixture
def secretariat(client) -> User:
    """Somebody of the secretariat, who is signed in."""
    person = UserFactory(name="Secretariat", totp=True, roles=[roles.SECRETARIAT])
    sign_in(client, person, mfa=True)
    return person


@pytest.fixture(scope="module")
def real_content(django_db_setup, django_db_blocker):
    """All reference and demonstration content, loaded once for a file of tests and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_reference", verbosity=0)
        call_command("load_demo", verbosity=0)
        yield
        transaction.set_rollback(True)
