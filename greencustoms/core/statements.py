"""Statements put together once and asked again with other values.

With thirty columns of five tables Django takes longer to put a statement together than the database to answer it.
The SQL is the same each time, so it is kept; rows are converted as a queryset converts them.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache

from django.db import connection
from django.db.models import QuerySet

# Longer lists of keys are put together each time.
MOST_KEYS = 200
# Stand in the statement for the values, which are put in each time. No statement of ours holds them itself. Every kind
# of whole number in a table takes these; Django leaves out conditions with others.
NUMBERS, TEXT = range(32_000, 32_700), "\x1dvalue-{}\x1d"
# No table holds larger ones, and SQLite does not take them.
LARGEST = 2**63 - 1


class KeptRows:
    """`KeptRows(build)(*kinds, **values)` gives the rows of `build(*kinds, **values)` as a list of tuples.

    `build` gives a queryset of `values_list()`. It must put the values, whole numbers and texts, into conditions as
    they are; for each combination of `kinds`, which may be anything that can be hashed, a statement of its own is kept.
    """

    def __init__(self, build: Callable[..., QuerySet]):
        self._build = build
        self._statement = lru_cache(maxsize=256)(self._put_together)

    def __call__(self, *kinds, **values) -> list[tuple]:
        if any(isinstance(value, int) and abs(value) > LARGEST for value in values.values()):
            return []
        types = tuple((name, isinstance(value, str)) for name, value in values.items())
        compiler, sql, params, converters = self._statement(connection.vendor, kinds, types)
        return _fetched(compiler, sql, [values[name] if is_value else name for is_value, name in params], converters)

    def _put_together(self, vendor: str, kinds: tuple, types: tuple):
        stand_ins = {name: _stand_in(place, is_text) for place, (name, is_text) in enumerate(types)}
        compiler, sql, params, converters = _put_together(self._build(*kinds, **stand_ins))
        names = {stand_in: name for name, stand_in in stand_ins.items()}
        if not names.keys() <= set(params):
            raise ValueError(f"The statement does not ask for all of {', '.join(stand_ins)}")
        return compiler, sql, [(param in names, names.get(param, param)) for param in params], converters


class RowsByKeys:
    """`RowsByKeys(build)(keys, *kinds)` gives the rows of `build(keys, *kinds)`, as `KeptRows` does.

    A statement is kept for each number of keys.
    """

    def __init__(self, build: Callable[..., QuerySet]):
        self._build = build
        self._statement = lru_cache(maxsize=2 * MOST_KEYS)(self._put_together)

    def __call__(self, keys: Iterable[int], *kinds) -> list[tuple]:
        keys = list(dict.fromkeys(keys))
        if not keys:
            return []
        if len(keys) > MOST_KEYS:
            return list(self._build(keys, *kinds))
        compiler, sql, params, converters = self._statement(connection.vendor, len(keys), kinds)
        by_stand_in = dict(zip(NUMBERS, keys, strict=False))
        return _fetched(compiler, sql, [by_stand_in.get(param, param) for param in params], converters)

    def _put_together(self, vendor: str, count: int, kinds: tuple):
        return _put_together(self._build(list(NUMBERS[:count]), *kinds))


def _stand_in(place: int, is_text: bool) -> int | str:
    return TEXT.format(place) if is_text else NUMBERS[place]


def _put_together(rows: QuerySet):
    compiler = rows.query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    columns = [column for column, _sql, _alias in compiler.select]
    return compiler, sql, params, compiler.get_converters(columns)


def _fetched(compiler, sql: str, params: list, converters: dict) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    if not converters:
        return rows
    return [tuple(row) for row in compiler.apply_converters(rows, converters)]
