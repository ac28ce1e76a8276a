"""Rows that are only ever added: logs, which nobody may smooth over afterwards."""

from django.db import models


class OnlyAdded(Exception):
    """Somebody tried to change or delete a row of a log."""


class AppendOnlyQuerySet(models.QuerySet):
    def update(self, **kwargs):
        raise OnlyAdded(f"Rows of {self.model._meta.label} cannot be changed.")

    update.queryset_only = True  # type: ignore[attr-defined]  # read by as_manager()

    def bulk_update(self, *args, **kwargs):
        raise OnlyAdded(f"Rows of {self.model._meta.label} cannot be changed.")

    def bulk_create(self, objs, *args, update_conflicts=False, **kwargs):
        if update_conflicts:
            raise OnlyAdded(f"Rows of {self.model._meta.label} cannot be changed.")
        return super().bulk_create(objs, *args, **kwargs)

    def delete(self):
        raise OnlyAdded(f"Rows of {self.model._meta.label} cannot be deleted.")

    delete.queryset_only = True  # type: ignore[attr-defined]  # read by as_manager()


class AppendOnly(models.Model):
    """A row that is added once and stays as it is.

    This keeps the portal's own code from changing it by mistake. It does not hold back whoever speaks to the
    database directly: triggers in both databases will (security section 4).
    """

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise OnlyAdded(f"Rows of {self._meta.label} cannot be changed.")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args, **kwargs):
        raise OnlyAdded(f"Rows of {self._meta.label} cannot be deleted.")
