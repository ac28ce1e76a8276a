"""What both kinds of PDF need: direction of writing, links, pictures, the page around the text."""

import datetime
import re
import unicodedata

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from greencustoms.core import made_files, pdf
from greencustoms.core.tables import plain_text
from greencustoms.core.templatetags.ui import MARKS, mark_svg
from greencustoms.core.text import to_html


def source(template: str, context: dict, *, sheet: str) -> pdf.PdfSource:
    """The HTML in the portal's language with the sheets, the words of the page number and the marks."""
    with translation.override(settings.LANGUAGE_CODE):
        html = render_to_string(
            template, {"language": settings.LANGUAGE_CODE, "portal_url": settings.PORTAL_URL, **context}
        )
        sheets = (*made_files.sheets(sheet), made_files.page_words(), _mark_sheet())
    return pdf.PdfSource(html=plain_text(html), stylesheets=sheets, files=_marks())


def prose(text: str, *, id_prefix: str, top_level: int = 2) -> SafeString:
    """Markdown as the paper shows it: links to the portal with their full address, Arabic from right to left."""
    html = to_html(text, id_prefix=id_prefix, top_level=top_level)
    html = re.sub(r'href="/(?!/)', f'href="{settings.PORTAL_URL}/', html)
    # Notes of two texts in one document must not share their ids.
    html = re.sub(r'(href="#|id=")(fn(?:ref)?[-\w:]*)', rf"\1{id_prefix}-\2", html)
    html = f'<div dir="{direction(text)}">{html}</div>'
    return mark_safe(html)  # noqa: S308 - to_html has cleaned it, and only addresses have changed


def direction(text: str) -> str:
    """As the first letter that has a direction: "rtl" for Arabic and Hebrew."""
    for character in text[:2_000]:
        kind = unicodedata.bidirectional(character)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def day_of(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def full_url(path: str) -> str:
    return settings.PORTAL_URL + path


def _marks() -> dict[str, tuple[str, bytes]]:
    return {f"mark-{name}.svg": ("image/svg+xml", mark_svg(name).encode()) for name in MARKS}


def _mark_sheet() -> str:
    """As backgrounds, since what is drawn in the text would be read aloud as a picture without words."""
    return "".join(f'.mark[data-mark="{name}"] {{ background-image: url("app:mark-{name}.svg") }}\n' for name in MARKS)
