"""The PDF of the demonstration edition, read back with another library than the one that made it."""

import datetime
import io
import re

import pypdf
import pytest

from greencustoms.core.text import to_html
from guide import pdf
from guide.choices import SectionKind
from guide.tests.factories import ControlledGoodFactory, EditionFactory, SectionFactory
from partners.models import sorting_key
from partners.tests.factories import AgreementFactory, PartnerFactory

pytestmark = pytest.mark.any_database

TODAY = datetime.date(2026, 11, 21)


def plain(text):
    return " ".join(text.split())


@pytest.fixture(scope="module")
def reader(demo_pdf):
    return pypdf.PdfReader(io.BytesIO(demo_pdf[0]))


@pytest.fixture(scope="module")
def pages(reader):
    return [plain(page.extract_text()) for page in reader.pages]


@pytest.fixture(scope="module")
def outline(reader):
    """Title, level and page (from 1) of every bookmark."""

    def walk(entries, level):
        for entry in entries:
            if isinstance(entry, list):
                yield from walk(entry, level + 1)
            else:
                yield entry.title, level, reader.get_destination_page_number(entry) + 1

    return list(walk(reader.outline, 1))


def test_outline_is_the_list_of_sections(outline, demo_pdf):
    sections = demo_pdf[1]

    assert [(title, level) for title, level, _ in outline] == [
        (section.title, 2 if section.is_entry else 1) for section in sections
    ]
    assert len(outline) == 38


def test_every_heading_stands_on_the_page_its_bookmark_names(outline, pages):
    assert [title for title, _, page in outline if plain(title) not in pages[page - 1]] == []


def test_contents_page_names_the_page_on_which_each_heading_stands(outline, pages):
    contents = next(text for text in pages if re.search(r"^.{0,60}Contents\b.*\. \. \.", text))
    found = {
        plain(title): int(page)
        for title, page in re.findall(r"([^.](?:[^.]|\.(?! \.))*?) ?(?:\. ?){3,}\s*(\d+)", contents)
    }

    wrong = {}
    for title, _, page in outline[1:]:
        named = [number for text, number in found.items() if text.endswith(plain(title))]
        if named != [page]:
            wrong[title] = (named, page)
    assert wrong == {}


def test_links_inside_resolve_and_links_outside_are_whole(reader):
    inside, outside = 0, set()
    for page in reader.pages:
        for annotation in page.get("/Annots", []):
            link = annotation.get_object()
            if "/A" in link and link["/A"].get("/S") == "/URI":
                outside.add(link["/A"]["/URI"])
            else:
                destination = link["/Dest"] if "/Dest" in link else link["/A"]["/D"]
                assert str(destination) in reader.named_destinations
                inside += 1

    assert inside >= 37
    assert [address for address in outside if not re.match(r"https?://", address)] == []
    assert {"http://testserver/hs/", "https://cites.org/"} <= outside


def test_pdf_says_its_title_language_and_author_and_is_tagged(reader):
    catalogue = reader.root_object

    assert reader.metadata.title == "Green Customs Guide 2026"
    assert reader.metadata.author == "Green Customs Initiative"
    assert catalogue["/Lang"] == "en"
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/StructTreeRoot"]["/K"]
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]


def test_every_font_is_embedded(reader):
    fonts, loose = set(), set()
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            font = font.get_object()
            for descendant in font.get("/DescendantFonts", [font]):
                descriptor = descendant.get_object()["/FontDescriptor"]
                fonts.add(font["/BaseFont"])
                if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor):
                    loose.add(font["/BaseFont"])

    assert fonts
    assert loose == set()


def test_text_reads_back_without_garbage(pages, demo_pdf):
    text = " ".join(pages)
    garbage = {c for c in text if not (c.isprintable() or c.isspace()) or c == "\ufffd" or "\ue000" <= c <= "\uf8ff"}
    from django.utils.html import strip_tags

    wanted = set(re.findall(r"\w{4,}", " ".join(strip_tags(to_html(section.body)) for section in demo_pdf[1])))
    # Words may be cut at the end of a line or of a page; almost all must be there as they were written.
    missing = {word for word in wanted if word not in text}

    assert garbage == set()
    assert len(missing) <= len(wanted) * 0.005, missing


def test_notice_and_page_number_stand_on_every_page(pages):
    total = len(pages)

    assert [
        n for n, text in enumerate(pages, start=1) if "Demonstration edition, not approved by the partners" not in text
    ] == []
    assert [n for n, text in enumerate(pages[1:], start=2) if f"{n} / {total}" not in text] == []
    assert 30 <= total <= 60


def test_organisations_and_agreements_stand_in_alphabetical_order(demo_pdf):
    for kind in (SectionKind.ORGANISATION, SectionKind.AGREEMENT):
        titles = [section.title for section in demo_pdf[1] if section.kind == kind]
        assert titles == sorted(titles, key=sorting_key)
        assert len(titles) == {SectionKind.ORGANISATION: 10, SectionKind.AGREEMENT: 8}[kind]


def test_annex_holds_every_row_under_its_agreement(demo_pdf, pages):
    tables = demo_pdf[2]
    text = " ".join(pages)

    assert [table.agreement.slug for table in tables] == sorted(table.agreement.slug for table in tables)
    assert sum(len(table.rows) for table in tables) == 642
    assert [row.code for table in tables for row in table.rows if row.code not in text] == []
    assert "No match does not mean not controlled." in text
    assert "HS 2022" in text
    assert "State of the table: 21 November 2026" in text


def test_heading_row_is_repeated_on_every_page_of_the_annex(outline, pages):
    first = next(page for title, _, page in outline if title.startswith("Annex A"))
    after = next(page for title, _, page in outline if title.startswith("Annex B"))

    assert [n for n in range(first, after) if "HS code Goods Substance or species" not in pages[n - 1]] == []


# --- What it is made of; nothing is rendered below ---


@pytest.mark.django_db
def test_content_key_is_the_same_for_the_same_content_on_another_day():
    edition = SectionFactory().edition

    assert pdf.content_key(edition) == pdf.content_key(edition)
    assert re.fullmatch(r"[0-9a-f]{64}", pdf.content_key(edition))


@pytest.mark.django_db
def test_content_key_changes_with_all_that_the_pdf_shows(settings, monkeypatch):
    annex = SectionFactory(kind=SectionKind.HS_ANNEX)
    edition = annex.edition
    keys = [pdf.content_key(edition)]

    good = ControlledGoodFactory()
    keys.append(pdf.content_key(edition))
    good.cas_number = "75-69-4"
    good.save()
    keys.append(pdf.content_key(edition))
    annex.body = "Other words."
    annex.save()
    keys.append(pdf.content_key(edition))
    edition.notice = "Not approved."
    edition.save()
    keys.append(pdf.content_key(edition))
    SectionFactory(edition=edition, kind=SectionKind.COVER)
    keys.append(pdf.content_key(edition))
    PartnerFactory()
    keys.append(pdf.content_key(edition))
    settings.PORTAL_URL = "https://portal.example"
    keys.append(pdf.content_key(edition))
    monkeypatch.setattr(pdf.pdf, "RENDERER", "another renderer")
    keys.append(pdf.content_key(edition))

    assert len(set(keys)) == len(keys)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "on_paper"),
    [
        ("/hs/", "https://portal.example/hs/"),
        ("https://cites.org/", "https://cites.org/"),
        ("../cites/", "#cites"),
        ("/guide/2026/cites/", "#cites"),
        ("/guide/2025/cites/", "https://portal.example/guide/2025/cites/"),
        ("#fn1", "#fn1"),
    ],
)
def test_links_are_made_fit_for_paper(settings, address, on_paper):
    settings.PORTAL_URL = "https://portal.example"
    edition = EditionFactory.build(slug="2026")

    html = pdf.for_paper(to_html(f"[there]({address})"), edition)

    assert html == f'<p><a href="{on_paper}">there</a></p>\n'


@pytest.mark.django_db
def test_tables_are_split_by_agreement_and_length_and_hold_the_newest_edition_only(monkeypatch):
    monkeypatch.setattr(pdf, "MOST_TABLE_ROWS", 2)
    beech, ash = AgreementFactory(short_name="Beech"), AgreementFactory(short_name="Ash")
    for agreement, code in [(beech, "0507"), (ash, "290377"), (ash, "0106"), (ash, "29")]:
        ControlledGoodFactory(agreement=agreement, hs_code=code, is_part_of_code=code == "29")
    ControlledGoodFactory(agreement=ash, hs_code="290399", hs_edition=2017)

    newest, tables = pdf.hs_tables()

    assert newest == 2022
    assert [(t.agreement.short_name, t.number, [(r.code, r.is_part) for r in t.rows]) for t in tables] == [
        ("Ash", 1, [("0106", False), ("29", True)]),
        ("Ash", 2, [("2903.77", False)]),
        ("Beech", 1, [("0507", False)]),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_source_query_count_is_constant(rows, django_assert_num_queries):
    edition = SectionFactory(kind=SectionKind.HS_ANNEX).edition
    SectionFactory(edition=edition, kind=SectionKind.COVER)
    agreement = AgreementFactory()
    SectionFactory.create_batch(rows, edition=edition, agreements=[agreement])
    ControlledGoodFactory.create_batch(rows, agreement=agreement)

    with django_assert_num_queries(6):
        pdf.edition_source(edition, made_on=TODAY)
