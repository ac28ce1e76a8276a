import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from greencustoms.core.hs import HSCode
from guide.goods import Correlate, by_edition, entries, read_correlation
from guide.models import ControlledGood
from guide.tests.goods_factories import ControlledGoodFactory
from partners.tests.factories import AgreementFactory

pytestmark = pytest.mark.django_db


def digits(goods):
    return sorted(goods.values_list("hs_code", flat=True))


@pytest.fixture
def _codes():
    for code in ["28", "29", "2903", "290377", "290378", "290477", "299999", "300000"]:
        ControlledGoodFactory(hs_code=code)


@pytest.mark.usefixtures("_codes")
@pytest.mark.parametrize(
    ("code", "under"),
    [
        ("29", ["29", "2903", "290377", "290378", "290477", "299999"]),
        ("2903", ["2903", "290377", "290378"]),
        ("290377", ["290377"]),
        ("30", ["300000"]),
    ],
)
def test_goods_under_a_code_are_found_at_every_level(code, under):
    assert digits(ControlledGood.objects.under(code)) == under


@pytest.mark.usefixtures("_codes")
def test_goods_covering_a_code_include_heading_and_chapter():
    assert digits(ControlledGood.objects.covering(HSCode("290377"))) == ["29", "2903", "290377"]


@pytest.mark.usefixtures("_codes")
def test_goods_around_a_code_lie_above_at_and_below():
    assert digits(ControlledGood.objects.around(HSCode("2903"))) == ["29", "2903", "290377", "290378"]


def test_goods_are_ordered_newest_edition_first():
    old = ControlledGoodFactory(hs_code="010612", old=True)
    later = ControlledGoodFactory(hs_code="970600")
    first = ControlledGoodFactory(hs_code="010612")

    assert list(ControlledGood.objects.in_order()) == [first, later, old]


def test_same_good_twice_is_refused():
    agreement = AgreementFactory()
    ControlledGoodFactory(agreement=agreement, substance="CFC-11")

    with pytest.raises(IntegrityError):
        ControlledGoodFactory(agreement=agreement, substance="CFC-11")


def test_one_of_several_that_is_no_part_is_refused():
    with pytest.raises(IntegrityError):
        ControlledGoodFactory(is_one_of_several=True, is_part_of_code=False)


@pytest.mark.parametrize("code", ["2", "290", "2903.77", "29037700"])
def test_code_of_the_wrong_length_is_refused_by_the_form(code):
    good = ControlledGoodFactory.build(agreement=AgreementFactory(), hs_code=code)

    with pytest.raises(ValidationError) as caught:
        good.full_clean()
    assert list(caught.value.message_dict) == ["hs_code"]


def test_entry_is_called_by_the_wording_that_covers_the_whole_code():
    agreement = AgreementFactory()
    for number in range(3):
        ControlledGoodFactory(agreement=agreement, description="Blend", substance=f"R-{number}", part=True)
    ControlledGoodFactory(agreement=agreement, description="Mixtures containing CFCs", substance="")

    (entry,) = entries(ControlledGood.objects.in_order())

    assert (entry.title, entry.agreements, entry.substances) == (
        "Mixtures containing CFCs", [agreement], ["R-0", "R-1", "R-2"],
    )  # fmt: skip


def test_goods_of_a_heading_count_for_its_subheadings():
    ControlledGoodFactory(hs_code="2903")
    ControlledGoodFactory(hs_code="290377")
    ControlledGoodFactory(hs_code="290377", old=True)

    found = by_edition(HSCode("290377"), ControlledGood.objects.in_order())

    assert [(entry.edition, len(entry.goods)) for entry in found] == [(2022, 2), (2017, 1)]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", []),
        ("2903.39", []),
        ("HS 2017: 3824.78", [(2017, "382478", False)]),
        ("HS 2022: 8548.00; ex 8549.21", [(2022, "854800", False), (2022, "854921", True)]),
        (
            "HS 2022: 9705.22; 9705.29 (and 9705.10)",
            [(2022, "970522", False), (2022, "970529", False), (2022, "970510", False)],
        ),
    ],
)
def test_correlation_is_read(text, codes):
    expected = [Correlate(edition, HSCode(code), is_part) for edition, code, is_part in codes]

    assert read_correlation(text) == expected
