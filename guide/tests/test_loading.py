import re

import pytest
from django.utils.html import strip_tags

from greencustoms.core.text import to_html
from guide import loading
from guide.choices import EditionKind, EditionState, SectionKind
from guide.models import Edition, Section
from guide.pdf import for_paper
from partners.loading import load_partners

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def partners():
    load_partners()


def test_edition_is_loaded_as_a_demonstration_with_all_its_parts():
    edition = loading.load_edition()

    assert (edition.kind, edition.slug, edition.state, edition.is_invented) == (
        "guide",
        "2026",
        EditionState.DRAFT,
        True,
    )
    assert edition.notice == "Demonstration edition, not approved by the partners"
    assert edition.spine_text == "Green Customs Guide 2026"
    kinds = list(edition.sections.values_list("kind", flat=True))
    assert len(kinds) == 38
    assert kinds[:5] == ["cover", "copyright", "foreword", "preface", "introduction"]
    assert set(kinds) >= set(SectionKind.values) - {SectionKind.POLICY_HALF}
    assert edition.sections.get(slug="wco").partner.acronym == "WCO"
    assert edition.sections.get(slug="brs-secretariat").agreements.count() == 3


def test_flyer_is_loaded_with_its_two_halves():
    flyer = loading.load_flyer()

    assert flyer.kind == EditionKind.FLYER
    assert list(flyer.sections.values_list("kind", flat=True)) == ["policy", "practice"]
    assert all(len(section.key_facts) == 3 for section in flyer.sections.all())


def test_loading_again_changes_nothing_and_keeps_what_people_wrote():
    edition = loading.load_edition()
    Section.objects.filter(edition=edition, slug="preface").update(body="Ours.", version=1)
    Section.objects.filter(edition=edition, slug="foreword").update(body="Outdated.")
    before = edition.changed_at

    edition = loading.load_edition()

    assert Edition.objects.count() == 1
    assert Section.objects.count() == 38
    assert edition.sections.get(slug="preface").body == "Ours."
    assert "Outdated." not in edition.sections.get(slug="foreword").body
    assert edition.changed_at > before
    assert loading.load_edition().changed_at == edition.changed_at


def test_issued_edition_is_never_changed():
    edition = loading.load_edition()
    Edition.objects.filter(pk=edition.pk).update(state=EditionState.ISSUED, issued_on="2026-11-02")
    Section.objects.filter(edition=edition, slug="foreword").update(body="As issued.")

    loading.load_edition()

    assert edition.sections.get(slug="foreword").body == "As issued."


def test_links_between_sections_lead_to_sections_that_exist():
    edition = loading.load_edition()
    slugs = set(edition.sections.values_list("slug", flat=True))

    jumps = set()
    for section in edition.sections.all():
        jumps |= set(re.findall(r'href="#([^"]+)"', for_paper(to_html(section.body), edition)))

    assert jumps
    assert jumps <= slugs


def test_decisions_of_2007_hold_in_the_text():
    edition = loading.load_edition()
    texts = {section.slug: strip_tags(to_html(section.body)) for section in edition.sections.all()}

    assert "alphabetical order" in texts["preface"]
    assert "unsigned" in texts["foreword"]
    assert "enforcement agency" not in " ".join(texts.values())
    chapter_1 = edition.sections.filter(kind=SectionKind.ORGANISATION)
    assert [section.slug for section in chapter_1 if ":::" in section.body] == []
    assert edition.sections.get(kind=SectionKind.CASE_STUDIES).is_invented
