"""CSV that survives real text: formulas escaped, NUL and control characters out (security section 6)."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

DANGEROUS_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_NOT_IN_XML = "\ufffe\uffff"


def safe_cell(value) -> str:
    """A cell as text: what a spreadsheet would run as a formula gets an apostrophe in front."""
    text = "" if value is None else str(value)
    text = "".join(
        c for c in text if c in "\n\t" or (unicodedata.category(c) not in ("Cc", "Cs") and c not in _NOT_IN_XML)
    )
    return "'" + text if text.startswith(DANGEROUS_STARTS) else text


def csv_response(file_name: str, header: Sequence[str], rows: Iterable[Sequence]) -> HttpResponse:
    """A CSV download (UTF-8 with a mark, so that spreadsheets read accents; RFC 4180)."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    response = HttpResponse("\ufeff" + buffer.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response
