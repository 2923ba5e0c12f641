"""How PostgreSQL would answer a question, whatever earlier tests left in the database's files."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import connection

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound="Model")


def plan_with_indexes(asked: QuerySet[Row]) -> str:
    """Return the plan of `asked` where reading its whole table is no choice.

    Rows that tests rolled back keep their place in every index, so the cheapest index would
    depend on which tests ran before: the table's indexes are built anew first. Few rows fit into
    so few pages that reading them all may look cheap: that choice is taken away.
    """
    table = connection.ops.quote_name(asked.model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"REINDEX TABLE {table}")
        cursor.execute(f"ANALYZE {table}")
        cursor.execute("SET LOCAL enable_seqscan = off")
    return asked.explain()
