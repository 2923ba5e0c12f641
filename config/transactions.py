"""Numbers of transactions: rows bear them, and marks compare them.

Whatever reads what is new, such as seals and the ledger, reads behind the number it came to. A
server that was just laid counts from the beginning, so that what is written after a restore would
stand before every mark, and be read by nobody.
"""

from __future__ import annotations

from django.db import connection

# Half a million a second on two cores; the server can be stopped in between.
AT_ONCE = 500_000


def transactions_given() -> int:
    """Return the number from which on no row that can be seen was written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def transactions_pass(number: int) -> int:
    """Let the server use up numbers until it is past ``number``; return how many it used up.

    Call it outside a transaction. Killed in between, it goes on when it is called again.
    """
    begun = transactions_given()
    while (left := number - transactions_given()) > 0:
        with connection.cursor() as cursor:
            # Nothing is written, so nothing is lost.
            cursor.execute("SET synchronous_commit = off")
            cursor.execute(
                f"DO $$ BEGIN FOR each IN 1..{min(left, AT_ONCE)} LOOP"
                " PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$"
            )
            cursor.execute("RESET synchronous_commit")
    return max(0, number - begun)
