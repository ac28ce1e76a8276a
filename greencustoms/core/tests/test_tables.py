import csv
import datetime
import io
import zipfile

import openpyxl
import pytest

from greencustoms.core.tables import csv_response, plain_cell, read_csv, safe_cell, xlsx_response


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


# What a spreadsheet might trip over, as text that people write.
REAL_TEXT = [
    "=1+1", "+41 22 917", "- a list\n- of two", "@office", "|pipe", "%", "'quoted'", "'=cell", "''=twice", "'",
    "#N/A", "#REF!", "TRUE", "1e5", "007", "2007-05-15", "", " leading and trailing ", "tab\tinside", "\tfirst",
    "two\nlines", "\nfirst", 'say "no", twice; and again', "Éléphant ≥ 1 kg", "عاج الفيل: لا", "象牙 🐘",
    "\ufffd?\ufffd", "_x0041_", "<b>&amp;</b>", "a\u202eb",
]  # fmt: skip


@pytest.mark.parametrize("text", REAL_TEXT)
def test_plain_cell_finds_the_text_again(text):
    assert plain_cell(safe_cell(text)) == text


def test_csv_gives_real_text_back():
    response = csv_response("a.csv", ["text"], [[text] for text in REAL_TEXT])

    assert read_csv(response.content) == [["text"], *([text] for text in REAL_TEXT)]


def sheet_of(response):
    return openpyxl.load_workbook(io.BytesIO(response.content)).active


def test_xlsx_gives_real_text_back_as_text():
    sheet = sheet_of(xlsx_response("a.xlsx", "Texts", ["text"], [[text] for text in REAL_TEXT]))

    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value or "" for cell in cells] == REAL_TEXT
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}


def test_xlsx_text_that_looks_like_a_formula_stays_text_when_somebody_clicks_into_it():
    sheet = sheet_of(xlsx_response("a.xlsx", "Texts", ["text"], [["=1+1"], ["plain"]]))

    assert [sheet[name].quotePrefix for name in ("A2", "A3")] == [True, False]


def test_xlsx_holds_no_formula_element():
    response = xlsx_response("a.xlsx", "Texts", ["=head()"], [[text] for text in REAL_TEXT])

    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_xlsx_has_days_numbers_and_a_heading_that_stays():
    day = datetime.date(2007, 5, 15)
    rows = [[day, 3, "3", None, datetime.date(1899, 1, 1)]]

    response = xlsx_response("a.xlsx", "Rows", ["day", "number", "text", "empty", "old"], rows)

    sheet = sheet_of(response)
    assert [cell.value for cell in sheet[2]][1:] == [3, "3", None, "1899-01-01"]
    assert sheet["A2"].value.date() == day
    assert sheet["A2"].number_format == "yyyy-mm-dd"
    assert (sheet.title, sheet.freeze_panes, sheet["A1"].font.bold) == ("Rows", "A2", True)
    assert response["Content-Disposition"] == 'attachment; filename="a.xlsx"'


@pytest.mark.parametrize("text", ["x" * 40_000, "🐘" * 20_000])
def test_text_too_long_for_a_cell_is_cut_and_says_so(text):
    cell = sheet_of(xlsx_response("a.xlsx", "Rows", ["text"], [[text]]))["A2"].value

    assert len(cell.encode("utf-16-le")) // 2 <= 32_767
    assert cell.startswith(text[:10_000])
    assert cell.endswith("The CSV file has all of it.)")


def test_control_characters_break_neither_file():
    text = "a\x00b\x07c\x1bd\x7fe\x85f\ud800g\uffffh\r\ni"

    assert read_csv(csv_response("a.csv", ["t"], [[text]]).content)[1] == ["abcdefgh\ni"]
    assert sheet_of(xlsx_response("a.xlsx", "T", ["t"], [[text]]))["A2"].value == "abcdefgh\ni"


def test_same_rows_give_the_same_bytes_on_another_day(time_machine):
    files = []
    for day in ("2026-11-21", "2027-01-01"):
        time_machine.move_to(day)
        files.append(xlsx_response("a.xlsx", "Rows", ["text"], [["x"]]).content)

    assert files[0] == files[1]
