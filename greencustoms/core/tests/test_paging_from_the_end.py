import pytest

from greencustoms.core.models import RateBucket
from greencustoms.core.paging import page_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("columns", [(), ("pk", "key")])
@pytest.mark.parametrize("order", ["key", "-key"])
def test_pages_of_a_list_hold_each_row_once_in_order(order, columns, rf):
    """Pages of the second half are counted from the end; nobody may notice."""
    for number in range(23):
        RateBucket.objects.create(key=f"key-{number:02d}", tokens=0, filled_at="2026-01-01T00:00Z")
    queryset = RateBucket.objects.order_by(order)

    found = []
    for number in range(1, 7):
        page = page_of(queryset, rf.get("/", {"page": number}), per_page=4, columns=columns)
        found += [row[1] if columns else row.key for row in page.rows]

    assert found == list(queryset.values_list("key", flat=True))


def test_page_beyond_the_last_is_the_last(rf):
    RateBucket.objects.create(key="only", tokens=0, filled_at="2026-01-01T00:00Z")

    page = page_of(RateBucket.objects.order_by("key"), rf.get("/", {"page": "10000"}), per_page=4)

    assert (page.number, [row.key for row in page.rows]) == (1, ["only"])
