"""Queries of the ORM whose SQL is made once.

Making the SQL of a wide join costs the gate more than running it. The text depends on the query
alone, so it is kept for the life of the process; rows become the same models, with the same joins
filled in, as the query itself would give.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import uuid4

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model
from django.db.models.query import get_related_populators
from django.db.transaction import TransactionManagementError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

M = TypeVar("M", bound=Model)
# The published types are of a later Django, with one argument more.
_populators: Any = get_related_populators


@dataclass(frozen=True, slots=True)
class _Compiled:
    """What Django's compiler made of a query; ``first`` to ``last`` are the model's own columns."""

    compiler: Any
    sql: str
    locks: bool
    parameters: list[Any]
    converters: Any
    model: Any
    names: list[str]
    first: int
    last: int
    joined: list[Any]
    annotated: dict[str, int]


def _mark(kind: type) -> object:
    """Return a value that no query holds by itself."""
    drawn = uuid4()
    return drawn.int % 2**31 if kind is int else kind(str(drawn))


class CompiledQuery(Generic[M]):
    """A query with values left open, each compared as it is: texts, UUIDs, whole numbers."""

    def __init__(self, build: Callable[..., QuerySet[M]], *kinds: type) -> None:
        """Keep ``build``, which takes one value of each of ``kinds`` and returns the query."""
        self._build = build
        self._marks = [_mark(kind) for kind in kinds]

    def first(self, *values: object) -> M | None:
        """Return the first row, or None."""
        rows = self.rows(*values)
        return rows[0] if rows else None

    def rows(self, *values: object) -> list[M]:
        """Return all rows for these values."""
        made = self._compiled
        database = connections[DEFAULT_DB_ALIAS]
        if made.locks and not database.in_atomic_block:
            raise TransactionManagementError("a lock outside a transaction ends at once")
        given: dict[Any, Any] = dict(zip(self._marks, values, strict=True))
        with database.cursor() as cursor:
            cursor.execute(made.sql, [given.get(one, one) for one in made.parameters])
            found = cursor.fetchall()
        converted = made.compiler.apply_converters(found, made.converters)
        return [self._model(made, row) for row in converted]

    def _model(self, made: _Compiled, row: list[Any]) -> M:
        one: M = made.model.from_db(DEFAULT_DB_ALIAS, made.names, row[made.first : made.last])
        for populator in made.joined:
            populator.populate(row, one)
        for name, place in made.annotated.items():
            setattr(one, name, row[place])
        return one

    @cached_property
    def _compiled(self) -> _Compiled:
        query = self._build(*self._marks).query
        # The connection itself, not its proxy: converters ask it for every column of every row.
        compiler: Any = query.get_compiler(connection=connections[DEFAULT_DB_ALIAS])
        sql, parameters = compiler.as_sql()
        if any(list(parameters).count(mark) != 1 for mark in self._marks):
            raise TypeError(f"each value must stand once in the query, got {parameters}")
        klass = compiler.klass_info
        first, last = klass["select_fields"][0], klass["select_fields"][-1] + 1
        return _Compiled(
            compiler=compiler,
            sql=sql,
            locks=query.select_for_update,
            parameters=list(parameters),
            converters=compiler.get_converters([column[0] for column in compiler.select]),
            model=klass["model"],
            names=[column[0].target.attname for column in compiler.select[first:last]],
            first=first,
            last=last,
            joined=_populators(klass, compiler.select, DEFAULT_DB_ALIAS),
            annotated=compiler.annotation_col_map,
        )
