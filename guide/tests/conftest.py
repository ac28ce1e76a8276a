import contextlib

import pytest
from django.db import transaction

from greencustoms.core import pdf as core_pdf
from guide import loading, pdf
from guide.goods_loading import load_goods
from partners.loading import load_partners


@pytest.fixture
def files_root(settings, tmp_path):
    settings.STORED_FILES_ROOT = tmp_path / "files"
    return settings.STORED_FILES_ROOT


@pytest.fixture
def no_rendering(monkeypatch):
    """A renderer that counts how often it is asked and answers at once with a PDF of one page."""
    asked = []

    def render(source, *, identifier):
        asked.append(identifier)
        return ONE_PAGE

    monkeypatch.setattr(core_pdf, "render", render)
    return asked


@pytest.fixture(scope="session")
def demo_pdf(django_db_setup, django_db_blocker):
    """The demonstration edition, rendered once: (bytes, titles and levels of its sections, its tables)."""
    import datetime

    with django_db_blocker.unblock(), contextlib.suppress(RolledBack), transaction.atomic():
        load_partners()
        load_goods()
        edition = loading.load_edition()
        source = pdf.edition_source(edition, made_on=datetime.date(2026, 11, 21))
        sections = list(edition.sections.all())
        tables = pdf.hs_tables()[1]
        raise RolledBack
    return core_pdf.render(source, identifier="test"), sections, tables


class RolledBack(Exception):
    """Leaves the database as it was."""


def _one_page() -> bytes:
    import io

    import pypdf

    writer, buffer = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(buffer)
    return buffer.getvalue()


ONE_PAGE = _one_page()
