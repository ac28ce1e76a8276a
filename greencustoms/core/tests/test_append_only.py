import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from greencustoms.core.append_only import AppendOnly, OnlyAdded
from greencustoms.core.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def row():
    return AuditEvent.objects.create(did="edited", object_kind="partners.Partner", object_id="1")


def change(row):
    row.did = "nothing"
    row.save()


def take_the_place(row):
    AuditEvent(pk=row.pk, did="nothing", object_kind="x", object_id="1").save()


ATTEMPTS = {
    "save": change,
    "save some": lambda row: row.save(update_fields=["did"]),
    "delete": lambda row: row.delete(),
    "update": lambda row: AuditEvent.objects.filter(pk=row.pk).update(did="nothing"),
    "update all": lambda row: AuditEvent.objects.update(did="nothing"),
    "bulk update": lambda row: AuditEvent.objects.bulk_update([row], ["did"]),
    "delete rows": lambda row: AuditEvent.objects.filter(pk=row.pk).delete(),
    "update or create": lambda row: AuditEvent.objects.update_or_create(pk=row.pk, defaults={"did": "nothing"}),
    "upsert": lambda row: AuditEvent.objects.bulk_create(
        [AuditEvent(pk=row.pk, did="nothing")], update_conflicts=True, update_fields=["did"], unique_fields=["pk"]
    ),
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_row_of_a_log_is_not_changed_and_not_deleted(attempt, row):
    with pytest.raises((OnlyAdded, AttributeError)):
        ATTEMPTS[attempt](row)

    assert list(AuditEvent.objects.values_list("pk", "did")) == [(row.pk, "edited")]


def test_row_of_a_log_is_not_replaced_under_its_number(row):
    with pytest.raises(IntegrityError), transaction.atomic():
        take_the_place(row)

    assert AuditEvent.objects.get().did == "edited"


def test_rows_of_a_log_are_added(row):
    AuditEvent.objects.bulk_create([AuditEvent(did="added", object_kind="x", object_id="1")])

    assert AuditEvent.objects.count() == 2


def test_logs_and_final_versions_are_append_only():
    assert {model._meta.label for model in apps.get_models() if issubclass(model, AppendOnly)} == {
        "core.AuditEvent",
        "enforcement.AccessLog",
        "meetings.ReportVersion",
    }
