import csv
import io

import pytest

from greencustoms.core.tables import csv_response, safe_cell


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "|", "%", "\n"])
def test_safe_cell_disarms_what_a_spreadsheet_would_run(start):
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (0, "0"),
        ("a\x00b\x1bc", "abc"),
        ("a\ud800\uffffb", "ab"),
        ("a=b", "a=b"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_safe_cell_is_plain_text(value, cell):
    assert safe_cell(value) == cell


ROWS = [["2903.77", "=HYPERLINK(1)", 'say "no", twice'], ["0507.10", "Éléphant", None]]


def test_csv_is_read_back_as_it_was_meant():
    response = csv_response("goods.csv", ["code", "goods", "note"], ROWS)

    text = response.content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["code", "goods", "note"],
        ["2903.77", "'=HYPERLINK(1)", 'say "no", twice'],
        ["0507.10", "Éléphant", ""],
    ]
    assert response["Content-Disposition"] == 'attachment; filename="goods.csv"'
