"""CSV and XLSX that survive real text: formulas disarmed, NUL and control characters out (security section 6)."""

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from django.http import HttpResponse
from django.utils.translation import gettext as _

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DANGEROUS_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_BREAKS_FILES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# A cell of a spreadsheet holds so many UTF-16 units, and its calendar begins with 1900.
LONGEST_CELL = 32_767
FIRST_DAY = datetime.date(1900, 3, 1)
WIDEST_COLUMN, NARROWEST_COLUMN = 60, 12


def safe_cell(value) -> str:
    """A cell as text: what a spreadsheet would run as a formula gets an apostrophe in front.

    So does what begins with apostrophes and goes on like a formula, so that `plain_cell` finds every text again.
    """
    text = plain_text(value)
    return "'" + text if text.lstrip("'").startswith(DANGEROUS_STARTS) else text


def plain_cell(cell: str) -> str:
    """The text that `safe_cell` made this cell of."""
    is_escaped = cell.startswith("'") and cell.lstrip("'").startswith(DANGEROUS_STARTS)
    return cell[1:] if is_escaped else cell


def plain_text(value) -> str:
    """A value as text without what breaks files: control characters, surrogates, non-characters."""
    text = "" if value is None else str(value)
    return _BREAKS_FILES.sub("", text)


def csv_response(file_name: str, header: Sequence[str], rows: Iterable[Sequence]) -> HttpResponse:
    """A CSV download (UTF-8 with a mark, so that spreadsheets read accents; RFC 4180)."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return _download(file_name, "text/csv; charset=utf-8", "\ufeff" + buffer.getvalue())


def xlsx_response(file_name: str, sheet: str, header: Sequence[str], rows: Iterable[Sequence]) -> HttpResponse:
    """The same rows as an Excel workbook of one sheet: days are days, numbers numbers, everything else is text.

    Text is stored as text and marked so, which no spreadsheet reads as a formula, not even after somebody clicked
    into the cell; it needs no apostrophe.
    """
    # Rarely asked for: imported on top it would cost every web process 12 MB.
    import openpyxl
    from openpyxl.writer.excel import ExcelWriter

    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet(sheet)
    page.freeze_panes = "A2"
    cells = _Cells(page)
    for number, width in enumerate(_widths(header), start=1):
        page.column_dimensions[openpyxl.utils.get_column_letter(number)].width = width
    page.append([cells.heading(name) for name in header])
    for row in rows:
        page.append([cells.of(value) for value in row])
    buffer = io.BytesIO()
    ExcelWriter(book, _TimelessZip(buffer, "w", zipfile.ZIP_DEFLATED)).save()
    return _download(file_name, XLSX, buffer.getvalue())


def read_csv(data: bytes) -> list[list[str]]:
    """The rows of a CSV that the portal made, header included, as they were before they were escaped."""
    text = data.decode("utf-8-sig")
    return [[plain_cell(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]


class _TimelessZip(zipfile.ZipFile):
    """Nothing in it says when it was made: the same rows give the same bytes, and "not modified" can be told."""

    def writestr(self, zinfo_or_arcname, data, *args, **kwargs):
        name = zinfo_or_arcname
        content = data.encode() if isinstance(data, str) else data
        if name == "docProps/core.xml":
            content = re.sub(rb">\d{4}-\d\d-\d\dT[\d:]+Z<", b">2000-01-01T00:00:00Z<", content)
        entry = zipfile.ZipInfo(name)
        entry.compress_type = self.compression
        super().writestr(entry, content)

    def write(self, filename, arcname=None, *args, **kwargs):
        self.writestr(arcname or filename, Path(filename).read_bytes())


class _Cells:
    """Makes the cells of one sheet."""

    def __init__(self, page):
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Font

        self._cell = WriteOnlyCell
        self._page = page
        self._wrapped = Alignment(wrap_text=True, vertical="top")
        self._bold = Font(bold=True)

    def of(self, value):
        if isinstance(value, datetime.date) and value >= FIRST_DAY:
            cell = self._cell(self._page, value)
            cell.number_format = "yyyy-mm-dd"
            return cell
        return value if type(value) is int else self.text(value)

    def text(self, value):
        text = fitting(plain_text(value))
        # Most cells need nothing of their own, and making 400,000 of them costs ten seconds.
        is_plain = not text.startswith((*DANGEROUS_STARTS, "#")) and "\n" not in text
        if is_plain:
            return text or None
        cell = self._cell(self._page, text)
        if "\n" in text:
            cell.alignment = self._wrapped
        cell.quotePrefix = text.startswith(DANGEROUS_STARTS)
        # Never a formula ("=1+1") nor an error ("#N/A").
        cell.data_type = "s"
        return cell

    def heading(self, value):
        cell = self._cell(self._page, value)
        cell.font = self._bold
        cell.data_type = "s"
        return cell


def fitting(text: str) -> str:
    """The text if a cell can hold it; otherwise its beginning and the sentence that it was cut."""
    if len(text.encode("utf-16-le")) // 2 <= LONGEST_CELL:
        return text
    ending = _(" … (cut: a cell of a spreadsheet holds no more. The CSV file has all of it.)")
    room = (LONGEST_CELL - len(ending.encode("utf-16-le")) // 2) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + ending


def _widths(header: Sequence[str]) -> list[int]:
    """Room for words where words stand; the reader draws the rest as wide as wanted."""
    wide = {"title", "text", "shares", "who"}
    return [WIDEST_COLUMN if name in wide else max(NARROWEST_COLUMN, len(name) + 2) for name in header]


def _download(file_name: str, media_type: str, content) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response
