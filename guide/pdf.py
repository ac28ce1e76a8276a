"""What the PDF of an edition is made of. No request: templates, a print sheet, the rows."""

import datetime
import itertools
import re
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from greencustoms.core import made_files, pdf
from greencustoms.core.hs import HSCode
from greencustoms.core.templatetags.ui import glyph_svg
from greencustoms.core.text import to_html
from partners.models import Agreement, Partner

from .choices import SectionKind
from .models import ControlledGood, Edition, Section

STYLES = Path(settings.BASE_DIR) / "static" / "css"
# The renderer refuses longer tables (security section 5).
MOST_TABLE_ROWS = 1_000
INK, LIGHT = "#1a211d", "#f4f8f3"


def edition_source(edition: Edition, *, made_on: datetime.date | None) -> pdf.PdfSource:
    """The HTML and the sheets of an edition. Without `made_on` the day is left out, to compare contents."""
    agreements = list(Agreement.objects.alphabetical())
    sections = list(edition.sections.select_related("partner").prefetch_related("agreements"))
    hs_edition, tables = hs_tables() if any(s.kind == SectionKind.HS_ANNEX for s in sections) else (None, [])
    with override(edition.language):
        html = render_to_string(
            "guide/pdf/edition.html",
            {
                "edition": edition,
                "made_on": made_on,
                "parts": [_part(section, edition) for section in sections],
                "partners": Partner.objects.partners().alphabetical(),
                "agreements": agreements,
                "hs_edition": hs_edition,
                "hs_tables": tables,
                "portal_url": settings.PORTAL_URL,
            },
        )
    tokens = (STYLES / "tokens.css").read_text()
    glyph_sheet, glyphs = _glyphs(agreements, tokens)
    return pdf.PdfSource(html=html, stylesheets=(*made_files.sheets("guide"), glyph_sheet), files=glyphs)


def content_key(edition: Edition) -> str:
    """A hash over all the PDF is made of: texts, HS rows, template, style sheets and renderer, not the day."""
    return made_files.content_key(edition_source(edition, made_on=None))


def _glyphs(agreements: list[Agreement], tokens: str) -> tuple[str, dict[str, tuple[str, bytes]]]:
    """A sheet that puts each agreement's colour and glyph in place, and the drawings.

    As backgrounds, since what is drawn in the text itself would be read aloud as a picture without words.
    """
    rules, files = [], {}
    for agreement in agreements:
        slug = agreement.slug
        found = re.search(rf"--{re.escape(slug)}: (#[0-9a-f]{{6}});", tokens)
        colour = found[1] if found else INK
        files[f"glyph-{slug}.svg"] = _drawing(slug, colour)
        files[f"glyph-{slug}-light.svg"] = _drawing(slug, LIGHT)
        rules.append(
            f'[data-agreement="{slug}"] {{ color: {colour} }}\n'
            f'.glyph[data-glyph="{slug}"] {{ background-image: url("app:glyph-{slug}.svg") }}\n'
            f'.cover-glyph[data-glyph="{slug}"] {{ background-image: url("app:glyph-{slug}-light.svg") }}\n'
        )
    return "".join(rules), files


def _drawing(slug: str, colour: str) -> tuple[str, bytes]:
    svg = glyph_svg(slug, size=48, colour=colour)
    return "image/svg+xml", svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).encode()


@dataclass(frozen=True)
class Part:
    """A section as the PDF shows it."""

    section: Section
    html: SafeString


def _part(section: Section, edition: Edition) -> Part:
    # The title of an entry is an h2 below its chapter, every other one an h1.
    html = to_html(section.body, id_prefix=section.slug, top_level=3 if section.is_entry else 2)
    return Part(section, for_paper(html, edition))


def for_paper(html: str, edition: Edition) -> SafeString:
    """Links as a PDF needs them: to another section a jump, to another page of the portal its full address."""
    own = re.escape(edition.get_absolute_url())
    html = re.sub(rf'href="(?:\.\./|{own})([\w-]+)/"', r'href="#\1"', html)
    html = re.sub(r'href="/(?!/)', f'href="{settings.PORTAL_URL}/', html)
    return mark_safe(html)  # noqa: S308 - to_html has cleaned it, and only addresses have changed


@dataclass(frozen=True)
class HSRow:
    code: str
    is_part: bool
    is_verified: bool
    goods: str
    substance: str
    cas_number: str
    annex_list: str


@dataclass(frozen=True)
class HSTable:
    """The rows of one agreement, or a part of them where they are too many for one table."""

    agreement: Agreement
    number: int
    rows: list[HSRow]

    @property
    def has_cas(self) -> bool:
        return any(row.cas_number for row in self.rows)


def hs_tables() -> tuple[int | None, list[HSTable]]:
    """The newest HS edition and its rows, agreement by agreement in alphabetical order."""
    newest = ControlledGood.objects.order_by("-hs_edition").values_list("hs_edition", flat=True).first()
    goods = (
        ControlledGood.objects.filter(hs_edition=newest)
        .select_related("agreement")
        .order_by("agreement__sort_key", "agreement__pk", "hs_code", "substance", "description", "pk")
    )
    tables = []
    for agreement, group in itertools.groupby(goods, key=lambda good: good.agreement):
        rows = [_hs_row(good) for good in group]
        pieces = [rows[start : start + MOST_TABLE_ROWS] for start in range(0, len(rows), MOST_TABLE_ROWS)]
        tables += [HSTable(agreement, number, piece) for number, piece in enumerate(pieces, start=1)]
    return newest, tables


def _hs_row(good: ControlledGood) -> HSRow:
    return HSRow(
        code=str(HSCode(good.hs_code)),
        is_part=good.is_part_of_code,
        is_verified=good.is_verified,
        goods=good.description,
        substance=good.substance,
        cas_number=good.cas_number,
        annex_list=good.annex_list,
    )
