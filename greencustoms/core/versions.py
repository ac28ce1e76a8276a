"""Two people on one row: the second is told, nothing is overwritten in silence (security section 6)."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

CHANGED_MEANWHILE = "changed_meanwhile"


def was_changed_meanwhile(error: ValidationError) -> bool:
    """Whether somebody else was faster, among all reasons why a change is refused."""
    return getattr(error, "code", "") == CHANGED_MEANWHILE


def claim_version(row: models.Model, version: int) -> None:
    """Take the next version of a row whose `version` the caller has seen.

    Compare-and-swap, since SQLite has no row locks. Call it in a transaction before saving the row.
    Raises ValidationError "changed_meanwhile" if somebody else was faster; nothing is changed then.
    """
    manager = type(row)._base_manager
    if not manager.filter(pk=row.pk, version=version).update(version=version + 1):
        raise ValidationError(
            _("Somebody else changed this in the meantime. Compare both texts below, then save again."),
            code=CHANGED_MEANWHILE,
        )
    row.version = version + 1  # type: ignore[attr-defined]  # the caller passes rows that have one
