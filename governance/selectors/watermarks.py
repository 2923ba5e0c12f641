"""How far the rows of a table can be read so that none turns up behind the reader."""

from __future__ import annotations

from django.db import connection


def first_running_transaction() -> int:
    """Return the number below which every transaction has ended.

    A number can be given before its transaction commits, so the largest id says nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])
