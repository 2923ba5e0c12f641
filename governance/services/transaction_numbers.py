"""Going on in another cluster, whose own transaction numbers begin far below the stored ones."""

from __future__ import annotations

from django.db import connection, transaction

from governance.selectors.transaction_numbers import number_read, number_stored
from governance.selectors.watermarks import first_running_transaction


@transaction.atomic
def transaction_numbers_raise() -> int:
    """Put all transactions from now on behind every stored number, and return by how much.

    Rows keep the numbers they bear, some of which are signed. Whoever else writes meanwhile may
    still take an old number, so nobody may. Needs the role that owns the tables.

    Returns:
        0 where they stand behind all of them already.
    """
    first, last = first_running_transaction(), max(number_read(), number_stored())
    missing = last + 1 - first
    if missing <= 0:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT countersign_transaction_offset()")
        offset = int(cursor.fetchone()[0]) + missing
        # A definition takes no parameters; this is a whole number.
        cursor.execute(
            "CREATE OR REPLACE FUNCTION countersign_transaction_offset() RETURNS bigint"
            f" LANGUAGE sql STABLE PARALLEL SAFE AS 'SELECT {offset:d}::bigint'"
        )
    return missing
