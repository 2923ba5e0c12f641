"""Rows of one statement through a cursor of the server: the whole result is never in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROWS_AT_ONCE = 5_000


def rows_of(sql: str, values: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a statement, some thousands at a time.

    The statement runs when the first row is asked for, and reads what was committed by then.
    """
    cursor = connection.chunked_cursor()
    try:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield from rows
    finally:
        cursor.close()
