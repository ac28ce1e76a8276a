"""Pages of long lists that cost the same at the end as at the beginning."""

import zlib
from array import array
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import cached_property

from . import publication
from .query import page_number

ROWS_A_PAGE = 50
KEYS_A_PORTION = 1_000


@dataclass
class Page:
    """One page of a list, with what the page links need. Numbers count from 1."""

    rows: list
    number: int
    total: int
    per_page: int

    @property
    def last(self) -> int:
        return max(-(-self.total // self.per_page), 1)

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.last

    @property
    def is_needed(self) -> bool:
        return self.last > 1

    @property
    def first_row(self) -> int:
        return (self.number - 1) * self.per_page + 1 if self.total else 0

    @property
    def last_row(self) -> int:
        return min(self.number * self.per_page, self.total)

    @cached_property
    def numbers(self) -> list[int | None]:
        """Page numbers to show: first, last and those around the present one; None where some are left out."""
        wanted = sorted({1, self.last, *range(max(self.number - 1, 1), min(self.number + 1, self.last) + 1)})
        shown: list[int | None] = []
        for number in wanted:
            if shown and shown[-1] is not None and number - shown[-1] > 1:
                shown.append(None)
            shown.append(number)
        return shown


def page_of(
    queryset: QuerySet,
    request,
    *,
    per_page: int = ROWS_A_PAGE,
    total: int | None = None,
    columns: tuple[str, ...] = (),
) -> Page:
    """The page the query string asks for; beyond the last one, the last one.

    Takes the primary keys first and then the rows: a deep OFFSET then walks an index, not whole rows.
    With `columns`, of which the first is the primary key, rows are tuples of these.
    """
    if total is None:
        total = queryset.order_by().count()
    last = max(-(-total // per_page), 1)
    number = min(page_number(request.GET.get("page", "1")), last)
    start = (number - 1) * per_page
    wanted = queryset.values_list(*columns) if columns else queryset
    if number == 1:
        rows = list(wanted[:per_page])
    else:
        keys = _keys(queryset, start, min(start + per_page, total), total)
        found = {row[0] if columns else row.pk: row for row in wanted.filter(pk__in=keys)}
        rows = [found[key] for key in keys if key in found]
    return Page(rows=rows, number=number, total=total, per_page=per_page)


@dataclass(frozen=True)
class KeptKeys:
    """Primary keys in their order, packed in portions: a page unpacks one or two, however long the list is."""

    total: int
    portions: list[bytes]

    @classmethod
    def packed(cls, keys: array) -> "KeptKeys":
        firsts = range(0, len(keys), KEYS_A_PORTION)
        return cls(len(keys), [zlib.compress(keys[first : first + KEYS_A_PORTION].tobytes(), 1) for first in firsts])

    def part(self, first: int, last: int) -> list[int]:
        """The keys from the place `first` to that before `last`, counted from 0."""
        begin = first // KEYS_A_PORTION
        keys = array("q")
        for portion in self.portions[begin : -(-last // KEYS_A_PORTION)]:
            keys.frombytes(zlib.decompress(portion))
        start = begin * KEYS_A_PORTION
        return list(keys[first - start : last - start])


def kept_keys(name: str, asked: dict, rows: Callable[[], QuerySet]) -> KeptKeys:
    """Primary keys of a filtered list in its order, kept until something is published.

    Counting the rows costs about as much; with the keys at hand every page of the list costs the same, the last one
    too, whatever the filter. Twenty thousand of them take some 30 kB. `asked` is all that the list depends on; `rows`
    gives its queryset and is called only where nothing is kept.
    """
    return publication.kept(f"{name}-packed", asked, lambda: KeptKeys.packed(_all_keys(rows())))


def page_of_keys(keys: KeptKeys, request, *, per_page: int = ROWS_A_PAGE) -> Page:
    """The page the query string asks for of a list whose keys are at hand; its rows are keys."""
    last = max(-(-keys.total // per_page), 1)
    number = min(page_number(request.GET.get("page", "1")), last)
    rows = keys.part((number - 1) * per_page, number * per_page)
    return Page(rows=rows, number=number, total=keys.total, per_page=per_page)


def _all_keys(queryset: QuerySet) -> array:
    return array("q", queryset.values_list("pk", flat=True))


def _keys(queryset: QuerySet, start: int, end: int, total: int) -> list:
    """Primary keys of these rows; those of the second half are counted from the end, so the last page is cheap."""
    keys = queryset.values_list("pk", flat=True)
    if start <= total // 2:
        return list(keys[start:end])
    return list(keys.reverse()[total - end : total - start])[::-1]
