"""The same probes give the same hits on SQLite and on PostgreSQL."""

import pytest

from greencustoms.core import search
from greencustoms.core.models import SearchDocument
from greencustoms.core.search import Findable

pytestmark = pytest.mark.django_db


def found(text, **options):
    return [row.key for row in search.find(text, **options)]


@pytest.fixture
def library():
    search.index(
        [
            Findable(
                "good", "290377", "2903.77 Trichlorofluoromethane (CFC-11)", "75-69-4 Montreal Protocol", "/hs/2903.77/"
            ),
            Findable("good", "050710", "0507.10 Ivory", "CITES elephant tusks", "/hs/0507.10/"),
            Findable(
                "course",
                "cites",
                "CITES for customs officers",
                "Learn about ivory and other permits",
                "/courses/cites/",
            ),
            Findable("course", "éléphant", "Éléphants et défenses", "Les éléphants", "/courses/fr/", language="fr"),
            Findable("section", "ar", "تجارة العاج", "تَصَارِيح", "/guide/ar/", language="ar"),
            Findable("section", "zh", "象牙贸易", "濒危物种", "/guide/zh/", language="zh"),
            Findable("meeting", "draft", "Ivory meeting", "For partners", "/meetings/draft/", is_public=False),
        ]
    )


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("2903.77", ["290377"]),
        ("290377", ["290377"]),
        ("2903", ["290377"]),
        ("75-69-4", ["290377"]),
        ("ivory", ["050710", "cites"]),
        ("IVOR", ["050710", "cites"]),
        ("custom officer", ["cites"]),
        ("ivory elephant", ["050710"]),
        ("cfc11", ["290377"]),
        ("cfc-11", ["290377"]),
        ("rhinoceros", []),
        ("", []),
        ("...", []),
    ],
)
def test_find_in_english(typed, keys, library):
    assert found(typed) == keys


@pytest.mark.parametrize(
    ("typed", "language", "keys"),
    [
        ("elephant", "fr", ["éléphant"]),
        ("éléphant", "fr", ["éléphant"]),
        ("تصاريح", "ar", ["ar"]),
        ("象牙", "zh", ["zh"]),
    ],
)
def test_find_in_other_languages(typed, language, keys, library):
    hits = found(typed, language=language, kinds=["section", "course"] if language == "fr" else ["section"])

    assert hits == keys


def test_find_shows_what_is_not_public_only_when_told_to(library):
    assert "draft" not in found("ivory")
    assert "draft" in found("ivory", with_partners_only=True)


def test_find_by_kind_counts_all_and_shows_the_best(library):
    search.index([Findable("good", f"g{n}", f"Ivory piece {n}", "", "/") for n in range(4)])

    hits = search.find_by_kind("ivory", of_each=2)

    assert [(group.kind, group.count, len(group.rows)) for group in hits] == [("good", 5, 2), ("course", 1, 1)]


def test_find_puts_titles_first_then_the_rank():
    search.index(
        [
            Findable("a", "body", "Something else", "mercury", "/1"),
            Findable("a", "second", "Mercury lamps", "", "/2", rank=90),
            Findable("a", "first", "Mercury", "", "/3", rank=10),
        ]
    )

    assert found("mercury") == ["first", "second", "body"]


@pytest.mark.parametrize(
    "typed",
    [
        "';drop table core_user --",
        '" OR 1=1 *',
        "a:* & b | !c",
        "NEAR(a b)",
        "title_tokens:x",
        "\U0001e900\U0001e901",
        "㌀" * 200,
        "ﷺ" * 200,
        "x" * 200,
        "_ _ _",
        "²³",
        "ª º",
        "%",
        "\\",
    ],
)
def test_find_takes_any_text_for_words(typed, library):
    assert set(found(typed)) <= {"290377", "050710", "cites", "éléphant", "ar", "zh"}


def test_replace_kind_removes_what_is_gone_and_leaves_other_kinds(library):
    changed = search.replace_kind(
        "good", [Findable("good", "050710", "0507.10 Ivory", "CITES elephant tusks", "/hs/0507.10/")]
    )

    assert changed == 1
    assert found("2903.77") == []
    assert found("ivory") == ["050710", "cites"]
    assert SearchDocument.objects.filter(kind="course").count() == 2


def test_index_writes_only_what_changed(library):
    again = search.index([Findable("good", "050710", "0507.10 Ivory", "CITES elephant tusks", "/hs/0507.10/")])
    renamed = search.index([Findable("good", "050710", "0507.10 Tusks", "CITES", "/hs/0507.10/")])

    assert (again, renamed) == (0, 1)
    assert found("tusk") == ["050710"]
    assert found("ivory", kinds=["good"]) == []


def test_find_needs_two_statements_however_much_is_found(library, django_assert_num_queries):
    search.index([Findable("good", f"g{n}", f"Ivory piece {n}", "", "/") for n in range(100)])

    with django_assert_num_queries(2):
        assert len(search.find_by_kind("ivory", of_each=50)[0].rows) == 50


def test_find_puts_titles_first_when_more_is_found_than_is_ranked(monkeypatch):
    monkeypatch.setattr(search, "MOST_CANDIDATES", 3)
    in_body = [Findable(kind="page", key=f"b{n}", title=f"Other {n}", body="permit", url="/") for n in range(4)]
    search.index([*in_body, Findable(kind="page", key="t", title="Permit", body="", url="/")])

    found = [document.key for document in search.find("permit")]

    assert len(found) == 3
    assert found[0] == "t"
