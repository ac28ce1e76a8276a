"""Saving a row that people edit: only what changed, on the version they saw, with history and audit."""

from typing import Any, TypeVar

from django.db import models

from . import audit
from .models import User
from .versions import claim_version

Row = TypeVar("Row", bound=models.Model)


def edit_row(
    row: Row,
    *,
    by: User,
    version: int,
    values: dict[str, Any],
    also: dict[str, tuple[Any, Any]] | None = None,
    stamp: dict[str, Any] | None = None,
) -> Row:
    """Save the fields that differ from what is stored. Nothing differs: nothing happens.

    `also` names changes outside the row (before, after); `stamp` is set only along with a change.
    Call it in a transaction. Raises ValidationError "changed_meanwhile" if somebody else was faster.
    """
    stored = type(row)._base_manager.get(pk=row.pk)
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    fields = {field.name: field for field in row._meta.concrete_fields}
    for name, value in values.items():
        old, new = fields[name].value_from_object(stored), getattr(value, "pk", value)
        if old != new:
            before[name], after[name] = _plain(old), _plain(new)
            setattr(stored, name, value)
    for name, (old, new) in (also or {}).items():
        before[name], after[name] = old, new
    if not after:
        return stored
    claim_version(stored, version)
    changed = [name for name in after if name in values]
    for name, value in (stamp or {}).items():
        setattr(stored, name, value)
        changed.append(name)
    sign(stored, by, ", ".join(also or {}) or None)
    # With no field of its own changed the row still gets a line in its history.
    stored.save(update_fields=changed or ["version"])
    audit.record(stored, "edited", by=by, before=before, after=after)
    return stored


def set_fields(row: Any, changes: dict[str, Any], *, by: User, reason: str | None = None) -> None:
    """Set these fields and save no others, with who and why in the history. Claims no version, writes no audit."""
    for name, value in changes.items():
        setattr(row, name, value)
    sign(row, by, reason)
    row.save(update_fields=list(changes))


def sign(row: Any, by: User, reason: str | None = None) -> None:
    """Say in the history who changed the row, also where no request is at hand."""
    row._history_user = by
    row._change_reason = reason


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | bool | None) else str(value)
