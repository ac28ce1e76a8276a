"""The history of a row as people read it: who, when, which fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.db import models
from django.utils.translation import gettext as _

from greencustoms.core.changes import field_changes

from .services.texts import DOCUMENTS_CHANGED, MEMBERS_CHANGED
from .services.working_days import HOLIDAYS_CHANGED

SHOWN = 20
NOT_SHOWN = ["version", "sort_key", "changed_at"]


@dataclass(frozen=True)
class Change:
    at: datetime
    who: str
    fields: list[str]
    is_first: bool


def changes_of(row: models.Model, also: Mapping[str, str] | None = None) -> list[Change]:
    """The latest changes, newest first. `also` has words for what is no field of the row."""
    records = list(row.history.select_related("history_user").order_by("-history_date", "-history_id")[: SHOWN + 1])
    words = {
        DOCUMENTS_CHANGED: _("documents to ask for"),
        MEMBERS_CHANGED: _("members of this group"),
        HOLIDAYS_CHANGED: _("holidays"),
        **(also or {}),
    }
    changes = [_change(row, newer, older, words) for newer, older in pairwise(records)]
    if records and len(records) <= SHOWN:
        changes.append(_change(row, records[-1], None, words))
    return changes


def _change(row, newer, older, words: Mapping[str, str]) -> Change:
    fields = []
    if older is not None:
        fields = [change.label for change in field_changes(newer, older, hidden=NOT_SHOWN)]
    for part in (newer.history_change_reason or "").split(", "):
        if part in words:
            fields.append(str(words[part]))
    who = str(newer.history_user) if newer.history_user else _("loaded with the portal")
    return Change(at=newer.history_date, who=who, fields=fields, is_first=older is None)
