"""Who did what to which row, for investigators."""

from django.db import models

from .models import AuditEvent


def record(row: models.Model, did: str, *, by, before: dict | None = None, after: dict | None = None) -> AuditEvent:
    """Add one event. Call it in the transaction that makes the change; values must be plain (JSON)."""
    return AuditEvent.objects.create(
        by=by if getattr(by, "pk", None) else None,
        did=did,
        object_kind=row._meta.label,
        object_id=str(row.pk),
        words=str(row)[:300],
        before=before or {},
        after=after or {},
    )
