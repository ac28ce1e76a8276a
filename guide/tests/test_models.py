import pytest
from django.db import IntegrityError, transaction

from greencustoms.core.models import StoredFile
from guide.choices import EditionKind, EditionState, SectionKind
from guide.contents import neighbours, parts
from guide.models import Edition, EditionPdf, Section
from guide.tests.factories import EditionFactory, SectionFactory
from partners.tests.factories import AgreementFactory

pytestmark = pytest.mark.django_db


def stored(key):
    return StoredFile.objects.create(
        content_key=key * 64, file_name="x.pdf", media_type="application/pdf", sha256="0" * 64, size_bytes=1
    )


def test_edition_of_a_kind_and_slug_exists_once():
    EditionFactory(slug="2026")
    EditionFactory(slug="2026", kind=EditionKind.FLYER)

    with pytest.raises(IntegrityError), transaction.atomic():
        EditionFactory(slug="2026")


@pytest.mark.parametrize(
    "fields",
    [{"state": EditionState.DRAFT}, {"state": EditionState.ISSUED, "issued_on": None}],
    ids=["draft", "issued"],
)
def test_day_of_issue_goes_with_being_issued(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        EditionFactory(**fields)


def test_section_slug_and_position_exist_once_in_an_edition():
    section = SectionFactory()

    for fields in ({"slug": section.slug}, {"position": section.position}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SectionFactory(edition=section.edition, **fields)


def test_draft_is_public_only_as_a_demonstration():
    issued = EditionFactory(slug="2024")
    EditionFactory(slug="2027", draft=True)
    demo = EditionFactory(slug="2026", draft=True, is_invented=True)

    assert list(Edition.objects.guides().current()) == [demo, issued]


def test_sections_for_an_agreement_come_from_the_current_guide_its_own_entry_first():
    agreement, other = AgreementFactory(), AgreementFactory()
    old, current = EditionFactory(slug="2024"), EditionFactory(slug="2026")
    SectionFactory(edition=old, kind=SectionKind.AGREEMENT, agreements=[agreement])
    cases = SectionFactory(edition=current, kind=SectionKind.CASE_STUDIES, agreements=[agreement])
    practice = SectionFactory(edition=current, kind=SectionKind.PRACTICE, agreements=[agreement, other])
    entry = SectionFactory(edition=current, kind=SectionKind.AGREEMENT, agreements=[agreement])
    SectionFactory(edition=current, kind=SectionKind.INTRODUCTION, agreements=[agreement])
    SectionFactory(edition=current, kind=SectionKind.AGREEMENT, agreements=[other])

    assert list(Section.objects.sections_for(agreement)) == [entry, practice, cases]


def test_pdf_of_the_present_content_is_offered_before_newer_ones():
    edition = EditionFactory(content_key="b" * 64)
    made = [EditionPdf.objects.create(edition=edition, file=stored(key)) for key in "abc"]

    assert list(edition.pdfs.on_offer()) == [made[1], made[2], made[0]]


def test_parts_hold_the_entries_that_follow_them():
    edition = EditionFactory()
    kinds = [
        SectionKind.PREFACE,
        SectionKind.CHAPTER,
        SectionKind.ORGANISATION,
        SectionKind.ORGANISATION,
        SectionKind.CONCLUSION,
    ]
    preface, chapter, first, second, conclusion = (SectionFactory(edition=edition, kind=kind) for kind in kinds)

    found = parts(edition.sections.all(), reading=second)

    assert [(p.section, p.entries, p.is_open) for p in found] == [
        (preface, [], False),
        (chapter, [first, second], True),
        (conclusion, [], False),
    ]
    assert neighbours([preface, chapter], preface) == (None, chapter)
    assert neighbours([preface, chapter], chapter) == (preface, None)
