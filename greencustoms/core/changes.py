"""Two records of a row's history compared: which fields changed, from what to what, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class FieldChange:
    name: str
    label: str
    before: str
    after: str


def field_changes(
    newer, older, *, hidden: Iterable[str] = (), names: Mapping[str, Mapping[Any, str]] | None = None
) -> list[FieldChange]:
    """What changed from one historical record of a row to the next, without asking the database.

    `names` gives, for fields that lead to other rows, what these are called by their keys.
    """
    fields = {field.name: field for field in newer.tracked_fields}
    found = []
    for change in newer.diff_against(older, excluded_fields=list(hidden)).changes:
        field = fields[change.field]
        known = (names or {}).get(change.field, {})
        before, after = _words(field, change.old, known), _words(field, change.new, known)
        found.append(FieldChange(change.field, str(field.verbose_name), before, after))
    return found


def _words(field, value, known) -> str:
    if value is None or value == "":
        return ""
    if value in known:
        return known[value]
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return date_format(value)
    return str(dict(field.flatchoices).get(value, value))
