"""What the search finds: what each room says of itself, brought together.

The index is made anew when the content is loaded, and by the tick whenever something has been published since:
at most a minute later the search knows it. Only rows that changed are written. Restricted content has no place here.
"""

import itertools
from collections.abc import Callable, Iterable
from datetime import datetime

from django.core.cache import cache

import guide.findable
import guide.goods_search
import meetings.findable
import partners.findable
import training.findable
from greencustoms.core import publication, search
from greencustoms.core.models import SearchDocument
from greencustoms.core.search import Findable
from greencustoms.core.tick import every_tick

SOURCES: tuple[Callable[[], Iterable[Findable]], ...] = (
    partners.findable.agreements,
    partners.findable.partners,
    partners.findable.about_pages,
    meetings.findable.findables,
    training.findable.findables,
    training.findable.platform_findables,
    guide.findable.findables,
    guide.goods_search.findables,
)
INDEXED = "search-index-made-for"


def rebuild() -> int:
    """Make the whole index anew. Returns how many entries were added, changed or removed."""
    by_kind: dict[str, list[Findable]] = {}
    for findable in itertools.chain.from_iterable(source() for source in SOURCES):
        by_kind.setdefault(findable.kind, []).append(findable)
    gone, _ = SearchDocument.objects.exclude(kind__in=by_kind).delete()
    changed = gone + sum(search.replace_kind(kind, findables) for kind, findables in by_kind.items())
    if changed:
        publication.raise_version()
    return changed


@every_tick("bring the search up to date")
def refresh(now: datetime) -> int:
    """Rebuild if something was published since the last time.

    A rebuild that changed something raises the public version, since kept search pages are stale too; the next
    tick then looks once more and finds nothing to do.
    """
    version = publication.current_version()
    if not version or cache.get(INDEXED) == version:
        return 0
    changed = rebuild()
    cache.set(INDEXED, version, None)
    return changed
