import pytest
from django.db import transaction

from greencustoms.core import search
from guide import goods_search
from guide.goods_loading import load_goods
from guide.tests.goods_factories import ControlledGoodFactory
from partners.loading import load_partners

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _goods(django_db_setup, django_db_blocker):
    """The rows of the file and their index, loaded once for these tests and rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_partners()
        load_goods()
        search.replace_kind("hs", goods_search.findables())
        yield
        transaction.set_rollback(True)


@pytest.mark.usefixtures("_goods")
@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("ivory", (2022, "050710")),
        ("ÍVORY", (2022, "050710")),
        ("aldrin", (2022, "290382")),
        ("R-410A", (2022, "382763")),
        ("methyl bromide", (2022, "290361")),
        ("pangolin scales", (2022, "050790")),
        ("mercury thermometer", (2022, "902511")),
        ("live parrot", (2022, "010632")),
        ("ethylene dibromide", (2022, "290362")),
    ],
)
def test_words_lead_to_goods(words, first):
    goods, order = goods_search.goods_for(words)

    assert order[0] == first
    assert goods.filter(hs_edition=first[0], hs_code=first[1]).exists()


@pytest.mark.usefixtures("_goods")
def test_newest_edition_comes_first():
    _goods, order = goods_search.goods_for("antiques")

    assert order == [(2022, "970610"), (2022, "970690"), (2017, "970600")]


@pytest.mark.usefixtures("_goods")
def test_refrigerant_is_found_by_its_other_name():
    _goods, order = goods_search.goods_for("R-22")

    assert (2022, "290371") in order


@pytest.mark.usefixtures("_goods")
@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("2903.77", "/hs/2903.77/"),
        ("290377", "/hs/2903.77/"),
        ("HS 2903 77", "/hs/2903.77/"),
        ("2903", "/hs/2903/"),
        ("29", "/hs/29/"),
        ("2903.77.00.10", "/hs/2903.77/?typed=2903770010"),
        ("75-69-4", "/hs/2903.77/?cas=75-69-4"),
        ("CAS 74-83-9", "/hs/2903.61/?cas=74-83-9"),
        ("3824.78", "/hs/3824.78/"),
        ("2903.31", "/hs/2903.31/"),
        ("3002.90", "/hs/3002.90/"),  # only named as an older code of other goods
        ("75-69-5", None),
        ("50-00-0", None),
        ("9999.99", None),
        ("29037", None),
        ("ivory", None),
        ("", None),
    ],
)
def test_code_or_cas_number_goes_straight_to_its_answer(text, address):
    assert goods_search.answer_address(text) == address


def test_cas_number_of_two_codes_has_no_single_answer():
    ControlledGoodFactory(hs_code="290377", cas_number="50-00-0")
    ControlledGoodFactory(hs_code="382711", cas_number="50-00-0")

    assert goods_search.answer_address("50-00-0") is None
    assert goods_search.goods_for("50-00-0")[0].count() == 2


@pytest.mark.usefixtures("_goods")
def test_cas_number_that_stands_in_a_note_is_found():
    goods, order = goods_search.goods_for("68928-80-3")

    assert (2022, "290930") in order
    assert goods.exists()


@pytest.mark.usefixtures("_goods")
def test_every_code_of_each_edition_is_in_the_index_once():
    found = list(goods_search.findables())

    assert len(found) == len({findable.key for findable in found}) == 402
    assert max(len(findable.summary) for findable in found) > 0
