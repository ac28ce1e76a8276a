from collections import Counter

import pytest
from django.db import transaction

from greencustoms.core.hs import CasNumber
from guide.goods import read_correlation
from guide.goods_loading import load_goods
from guide.models import ControlledGood
from partners.loading import load_partners

pytestmark = pytest.mark.django_db

ROWS = {
    ("montreal-protocol", 2022): 207,
    ("cites", 2022): 103,
    ("rotterdam-convention", 2022): 85,
    ("chemical-weapons-convention", 2022): 76,
    ("basel-convention", 2022): 55,
    ("stockholm-convention", 2022): 52,
    ("minamata-convention", 2022): 33,
    ("cartagena-protocol", 2022): 31,
    ("montreal-protocol", 2017): 10,
    ("chemical-weapons-convention", 2017): 10,
    ("cites", 2017): 4,
    ("basel-convention", 2017): 3,
    ("rotterdam-convention", 2017): 2,
}


@pytest.fixture(scope="module")
def _goods(django_db_setup, django_db_blocker):
    """The rows of the file, loaded once for these tests and rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_partners()
        load_goods()
        yield
        transaction.set_rollback(True)


@pytest.mark.usefixtures("_goods")
def test_all_rows_are_loaded_by_agreement_and_edition():
    found = Counter(ControlledGood.objects.values_list("agreement__slug", "hs_edition"))

    assert found == ROWS
    assert sum(found.values()) == 671


@pytest.mark.usefixtures("_goods")
def test_loaded_codes_and_cas_numbers_are_right():
    for good in ControlledGood.objects.all():
        assert len(good.code.digits) == 6
        assert not good.cas_number or CasNumber(good.cas_number).is_valid, good
        assert bool(good.correlation) is bool(read_correlation(good.correlation)), good


@pytest.mark.usefixtures("_goods")
def test_row_keeps_source_list_and_part():
    good = ControlledGood.objects.get(substance="CFC-11", hs_code="290377")

    assert (good.annex_list, good.cas_number, good.is_part_of_code, good.is_one_of_several, good.is_verified) == (
        "Annex A group I", "75-69-4", True, True, False,
    )  # fmt: skip
    assert good.source.startswith("HS 2022 Ch. 29 subheading")


@pytest.mark.usefixtures("_goods")
@pytest.mark.parametrize(
    ("code", "substance", "is_one_of_several"),
    [
        ("290382", "Aldrin", True),
        ("382763", "R-410A", True),
        ("252490", "Amosite asbestos", False),  # chrysotile stands there too and is not listed
        ("293090", "Terbufos", False),  # a residual code
        ("050710", "Raw ivory", False),  # mammoth ivory is not listed
    ],
)
def test_part_of_a_code_is_told_apart_from_one_of_several(code, substance, is_one_of_several):
    goods = ControlledGood.objects.filter(hs_code=code, substance=substance)

    assert {(good.is_part_of_code, good.is_one_of_several) for good in goods} == {(True, is_one_of_several)}


@pytest.mark.usefixtures("_goods")
def test_loading_again_overwrites_nothing_and_brings_nothing_back():
    changed = ControlledGood.objects.get(substance="CFC-11", hs_code="290377")
    changed.substance = "CFC-11 (R-11)"
    changed.save()
    ControlledGood.objects.get(substance="CFC-12", hs_code="290377").delete()

    added = load_goods()

    assert added == {"goods": 0}
    assert ControlledGood.objects.count() == 670
    assert not ControlledGood.objects.filter(hs_code="290377", substance__in=["CFC-11", "CFC-12"]).exists()


@pytest.mark.usefixtures("_goods")
def test_loaded_row_has_a_history():
    assert ControlledGood.history.filter(history_type="+").count() == 671
