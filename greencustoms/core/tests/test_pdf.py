import io

import pypdf
import pytest

from greencustoms.core import pdf

pytestmark = pytest.mark.any_database

PAGE = '<html lang="en"><head><title>Trial</title></head><body>{}</body></html>'


@pytest.fixture
def limits(settings):
    def set_limits(**changed):
        settings.PDF_LIMITS = {**settings.PDF_LIMITS, **changed}

    return set_limits


def render(body, *stylesheets):
    return pdf.render(pdf.PdfSource(PAGE.format(body), stylesheets), identifier="trial")


def test_same_source_gives_the_same_bytes_in_a_tagged_pdf():
    first, second = (render("<h1>Ivory ≥ 1 kg</h1>") for _ in range(2))

    assert first == second
    reader = pypdf.PdfReader(io.BytesIO(first))
    assert reader.metadata.title == "Trial"
    assert reader.root_object["/Lang"] == "en"
    assert "/StructTreeRoot" in reader.root_object
    assert reader.pages[0].extract_text().strip() == "Ivory ≥ 1 kg"


def test_pictures_come_only_from_the_order():
    picture = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    source = pdf.PdfSource(
        PAGE.format('<img src="app:mark.svg" alt="a mark">'), files={"mark.svg": ("image/svg+xml", picture)}
    )

    assert pdf.render(source, identifier="trial").startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("body", "css"),
    [
        ('<img src="file:///etc/passwd" alt="x">', ""),
        ('<img src="http://127.0.0.1:9/x.png" alt="x">', ""),
        ('<img src="app:not-carried.png" alt="x">', ""),
        ('<link rel="attachment" href="file:///etc/passwd">', ""),
        ("<p>x</p>", '@import url("http://127.0.0.1:9/x.css");'),
        ("<p>x</p>", "p { background: url(file:///etc/passwd) }"),
    ],
    ids=["file", "http", "unknown picture", "attachment", "import", "background"],
)
def test_document_that_asks_for_something_outside_is_refused(body, css):
    with pytest.raises(pdf.PdfError, match="outside the document") as refusal:
        render(body, css)

    assert not refusal.value.may_pass


def test_picture_inside_a_drawing_reaches_no_file():
    data = render(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>x</title>'
        '<image href="file:///etc/passwd" width="9" height="9"/></svg>'
    )

    assert "root:" not in pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text()
    assert b"root:" not in data


def test_nesting_beyond_the_limit_is_refused():
    with pytest.raises(pdf.PdfError, match="nested too deeply"):
        render("<div>" * 500 + "x" + "</div>" * 500)


def test_table_beyond_the_limit_is_refused():
    with pytest.raises(pdf.PdfError, match="too many rows"):
        render("<table>" + "<tr><td>x</td></tr>" * 5_000 + "</table>")


@pytest.mark.parametrize(
    ("limit", "words", "may_pass"),
    [
        ({"memory_mb": 150}, "memory|administrators", None),
        ({"cpu_seconds": 1}, "processor time", False),
        ({"wall_seconds": 0.2}, "took too long", True),
    ],
    ids=["memory", "processor", "wall"],
)
def test_document_beyond_the_limits_is_stopped_and_the_caller_lives(limits, limit, words, may_pass):
    limits(**limit)

    with pytest.raises(pdf.PdfError, match=words) as refusal:
        render("<table>" + "<tr><td>a</td><td>b</td><td>c</td></tr>" * 900 + "</table>")

    assert may_pass is None or refusal.value.may_pass is may_pass
