import pytest
from django.core.management import call_command
from django.db import transaction

from .world import World, build_world


@pytest.fixture
def world(db) -> World:
    return build_world()


@pytest.fixture(scope="module")
def real_content(django_db_setup, django_db_blocker):
    """All reference and demonstration content, loaded once for a file of tests and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_reference", verbosity=0)
        call_command("load_demo", verbosity=0)
        yield
        transaction.set_rollback(True)
