from array import array

import pytest
from django.utils import timezone

from greencustoms.core.models import Heartbeat
from greencustoms.core.paging import KEYS_A_PORTION, KeptKeys, Page, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def seven():
    Heartbeat.objects.bulk_create(Heartbeat(name=f"beat {n}", at=timezone.now()) for n in range(7))
    return Heartbeat.objects.order_by("name")


@pytest.mark.parametrize(
    ("asked", "number", "names"),
    [
        ("1", 1, ["beat 0", "beat 1", "beat 2"]),
        ("2", 2, ["beat 3", "beat 4", "beat 5"]),
        ("3", 3, ["beat 6"]),
        ("4", 3, ["beat 6"]),
        ("1" + "0" * 30, 1, ["beat 0", "beat 1", "beat 2"]),
        ("x", 1, ["beat 0", "beat 1", "beat 2"]),
    ],
)
def test_page_of_gives_the_asked_page_or_the_nearest(asked, number, names, seven, rf):
    page = page_of(seven, rf.get("/", {"page": asked}), per_page=3)

    assert (page.number, [row.name for row in page.rows]) == (number, names)


def test_page_of_nothing_is_one_empty_page(rf):
    page = page_of(Heartbeat.objects.order_by("name"), rf.get("/"), per_page=3)

    assert (page.number, page.last, page.rows, page.is_needed, page.first_row, page.last_row) == (1, 1, [], False, 0, 0)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (1, [1, 2, None, 20]),
        (2, [1, 2, 3, None, 20]),
        (10, [1, None, 9, 10, 11, None, 20]),
        (20, [1, None, 19, 20]),
    ],
)
def test_page_numbers_leave_out_what_lies_far_away(number, shown):
    assert Page(rows=[], number=number, total=1_000, per_page=50).numbers == shown


@pytest.mark.parametrize("asked", ["1", "3"])
def test_page_of_needs_three_statements_at_most(asked, seven, rf, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        page_of(seven, rf.get("/", {"page": asked}), per_page=3)


@pytest.mark.parametrize("total", [0, 1, KEYS_A_PORTION, 2 * KEYS_A_PORTION + 30])
def test_parts_of_kept_keys_are_those_of_the_list(total):
    keys = list(range(5, 5 + total))
    kept = KeptKeys.packed(array("q", keys))

    for first, last in ((0, 50), (0, total), (KEYS_A_PORTION - 30, KEYS_A_PORTION + 30), (2 * KEYS_A_PORTION, 10**6)):
        assert kept.part(first, last) == keys[first:last]
