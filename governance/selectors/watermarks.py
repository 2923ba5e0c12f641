"""How far the rows of a table can be read so that none turns up behind the reader."""

from __future__ import annotations

from django.db import connection


class TransactionsBackError(Exception):
    """What is written from now on would take numbers that readers have passed already."""

    def __init__(self, *, first: int, after: int) -> None:
        """Name both numbers and what to do."""
        super().__init__(
            f"Transaction numbers went back: the next is {first}, and rows up to {after} were read."
            " The database was moved here by other means than restore. Stop all processes, then"
            " run: python manage.py adopt"
        )


def first_running_transaction(*, after: int | None = None) -> int:
    """Return the number below which every transaction has ended.

    A number can be given before its transaction commits, so the largest id says nothing.

    Args:
        after: up to which number the reader has read; None where that does not matter.

    Raises:
        TransactionsBackError: if a transaction of now would stand at ``after`` or before it, where
            the reader never looks again.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
            " + countersign_transaction_offset()"
        )
        first = int(cursor.fetchone()[0])
    if after is not None and first <= after:
        raise TransactionsBackError(first=first, after=after)
    return first
