"""One search on both databases: the same tokens go into FTS5 (SQLite) and a tsvector (PostgreSQL).

Tokens are stems without accents and hold only word characters, so a query cannot carry syntax.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import snowballstemmer
from django.db import connection, transaction

from .models import SearchDocument

STEMMED = {"en": "english", "fr": "french", "es": "spanish", "ru": "russian", "ar": "arabic"}
MOST_TOKENS = 12
MOST_CANDIDATES = 1_000
_WORD = re.compile(r"[^\W_]+(?:[.\-][0-9]+)*", re.UNICODE)
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_stemmers: dict[str, object] = {}


@dataclass(frozen=True)
class Findable:
    """What a room gives to the index for one thing that can be found."""

    kind: str
    key: str
    title: str
    body: str
    url: str
    summary: str = ""
    language: str = "en"
    is_public: bool = True
    rank: int = 100


def tokens(text: str, language: str = "en") -> list[str]:
    """The words of a text as the index keeps them: lower case, stemmed, without accents."""
    found: list[str] = []
    for word in _WORD.findall(unicodedata.normalize("NFKC", text).casefold()):
        if _CHINESE.fullmatch(word):
            found += [word[i : i + 2] for i in range(max(len(word) - 1, 1))]
            continue
        for part in {word, *re.split(r"[.\-]", word), re.sub(r"[.\-]", "", word)} if re.search(r"[.\-]", word) else {word}:
            if part:
                found.append(_plain(_stem(part, language)))
    return [token for token in found if token]


def index(findables: Iterable[Findable]) -> None:
    """Put things into the index, or bring them up to date."""
    rows = [
        SearchDocument(
            kind=f.kind, key=f.key, title=f.title[:300], summary=f.summary[:400], url=f.url, language=f.language,
            is_public=f.is_public, rank=f.rank,
            title_tokens=" ".join(tokens(f.title, f.language)),
            body_tokens=" ".join(tokens(f.body, f.language)),
        )
        for f in findables
    ]
    SearchDocument.objects.bulk_create(
        rows,
        batch_size=200,
        update_conflicts=True,
        unique_fields=["kind", "key"],
        update_fields=["title", "summary", "url", "language", "is_public", "rank", "title_tokens", "body_tokens"],
    )


def replace_kind(kind: str, findables: Iterable[Findable]) -> None:
    """Make the index of one kind of thing anew, in one transaction."""
    findables = list(findables)
    with transaction.atomic():
        SearchDocument.objects.filter(kind=kind).exclude(key__in=[f.key for f in findables]).delete()
        index(findables)


def find(text: str, *, kinds: Iterable[str] | None = None, limit: int = 50, language: str = "en") -> list[SearchDocument]:
    """Public documents that hold every word of the text (as a beginning), best first."""
    wanted = [token for token in dict.fromkeys(tokens(text, language))][:MOST_TOKENS]
    if not wanted:
        return []
    keys = _best_sqlite(wanted) if connection.vendor == "sqlite" else _best_postgresql(wanted)
    order = {pk: (round(-score, 6), position) for position, (pk, score) in enumerate(keys)}
    found = SearchDocument.objects.filter(pk__in=list(order), is_public=True).defer("title_tokens", "body_tokens")
    if kinds is not None:
        found = found.filter(kind__in=list(kinds))
    plain = " ".join(wanted)
    rows = sorted(found, key=lambda row: (not _title_begins(row, plain, language), row.rank, order[row.pk]))
    return rows[:limit]


def _title_begins(row: SearchDocument, plain: str, language: str) -> bool:
    return f" {plain}" in " " + " ".join(tokens(row.title, language))


def _best_sqlite(wanted: list[str]) -> list[tuple[int, float]]:
    match = " ".join(f'"{token}"*' for token in wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rowid, -bm25(core_search, 5.0, 1.0) AS score FROM core_search WHERE core_search MATCH %s "
            "ORDER BY score DESC LIMIT %s",
            [match, MOST_CANDIDATES],
        )
        return cursor.fetchall()


def _best_postgresql(wanted: list[str]) -> list[tuple[int, float]]:
    match = " & ".join(f"'{token}':*" for token in wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.id, ts_rank(d.vector, q) AS score FROM core_searchdocument d, to_tsquery('simple', %s) q "
            "WHERE d.vector @@ q ORDER BY score DESC, d.id LIMIT %s",
            [match, MOST_CANDIDATES],
        )
        return cursor.fetchall()


def _stem(word: str, language: str) -> str:
    name = STEMMED.get(language)
    if name is None or any(c.isdigit() for c in word):
        return word
    if name not in _stemmers:
        _stemmers[name] = snowballstemmer.stemmer(name)
    return _stemmers[name].stemWord(word)


def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c) and c != "ـ")
    bare = bare.replace("ى", "ي").replace("ة", "ه")
    return re.sub(r"\W", "", bare)
