"""Filters of a list as people see them: values that exist with their counts, and chips for what is chosen."""

from django.http import QueryDict
from django.utils.translation import gettext as _


def choices_with_counts(counts: dict[str, int], names: dict[str, str], chosen: str = "") -> list[tuple[str, str]]:
    """Choices of a select: what exists, with its count, in the order of `names`; the chosen one even at 0."""
    return [
        (value, _("%(name)s (%(count)d)") % {"name": name, "count": counts.get(value, 0)})
        for value, name in names.items()
        if counts.get(value) or value == chosen
    ]


def chips(query: QueryDict, path: str, chosen: list[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """For each (parameter, its name, the chosen value's words): a label and the address without it."""
    found = []
    for parameter, name, words in chosen:
        rest = query.copy()
        rest.pop(parameter, None)
        rest.pop("page", None)
        address = f"{path}?{rest.urlencode()}" if rest else path
        found.append((_("%(name)s: %(value)s") % {"name": name, "value": words}, address))
    return found
