"""Statements for rows with given keys, put together once.

With thirty columns of five tables Django takes longer to put a statement together than the database to answer it.
The SQL depends on the number of keys only, so it is kept; rows are converted as a queryset converts them.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache

from django.db import connection
from django.db.models import QuerySet

# Keys stand for those of the moment: no row has them. Longer lists are put together each time.
MOST_KEYS = 200


class RowsByKeys:
    """`RowsByKeys(build)(keys)` gives the rows of `build(keys)`, a queryset of `values_list()`, as a list of tuples.

    `build` must put the keys into the statement as they are and depend on nothing else.
    """

    def __init__(self, build: Callable[[list[int]], QuerySet]):
        self._build = build
        self._statement = lru_cache(maxsize=MOST_KEYS + 1)(self._put_together)

    def __call__(self, keys: Iterable[int]) -> list[tuple]:
        keys = list(dict.fromkeys(keys))
        if not keys:
            return []
        if len(keys) > MOST_KEYS:
            return list(self._build(keys))
        compiler_class, sql, params, converters = self._statement(connection.vendor, len(keys))
        by_stand_in = {-1 - number: key for number, key in enumerate(keys)}
        with connection.cursor() as cursor:
            cursor.execute(sql, [by_stand_in.get(param, param) for param in params])
            rows = cursor.fetchall()
        if not converters:
            return rows
        return [tuple(row) for row in compiler_class.apply_converters(rows, converters)]

    def _put_together(self, vendor: str, count: int):
        query = self._build([-1 - number for number in range(count)]).query
        compiler = query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        columns = [column for column, _sql, _alias in compiler.select]
        return compiler, sql, params, compiler.get_converters(columns)
