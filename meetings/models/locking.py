"""A final report is locked: what it says can be changed by no path but its next version.

The guard stands in the models, below every service, page and command. What becomes of an action afterwards is no text
of the report and stays open: each model names those fields in `open_when_final`. Like `greencustoms.core.append_only`
it keeps the portal's own code from a mistake; it does not hold back whoever speaks to the database directly.
"""

from collections.abc import Iterable
from contextlib import contextmanager
from contextvars import ContextVar

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from meetings.choices import ReportState

_is_unlocked: ContextVar[bool] = ContextVar("final reports may be written", default=False)


class ReportIsFinal(ValidationError):
    """Somebody tried to change what a final report says."""

    def __init__(self):
        super().__init__(
            _("This report is final and can no longer be changed. Reopen it to prepare its next version."), code="final"
        )


@contextmanager
def unlocked():
    """Let the code within write final reports: the next version taking over, loaders and test data, nobody else."""
    token = _is_unlocked.set(True)
    try:
        yield
    finally:
        _is_unlocked.reset(token)


class LockedQuerySet(models.QuerySet):
    def update(self, **kwargs):
        names = self.model.locked_among(kwargs)
        if names and not _is_unlocked.get():
            rows = self._unsliced().filter(self.model.rows_locked_for(names))
            _refuse_final(_meetings_of_rows(rows) | _meetings_of_values(self.model, [kwargs]))
        return super().update(**kwargs)

    def delete(self):
        if not _is_unlocked.get():
            _refuse_final(_meetings_of_rows(self._unsliced()))
        return super().delete()

    delete.queryset_only = True  # type: ignore[attr-defined]  # read by as_manager()

    def bulk_create(self, objs, *args, update_conflicts=False, **kwargs):
        objs = list(objs)
        if not _is_unlocked.get():
            if update_conflicts:
                raise ReportIsFinal
            _refuse_final(meetings_of(objs))
        return super().bulk_create(objs, *args, update_conflicts=update_conflicts, **kwargs)

    def bulk_update(self, objs, fields, *args, **kwargs):
        objs, fields = list(objs), list(fields)
        names = self.model.locked_among(fields)
        if names and not _is_unlocked.get():
            rows = self.model._base_manager.filter(pk__in=[row.pk for row in objs])
            rows = rows.filter(self.model.rows_locked_for(names))
            _refuse_final(_meetings_of_rows(rows) | (meetings_of(objs) if _owner(self.model) in names else set()))
        # Django writes them with update(), which would ask once more for each batch.
        with unlocked():
            return super().bulk_update(objs, fields, *args, **kwargs)

    def _unsliced(self):
        return self.model._base_manager.filter(pk__in=self.order_by().values("pk"))


class Locked(models.Model):
    """A row of a report, or the report itself. Not to be changed once the report is final."""

    # The way to the meeting, such as "action__meeting"; empty for the meeting itself.
    path_to_meeting = "meeting"
    # What may change all the same: what became of it, and what is no text of the report.
    open_when_final: frozenset[str] = frozenset()

    objects = LockedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, update_fields=None, **kwargs):
        """Raises ReportIsFinal. The meeting is held meanwhile, so that its report does not become final in between."""
        names = self.locked_among(update_fields)
        if _is_unlocked.get() or not names:
            return super().save(*args, update_fields=update_fields, **kwargs)
        with transaction.atomic():
            self._refuse_if_final(names)
            return super().save(*args, update_fields=update_fields, **kwargs)

    def delete(self, *args, **kwargs):
        if _is_unlocked.get():
            return super().delete(*args, **kwargs)
        with transaction.atomic():
            _refuse_final(meetings_of([self]))
            return super().delete(*args, **kwargs)

    def _refuse_if_final(self, names: set[str]) -> None:
        stored = type(self)._base_manager.filter(pk=self.pk).first() if self.pk is not None else None
        if stored is None:
            # A new meeting may be final at once; nothing may be added to one that is.
            _refuse_final(meetings_of([self]) if self.path_to_meeting else set())
            return
        old, new = meetings_of([stored]), meetings_of([self])
        if not _final_among(old | new):
            return
        locked = names - self.following_days(stored)
        if old != new or any(_value(stored, name) != _value(self, name) for name in locked):
            raise ReportIsFinal

    @classmethod
    def locked_among(cls, names: Iterable[str] | None) -> set[str]:
        """Which of these fields a final report locks; of all fields for None."""
        asked = {field.name for field in cls._meta.concrete_fields if not field.primary_key}
        if names is not None:
            asked &= {cls._meta.get_field(name).name for name in names if name != "pk"}
        return asked - cls.open_when_final

    @classmethod
    def rows_locked_for(cls, names: set[str]) -> Q:
        """On which rows of a final report these fields are locked."""
        return Q()

    @staticmethod
    def following_days(stored) -> frozenset[str]:
        """Fields of this row which change with something else than the report."""
        return frozenset()


def refuse_final(meeting_ids: set[int]) -> None:
    """For what is no row of a `Locked` model. Raises ReportIsFinal, unless within `unlocked`."""
    if not _is_unlocked.get():
        _refuse_final(meeting_ids)


def meetings_of(rows) -> set[int]:
    """Keys of the meetings that these rows of one model belong to."""
    if not rows:
        return set()
    owner = _owner(type(rows[0]))
    if not owner:
        return {row.pk for row in rows if row.pk is not None}
    return _meetings_of_values(type(rows[0]), [{owner: getattr(row, f"{owner}_id")} for row in rows])


def _owner(model) -> str:
    """The field that names what the row belongs to: its meeting, or its action."""
    return model.path_to_meeting.partition("__")[0]


def _meetings_of_values(model, values: list[dict]) -> set[int]:
    owner, _dots, rest = model.path_to_meeting.partition("__")
    if not owner:
        return set()
    found = (row.get(owner, row.get(f"{owner}_id")) for row in values)
    keys = {getattr(value, "pk", value) for value in found} - {None}
    if not rest or not keys:
        return keys
    owners = model._meta.get_field(owner).related_model
    return set(owners._base_manager.filter(pk__in=keys).values_list(rest, flat=True))


def _meetings_of_rows(rows) -> set[int]:
    return set(rows.values_list(rows.model.path_to_meeting or "pk", flat=True).distinct())


def _final_among(meeting_ids: set[int]) -> bool:
    """Whether one of these is final. Holds their rows until the transaction ends."""
    if not meeting_ids:
        return False
    meetings = apps.get_model("meetings", "Meeting")._base_manager.filter(pk__in=meeting_ids)
    if transaction.get_connection().in_atomic_block:
        meetings = meetings.select_for_update(no_key=True)
    return ReportState.FINAL in set(meetings.values_list("state", flat=True))


def _refuse_final(meeting_ids: set[int]) -> None:
    if _final_among(meeting_ids):
        raise ReportIsFinal


def _value(row, name: str):
    return getattr(row, row._meta.get_field(name).attname)
