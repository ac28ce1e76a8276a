import pytest

from greencustoms.core.hs import CasNumber, HSCode, digits_typed


@pytest.mark.parametrize("digits", ["29", "2903", "290377", "010612"])
def test_hs_code_of_two_four_or_six_digits_is_accepted(digits):
    assert HSCode(digits).digits == digits


@pytest.mark.parametrize("digits", ["", "2", "290", "29037", "2903770", "29037700", "2903.77", "29037x", "２９"])
def test_hs_code_of_any_other_form_is_refused(digits):
    with pytest.raises(ValueError):
        HSCode(digits)


@pytest.mark.parametrize(("digits", "written"), [("29", "29"), ("2903", "2903"), ("290377", "2903.77")])
def test_hs_code_is_written_with_one_dot(digits, written):
    assert str(HSCode(digits)) == written


def test_hs_code_knows_chapter_heading_and_levels():
    code = HSCode("290377")

    assert (code.chapter, code.heading, code.levels) == ("29", "2903", ["290377", "2903", "29"])
    assert HSCode("29").heading == ""


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("2903.77", "290377"),
        ("290377", "290377"),
        (" 29 03 77 ", "290377"),
        ("29.03.77", "290377"),
        ("2903-77", "290377"),
        ("2903–77", "290377"),
        ("2903,77", "290377"),
        ("HS 2903.77", "290377"),
        ("HS code: 2903.77", "290377"),
        ("HS 2022: 2903.77", "290377"),
        ("ex 2903.77", "290377"),
        ("２９０３．７７", "290377"),
        ("٢٩٠٣٧٧", "290377"),
        ("2903.77.00.10", "290377"),
        ("29037700", "290377"),
        ("0507.10", "050710"),
        ("2903", "2903"),
        ("29", "29"),
    ],
)
def test_code_is_read_in_any_spelling(typed, digits):
    assert HSCode.read(typed) == HSCode(digits)


@pytest.mark.parametrize(
    "typed", ["", "2", "290", "29037", "ivory", "75-69-4", "2903.7x", "1234567890123", "hs", "R-22", "HFC-134a", "²"]
)
def test_other_text_is_no_code(typed):
    assert HSCode.read(typed) is None


@pytest.mark.parametrize(
    ("typed", "is_national"), [("2903.77", False), ("2903.77.00", True), ("29", False), ("x", False)]
)
def test_national_line_is_told_by_its_length(typed, is_national):
    assert HSCode.is_national(typed) is is_national


@pytest.mark.parametrize(("typed", "digits"), [("507.10", "50710"), ("2", "2"), ("ivory", ""), ("75-69-4", "")])
def test_digits_typed_keeps_codes_of_the_wrong_length(typed, digits):
    assert digits_typed(typed) == digits


@pytest.mark.parametrize(
    "typed", ["75-69-4", " 75-69-4 ", "CAS 75-69-4", "cas no. 75-69-4", "CAS-Nr. 75-69-4", "75–69–4"]
)
def test_cas_number_is_read_in_any_spelling(typed):
    assert CasNumber.read(typed) == CasNumber("75-69-4")


@pytest.mark.parametrize("typed", ["", "75694", "7-69-4", "75-69-44", "2903.77", "12345678-12-1", "ivory"])
def test_other_text_is_no_cas_number(typed):
    assert CasNumber.read(typed) is None


@pytest.mark.parametrize("number", ["75-69-4", "74-83-9", "7439-97-6", "50-29-3", "382-21-8"])
def test_cas_number_with_right_check_digit_is_valid(number):
    assert CasNumber(number).is_valid


@pytest.mark.parametrize("number", ["75-69-5", "74-83-0", "7439-97-5", "00-00-1"])
def test_cas_number_with_wrong_check_digit_is_invalid(number):
    assert not CasNumber(number).is_valid
