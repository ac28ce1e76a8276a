"""What the list of actions can be narrowed to: partners and meetings that exist, kept with the public content."""

from django.db.models import Count, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf

from greencustoms.core import publication

from . import access
from .models import ActionShare

# A select of more lines helps nobody; older meetings lead to their actions from their own page.
MOST_MEETINGS = 30

# Value, name and number of actions.
Facet = tuple[str, str, int]


def of_actions(level: str, *, meeting: str = "") -> dict[str, list[Facet]]:
    """What there is to choose from, with the number of actions: partners by name, meetings newest first.

    `meeting` is the one asked for, which stands among the choices even when it is old.
    """
    found = publication.kept("actions-facets", {"level": level}, lambda: _count(level))
    if meeting and meeting not in [code for code, _title, _count in found["meetings"]]:
        older = _meetings(access.actions_for(level).filter(meeting__code=meeting))
        return {**found, "meetings": [*found["meetings"], *_facets(older)]}
    return found


def _count(level: str) -> dict[str, list[Facet]]:
    """One statement, with one GROUP BY for each kind."""
    actions = access.actions_for(level).order_by()
    meetings: list[tuple] = []
    partners: list[tuple] = []
    for row in _meetings(actions).union(_partners(actions), all=True):
        (partners if row[0] else meetings).append(row)
    newest = sorted(meetings, key=lambda row: (row[1], row[2]), reverse=True)[:MOST_MEETINGS]
    return {"partners": _facets(sorted(partners)), "meetings": _facets(newest)}


def _facets(rows) -> list[Facet]:
    return [(value, name, count) for _is_partner, _order, value, name, count in rows]


def _meetings(actions):
    order = Cast("meeting__starts_on", TextField())
    rows = actions.order_by().values_list(Value(0), order, "meeting__code", "meeting__title")
    return rows.annotate(count=Count("pk"))


def _partners(actions):
    name = Coalesce(NullIf("partner__acronym", Value("")), "partner__sort_name", output_field=TextField())
    shares = ActionShare.objects.order_by().filter(deadline__action__in=actions)
    rows = shares.values_list(Value(1), "partner__sort_key", "partner__slug", name)
    return rows.annotate(count=Count("deadline__action", distinct=True))
