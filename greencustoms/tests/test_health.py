from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import DatabaseError
from django.utils import timezone

from greencustoms.core.models import Heartbeat, Job
from greencustoms.views import health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch):
    monkeypatch.setattr(health, "_found_applied", False)


def ready(client):
    response = client.get("/readyz")
    return response.status_code, response.json()


def broken(*args, **kwargs):
    raise DatabaseError("away")


def test_portal_in_order_is_ready(client):
    Heartbeat.objects.create(name="tick", at=timezone.now())

    assert ready(client) == (
        200, {"ready": True, "database": True, "migrations": True, "cache": True, "tick": True, "queue": True},
    )  # fmt: skip


def test_late_tick_and_waiting_jobs_are_told_and_not_required(client):
    Job.objects.create(kind="pdf", key="a", created_at=timezone.now() - timedelta(hours=1))

    status, parts = ready(client)

    assert (status, parts["tick"], parts["queue"]) == (200, False, False)


@pytest.mark.parametrize(
    ("target", "part"),
    [("_database", "database"), ("_migrations", "migrations"), ("_cache", "cache")],
)
def test_portal_that_lacks_something_is_not_ready(target, part, client, monkeypatch):
    monkeypatch.setattr(health, target, lambda: False)

    status, parts = ready(client)

    assert (status, parts["ready"], parts[part]) == (503, False, False)


def test_cache_that_is_away_is_told(client, monkeypatch):
    monkeypatch.setattr(cache, "get", broken)

    status, parts = ready(client)

    assert (status, parts["cache"]) == (503, False)


def test_asking_writes_nothing_and_looks_at_the_migrations_once(client, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(cache, "set", broken)
    client.get("/readyz")
    monkeypatch.setattr(health, "MigrationExecutor", broken)

    with django_assert_num_queries(3):
        assert ready(client)[0] == 200
