"""Rows written with SQL that is made once: what `Model.save` would do, without asking how."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import NOT_PROVIDED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import Field, Model


def rows_insert(*rows: Model) -> None:
    """Insert new rows in one statement; they may name each other.

    Foreign keys are checked when the transaction commits, whatever the order of the rows.
    A column with a default of the database is left to it, and not read back.

    Raises:
        IntegrityError: as `Model.save` with ``force_insert``.
    """
    sql, fields = _insert(tuple(type(row) for row in rows))
    _execute(sql, [_values(row, named, add=True) for row, named in zip(rows, fields, strict=True)])
    for row in rows:
        row._state.adding = False  # noqa: SLF001 - what `Model.save` sets
        row._state.db = DEFAULT_DB_ALIAS  # noqa: SLF001


def row_update(row: Model, *names: str) -> None:
    """Update the named fields of a row that exists, or all but its key."""
    sql, fields = _update(type(row), names)
    _execute(sql, [_values(row, fields, add=False)])


def rows_copy(model: type[Model], names: Sequence[str], values: Iterable[Sequence[object]]) -> None:
    """Insert many new rows, streamed: several times as fast as `bulk_create`.

    Args:
        model: whose rows they are.
        names: the columns that are given; the others are left to the database.
        values: one sequence for each row, in the order of ``names``.

    Raises:
        IntegrityError: if a constraint is broken; none of the rows is stored then.
    """
    database = connections[DEFAULT_DB_ALIAS]
    columns = ", ".join(_quoted(name) for name in names)
    sql = f"COPY {_table(model)} ({columns}) FROM STDIN"
    with database.wrap_database_errors, database.cursor() as cursor, cursor.copy(sql) as copy:
        for row in values:
            copy.write_row(row)


def _execute(sql: str, values: Iterable[list[Any]]) -> None:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(sql, [one for each in values for one in each])


def _values(row: Model, fields: Sequence[Field[Any, Any]], *, add: bool) -> list[Any]:
    # The connection itself, not its proxy, which looks it up again for every value.
    database = connections[DEFAULT_DB_ALIAS]
    return [field.get_db_prep_save(field.pre_save(row, add), database) for field in fields]


@cache
def _insert(models: tuple[type[Model], ...]) -> tuple[str, list[list[Field[Any, Any]]]]:
    fields = [_given(model) for model in models]
    texts = [_insert_text(*each) for each in zip(models, fields, strict=True)]
    *before, last = texts
    steps = ", ".join(f"step_{number} AS ({text})" for number, text in enumerate(before))
    return f"WITH {steps} {last}" if before else last, fields


def _given(model: type[Model]) -> list[Field[Any, Any]]:
    return [one for one in model._meta.concrete_fields if one.db_default is NOT_PROVIDED]  # noqa: SLF001


def _insert_text(model: type[Model], fields: Sequence[Field[Any, Any]]) -> str:
    names = ", ".join(_column(field) for field in fields)
    places = ", ".join("%s" for _ in fields)
    return f"INSERT INTO {_table(model)} ({names}) VALUES ({places})"  # noqa: S608


@cache
def _update(model: type[Model], names: tuple[str, ...]) -> tuple[str, list[Field[Any, Any]]]:
    fields = [
        one
        for one in model._meta.concrete_fields  # noqa: SLF001
        if (one.name in names if names else not one.primary_key)
    ]
    if names and len(fields) != len(names):
        raise TypeError(f"{model.__name__} has not all of the fields {', '.join(names)}")
    sets = ", ".join(f"{_column(field)} = %s" for field in fields)
    key = model._meta.pk  # noqa: SLF001
    sql = f"UPDATE {_table(model)} SET {sets} WHERE {_column(key)} = %s"  # noqa: S608
    return sql, [*fields, key]


def _table(model: type[Model]) -> str:
    return _quoted(model._meta.db_table)  # noqa: SLF001


def _column(field: Field[Any, Any]) -> str:
    return _quoted(str(field.column))


def _quoted(name: str) -> str:
    return connections[DEFAULT_DB_ALIAS].ops.quote_name(name)
