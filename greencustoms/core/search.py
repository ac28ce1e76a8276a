"""One search on both databases: the same tokens go into FTS5 (SQLite) and a tsvector (PostgreSQL).

Tokens are stems without accents and hold only word characters, so a query cannot carry syntax.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

import snowballstemmer
from django.db import connection, transaction

from .models import SearchDocument

STEMMED = {"en": "english", "fr": "french", "es": "spanish", "ru": "russian", "ar": "arabic"}
MOST_TOKENS = 12
# PostgreSQL refuses a query with a word of more than 2,046 bytes.
LONGEST_TOKEN = 60
MOST_CANDIDATES = 1_000
_WORD = re.compile(r"[^\W_]+(?:[.\-][0-9][^\W_]*)*", re.UNICODE)
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_stemmers: dict[str, Any] = {}  # the library states no types


@dataclass(frozen=True)
class Findable:
    """What a room gives to the index for one thing that can be found.

    With `is_public=False` it is shown to the staff of partners and of the secretariat only. What fewer
    people may see is not given to the index at all.
    """

    kind: str
    key: str
    title: str
    body: str
    url: str
    summary: str = ""
    language: str = "en"
    is_public: bool = True
    rank: int = 100


@dataclass
class Hits:
    """What was found of one kind: how many, and the best of them."""

    kind: str
    count: int = 0
    rows: list[SearchDocument] = field(default_factory=list)


def tokens(text: str, language: str = "en") -> list[str]:
    """The words of a text as the index keeps them: lower case, stemmed, without accents."""
    text = unicodedata.normalize("NFKC", text).casefold()
    # Marks that NFKC could not join to a letter, such as Arabic vowel signs, would cut words in pieces.
    text = "".join(c for c in text if unicodedata.category(c) != "Mn")
    found: list[str] = []
    for word in _WORD.findall(text):
        if _CHINESE.fullmatch(word):
            found += [word[i : i + 2] for i in range(max(len(word) - 1, 1))]
        else:
            found += [_plain(_stem(part[:LONGEST_TOKEN], language))[:LONGEST_TOKEN] for part in _parts(word)]
    return [token for token in found if token]


def index(findables: Iterable[Findable]) -> int:
    """Put things into the index, or bring them up to date. Returns how many rows were new or different."""
    rows = [_document(findable) for findable in findables]
    kept = {(row.kind, row.key): row for row in SearchDocument.objects.filter(kind__in={row.kind for row in rows})}
    changed = [row for row in rows if not _is_same(row, kept.get((row.kind, row.key)))]
    SearchDocument.objects.bulk_create(
        changed,
        batch_size=200,
        update_conflicts=True,
        unique_fields=["kind", "key"],
        update_fields=_FIELDS,
    )
    return len(changed)


@transaction.atomic
def replace_kind(kind: str, findables: Iterable[Findable]) -> int:
    """Make the index of one kind of thing anew. Returns how many rows were new, different or removed."""
    findables = list(findables)
    keys = {findable.key for findable in findables}
    gone = [pk for pk, key in SearchDocument.objects.filter(kind=kind).values_list("pk", "key") if key not in keys]
    for start in range(0, len(gone), 500):
        SearchDocument.objects.filter(pk__in=gone[start : start + 500]).delete()
    return len(gone) + index(findables)


def find(
    text: str,
    *,
    kinds: Iterable[str] | None = None,
    limit: int = 50,
    language: str = "en",
    with_partners_only: bool = False,
) -> list[SearchDocument]:
    """Documents that hold every word of the text (as a beginning), best first. Public ones unless told otherwise."""
    candidates = _candidates(text, language, with_partners_only)
    if kinds is not None:
        kinds = set(kinds)
        candidates = [candidate for candidate in candidates if candidate[1] in kinds]
    return _fetch([candidate[0] for candidate in candidates[:limit]])


def find_by_kind(text: str, *, of_each: int, language: str = "en", with_partners_only: bool = False) -> list[Hits]:
    """As `find`, but the best few of each kind; the kind with the best hit comes first."""
    groups: dict[str, Hits] = {}
    wanted: list[int] = []
    for pk, kind in _candidates(text, language, with_partners_only):
        hits = groups.setdefault(kind, Hits(kind))
        hits.count += 1
        if hits.count <= of_each:
            wanted.append(pk)
    for row in _fetch(wanted):
        groups[row.kind].rows.append(row)
    return list(groups.values())


_FIELDS = ["title", "summary", "url", "language", "is_public", "rank", "title_tokens", "body_tokens"]


def _document(findable: Findable) -> SearchDocument:
    values = asdict(findable)
    body = values.pop("body")
    values["title"], values["summary"] = values["title"][:300], values["summary"][:400]
    return SearchDocument(
        **values,
        title_tokens=" ".join(tokens(findable.title, findable.language)),
        body_tokens=" ".join(tokens(body, findable.language)),
    )


def _is_same(row: SearchDocument, kept: SearchDocument | None) -> bool:
    return kept is not None and all(getattr(row, name) == getattr(kept, name) for name in _FIELDS)


def _candidates(text: str, language: str, with_partners_only: bool) -> list[tuple[int, str]]:
    """Key and kind of what matches, best first: words in the title, then the rank a room gave, then the score."""
    wanted = list(dict.fromkeys(tokens(text, language)))[:MOST_TOKENS]
    if not wanted:
        return []
    some = _some_sqlite if connection.vendor == "sqlite" else _some_postgresql
    found = some(wanted, with_partners_only, in_title=False)
    if len(found) == MOST_CANDIDATES:
        # So many hold the words that ranking them all would take long. Those with the words in the title go first.
        in_title = some(wanted, with_partners_only, in_title=True)
        found = list({row[0]: row for row in in_title + found}.values())[:MOST_CANDIDATES]
    plain = " " + " ".join(wanted)
    found.sort(key=lambda row: (plain not in f" {row[4]}", row[3], -round(row[2], 6), row[0]))
    return [(row[0], row[1]) for row in found]


def _fetch(keys: list[int]) -> list[SearchDocument]:
    rows = SearchDocument.objects.defer("title_tokens", "body_tokens").in_bulk(keys)
    return [rows[key] for key in keys if key in rows]


def _some_sqlite(wanted: list[str], with_partners_only: bool, *, in_title: bool) -> list[tuple]:
    """At most MOST_CANDIDATES matches with their scores, in the order in which they came into the index."""
    match = " ".join(f'"{token}"*' for token in wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.id, d.kind, -bm25(core_search, 5.0, 1.0) AS score, d.rank, d.title_tokens "
            "FROM core_search JOIN core_searchdocument d ON d.id = core_search.rowid "
            "WHERE core_search MATCH %s AND (d.is_public OR %s) LIMIT %s",
            [f"title_tokens : ({match})" if in_title else match, with_partners_only, MOST_CANDIDATES],
        )
        return cursor.fetchall()


def _some_postgresql(wanted: list[str], with_partners_only: bool, *, in_title: bool) -> list[tuple]:
    """As `_some_sqlite`; words of the title carry the weight A."""
    match = " & ".join(f"'{token}':*{'A' if in_title else ''}" for token in wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.id, d.kind, ts_rank(d.vector, q) AS score, d.rank, d.title_tokens "
            "FROM core_searchdocument d, to_tsquery('simple', %s) q "
            "WHERE d.vector @@ q AND (d.is_public OR %s) LIMIT %s",
            [match, with_partners_only, MOST_CANDIDATES],
        )
        return cursor.fetchall()


def _parts(word: str) -> list[str]:
    """A word with dots or hyphens is found whole, joined and by each of its parts: 2903.77, 290377, 2903, 77."""
    pieces = re.split(r"[.\-]", word)
    return [word] if len(pieces) == 1 else list(dict.fromkeys(["".join(pieces), *pieces]))


def _stem(word: str, language: str) -> str:
    name = STEMMED.get(language)
    if name is None or any(c.isdigit() for c in word):
        return word
    if language == "en":
        # English writes no accents, and the stemmer takes a word with one for a word without an ending.
        word = _plain(word)
    if name not in _stemmers:
        _stemmers[name] = snowballstemmer.stemmer(name)
    return _stemmers[name].stemWord(word)


def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c) and c != "ـ")
    bare = bare.replace("ى", "ي").replace("ة", "ه")
    return re.sub(r"\W", "", bare)
