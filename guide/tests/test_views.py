import re

import pytest
from django.urls import reverse
from django.utils import timezone

from greencustoms.core.models import Job
from greencustoms.core.tests.factories import NEW_BUCKET
from guide import services
from guide.choices import SectionKind
from guide.findable import findables
from guide.tests.factories import EditionFactory, SectionFactory
from partners.tests.factories import AgreementFactory, PartnerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_root")]


@pytest.fixture
def edition():
    return EditionFactory(slug="2026", notice="Not approved by the partners")


def make_pdf(edition):
    return services.make_pdf(edition=edition, now=timezone.now(), report=lambda *args: None)


def read(response):
    # Read to the end, the test client closes the file.
    return b"".join(response)


def test_guide_shows_the_current_edition_with_its_contents(client, edition):
    EditionFactory(slug="2020", title="The old one")
    chapter = SectionFactory(edition=edition, kind=SectionKind.CHAPTER, title="Chapter 2: The agreements")
    entry = SectionFactory(edition=edition, kind=SectionKind.AGREEMENT, title="CITES", agreements=[AgreementFactory()])

    response = client.get("/guide/")

    assert response.context["edition"] == edition
    assert [(p.section, p.entries) for p in response.context["parts"]] == [(chapter, [entry])]
    assert "Not approved by the partners" in response.content.decode()
    assert response.content.decode().count("<h1>") == 1


def test_guide_without_an_edition_says_so(client):
    assert "No edition is public yet" in client.get("/guide/").content.decode()
    assert "No flyer is public yet" in client.get("/flyer/").content.decode()


@pytest.mark.parametrize("address", ["/guide/1999/", "/guide/2027/", "/guide/1999/preface/", "/guide/1999/guide.pdf"])
def test_unknown_and_draft_editions_are_not_found(client, edition, address):
    EditionFactory(slug="2027", draft=True)

    assert client.get(address).status_code == 404


def test_section_is_a_page_with_its_neighbours_and_chips(client, edition):
    agreement, partner = AgreementFactory(short_name="CITES"), PartnerFactory(acronym="WCO")
    before = SectionFactory(edition=edition, title="Before")
    section = SectionFactory(
        edition=edition, body="**Ask** for the permit.", partner=partner, agreements=[agreement], sources=["A report"]
    )
    after = SectionFactory(edition=edition, title="After", is_invented=True)

    response = client.get(section.get_absolute_url())
    page = response.content.decode()

    assert (response.context["before"], response.context["after"]) == (before, after)
    assert '<div class="prose"><p><strong>Ask</strong> for the permit.</p>' in page
    assert all(words in page for words in ("CITES", "WCO", "A report"))
    assert "Invented for training" not in page
    assert "Invented for training" in client.get(after.get_absolute_url()).content.decode()


def test_cover_has_no_page_of_its_own(client, edition):
    cover = SectionFactory(edition=edition, kind=SectionKind.COVER, body="A working guide.")

    assert client.get(cover.get_absolute_url()).status_code == 404
    assert "A working guide." in client.get(edition.get_absolute_url()).content.decode()


def test_hs_annex_on_the_web_leads_to_the_search(client, edition):
    annex = SectionFactory(edition=edition, kind=SectionKind.HS_ANNEX)

    assert f'href="{reverse("hs_search")}"' in client.get(annex.get_absolute_url()).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_page_query_counts_are_constant(rows, client, edition, django_assert_num_queries):
    chapter = SectionFactory(edition=edition, kind=SectionKind.CHAPTER)
    agreement = AgreementFactory()
    SectionFactory.create_batch(
        rows, edition=edition, kind=SectionKind.AGREEMENT, agreements=[agreement], partner=PartnerFactory()
    )
    SectionFactory.create_batch(rows, edition=EditionFactory(flyer=True))

    for address, queries in [(edition.get_absolute_url(), 4), (chapter.get_absolute_url(), 3), ("/flyer/", 2)]:
        with django_assert_num_queries(queries):
            client.get(address)
        with django_assert_num_queries(0):  # the second visitor is answered from the cache
            client.get(address)


def test_flyer_keeps_policy_and_practice_apart(client):
    flyer = EditionFactory(flyer=True)
    for kind, title in [(SectionKind.POLICY_HALF, "For those who decide"), (SectionKind.PRACTICE, "At the border")]:
        facts = [{"figure": "8", "words": f"agreements {kind}", "source": "this portal"}]
        SectionFactory(edition=flyer, kind=kind, title=title, key_facts=facts)

    page = client.get("/flyer/").content.decode()

    assert re.findall(r'data-half="(\w+)"', page) == ["policy", "practice"]
    assert re.findall(r"<strong>8</strong> agreements (\w+)", page) == ["policy", "practice"]
    assert "Source: this portal" in page


# --- The PDF ---


def test_pdf_is_served_as_stored_and_the_second_download_renders_nothing(client, edition, no_rendering):
    SectionFactory(edition=edition)
    file = make_pdf(edition)
    address = reverse("guide_pdf", args=[edition.slug])

    answers = [client.get(address) for _ in range(2)]

    assert [(a.status_code, a.headers["Content-Type"], len(read(a))) for a in answers] == [
        (200, "application/pdf", file.size_bytes)
    ] * 2
    assert len(no_rendering) == 1
    assert not Job.objects.exists()
    assert client.get(address, headers={"if-none-match": answers[0].headers["ETag"]}).status_code == 304


def test_pdf_download_costs_two_queries_and_its_limit(client, edition, no_rendering, django_assert_num_queries):
    make_pdf(edition)

    with django_assert_num_queries(2 + NEW_BUCKET):
        read(client.get(reverse("guide_pdf", args=[edition.slug])))


def test_pdf_of_earlier_content_stays_on_offer_until_the_new_one_is_there(client, edition, no_rendering):
    file = make_pdf(edition)
    SectionFactory(edition=edition)
    services.refresh_content_key(edition)

    response = client.get(reverse("guide_pdf", args=[edition.slug]))

    assert len(read(response)) == file.size_bytes


@pytest.mark.parametrize("was_lost", [False, True])
def test_pdf_that_is_not_there_yet_says_when_to_come_back(client, edition, no_rendering, files_root, was_lost):
    if was_lost:
        file = make_pdf(edition)
        (files_root / file.content_key[:2] / file.content_key).unlink()

    response = client.get(reverse("guide_pdf", args=[edition.slug]))

    assert (response.status_code, response.headers["Retry-After"]) == (202, "60")
    assert "Come back in a minute" in response.content.decode()


def test_contents_page_says_how_large_the_pdf_is(client, edition, no_rendering):
    make_pdf(edition)

    page = client.get(edition.get_absolute_url()).content.decode()

    assert f'href="{reverse("guide_pdf", args=[edition.slug])}"' in page
    assert re.search(r"1 page, \d+\xa0bytes, made on", page)


# --- What the search finds ---


def test_search_finds_sections_of_the_current_guide_and_the_flyer(edition):
    SectionFactory(edition=EditionFactory(slug="2020"))
    SectionFactory(edition=edition, kind=SectionKind.COVER)
    section = SectionFactory(edition=edition, title="Examining the goods", body="# Safety\n\n**Open** nothing.")
    SectionFactory(edition=EditionFactory(flyer=True), title="For those who decide")

    found = list(findables())

    assert [(f.kind, f.title, f.url) for f in found] == [
        ("section", "Examining the goods", section.get_absolute_url()),
        ("flyer", "Green Customs in two minutes", "/flyer/"),
    ]
    assert found[0].body == "Safety Open nothing."
    assert found[1].body.startswith("For those who decide")
