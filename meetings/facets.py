"""What the list of actions can be narrowed to: partners and meetings that exist, kept with the public content."""

from greencustoms.core import publication

from . import access
from .models import ActionShare

# A select of more lines helps nobody; older meetings lead to their actions from their own page.
MOST_MEETINGS = 30


def of_actions(level: str, *, meeting: str = "") -> dict[str, list]:
    """Choices for the filters: partners in alphabetical order, meetings newest first.

    `meeting` is the one asked for, which stands among the choices even when it is old.
    """
    found = publication.kept("actions-facets", {"level": level}, lambda: _count(level))
    if meeting and meeting not in dict(found["meetings"]):
        older = access.meetings_for(level).filter(code=meeting, actions__isnull=False)
        return {**found, "meetings": [*found["meetings"], *older.values_list("code", "title").distinct()]}
    return found


def _count(level: str) -> dict[str, list]:
    pairs = (
        ActionShare.objects.filter(deadline__action__in=access.actions_for(level))
        .order_by("-deadline__action__meeting__starts_on")
        .values_list(
            "deadline__action__meeting__code",
            "deadline__action__meeting__title",
            "partner__sort_key",
            "partner__slug",
            "partner__acronym",
            "partner__sort_name",
        )
        .distinct()
    )
    meetings: dict[str, str] = {}
    partners: dict[tuple[str, str], str] = {}
    for code, title, sort_key, slug, acronym, sort_name in pairs:
        meetings.setdefault(code, title)
        partners[sort_key, slug] = acronym or sort_name
    return {
        "partners": [(slug, name) for (_key, slug), name in sorted(partners.items())],
        "meetings": list(meetings.items())[:MOST_MEETINGS],
    }
