"""Statements put together once and asked again with other values.

With thirty columns of five tables Django takes longer to put a statement together than the database to answer it, and
PostgreSQL takes longer to plan it. So the SQL is kept here, and the plan there while the connection lasts. Rows are
converted as a queryset converts them.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.models import QuerySet
from psycopg2.extensions import AsIs

# Longer lists of keys are put together each time.
MOST_KEYS = 200
# A statement is kept for each of these numbers of keys; a list of fewer is filled up with a key that it has.
SIZES = (1, 10, 50, 100, MOST_KEYS)
# Stand in the statement for the values, which are put in each time. No statement of ours holds them itself. Every kind
# of whole number in a table takes these; Django leaves out conditions with others.
NUMBERS, TEXT = range(32_000, 32_700), "\x1dvalue-{}\x1d"
MOMENTS = [datetime(1970, 1, 1, 4, 2, 42, number, tzinfo=UTC) for number in range(10)]
# Types of PostgreSQL that take every value: those of the columns would refuse a number that is too large for them.
TYPES: dict[type, str] = {int: "bigint", str: "text", datetime: "timestamptz"}
# No table holds larger ones, and SQLite does not take them.
LARGEST = 2**63 - 1


class KeptRows:
    """`KeptRows(build)(*kinds, **values)` gives the rows of `build(*kinds, **values)` as a list of tuples.

    `build` gives a queryset of `values_list()`. It must put the values, whole numbers, texts and moments, into
    conditions as they are; a moment it may leave out. For each combination of `kinds`, which may be anything that can
    be hashed, a statement of its own is kept.
    """

    def __init__(self, build: Callable[..., QuerySet]):
        self._build = build
        self._statement = lru_cache(maxsize=256)(self._put_together)

    def __call__(self, *kinds, **values) -> list[tuple]:
        if any(isinstance(value, int) and abs(value) > LARGEST for value in values.values()):
            return []
        types = tuple((name, _type_of(value)) for name, value in values.items())
        return self._statement(connection.vendor, kinds, types).rows(list(values.values()))

    def _put_together(self, vendor: str, kinds: tuple, types: tuple) -> "_Statement":
        stand_ins = {name: _stand_in(place, of_type) for place, (name, of_type) in enumerate(types)}
        return _put_together(self._build(*kinds, **stand_ins), list(stand_ins.values()))


class RowsByKeys:
    """`RowsByKeys(build)(keys, *kinds)` gives the rows of `build(keys, *kinds)`, as `KeptRows` does."""

    def __init__(self, build: Callable[..., QuerySet]):
        self._build = build
        self._statement = lru_cache(maxsize=256)(self._put_together)

    def __call__(self, keys: Iterable[int], *kinds) -> list[tuple]:
        keys = list(dict.fromkeys(keys))
        if not keys:
            return []
        if len(keys) > MOST_KEYS:
            return list(self._build(keys, *kinds))
        size = next(size for size in SIZES if size >= len(keys))
        return self._statement(connection.vendor, size, kinds).rows(keys + keys[-1:] * (size - len(keys)))

    def _put_together(self, vendor: str, size: int, kinds: tuple) -> "_Statement":
        stand_ins = list(NUMBERS[:size])
        return _put_together(self._build(stand_ins, *kinds), stand_ins)


def _type_of(value: Any) -> type:
    return next(of_type for of_type in TYPES if isinstance(value, of_type))


def _stand_in(place: int, of_type: type) -> int | str | datetime:
    if of_type is datetime:
        return MOMENTS[place]
    return TEXT.format(place) if of_type is str else NUMBERS[place]


def _as_parameter(value: Any) -> Any:
    """A value as the database takes it: SQLite knows no moments."""
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


class _Place(NamedTuple):
    """Where one of the values stands among the parameters of a statement."""

    number: int


class _Statement:
    def __init__(self, compiler, sql: str, params: list, types: Sequence[type], converters: dict):
        self._compiler, self._sql, self._params, self._converters = compiler, sql, params, converters
        self._types = ", ".join(TYPES[of_type] for of_type in types)
        self._name = "kept_" + hashlib.sha256(repr((sql, params)).encode()).hexdigest()[:32]

    def rows(self, values: list) -> list[tuple]:
        values = [_as_parameter(value) for value in values]
        with connection.cursor() as cursor:
            if _keeps_plans():
                self._prepare()
                places = ", ".join(["%s"] * len(values))
                cursor.execute(f"EXECUTE {self._name} ({places})", values)
            else:
                cursor.execute(self._sql, self._filled(lambda number: values[number]))
            rows = cursor.fetchall()
        if not self._converters:
            return rows
        return [tuple(row) for row in self._compiler.apply_converters(rows, self._converters)]

    def _filled(self, value: Callable[[int], Any]) -> list:
        return [value(param.number) if isinstance(param, _Place) else param for param in self._params]

    def _prepare(self) -> None:
        """Have PostgreSQL plan the statement, once for each connection. A transaction rolled back leaves it planned."""
        planned = _planned.setdefault(connection.connection, set())
        if self._name in planned:
            return
        with connection.connection.cursor() as cursor:
            sql = cursor.mogrify(self._sql, self._filled(lambda number: AsIs(f"${number + 1}"))).decode()
            cursor.execute(f"PREPARE {self._name} ({self._types}) AS {sql}")
        planned.add(self._name)


# The names of what each connection has planned.
_planned: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


def _keeps_plans() -> bool:
    """PostgreSQL, on connections that last and belong to this process alone.

    Behind a pooler that gives each transaction another connection, Django asks to switch off server-side cursors: with
    that setting, nothing is planned ahead here either.
    """
    settings = connection.settings_dict
    lasts = settings["CONN_MAX_AGE"] != 0 and not settings.get("DISABLE_SERVER_SIDE_CURSORS")
    return connection.vendor == "postgresql" and lasts


def _put_together(rows: QuerySet, stand_ins: list) -> _Statement:
    compiler = rows.query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    columns = [column for column, _sql, _alias in compiler.select]
    places = {_as_parameter(stand_in): _Place(number) for number, stand_in in enumerate(stand_ins)}
    needed = {stand_in for stand_in in stand_ins if not isinstance(stand_in, datetime)}
    if not needed <= set(params):
        raise ValueError("A value stands in no condition of the statement")
    params = [places.get(param, param) for param in params]
    return _Statement(
        compiler, sql, params, [type(stand_in) for stand_in in stand_ins], compiler.get_converters(columns)
    )
