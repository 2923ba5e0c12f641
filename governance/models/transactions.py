from __future__ import annotations

from django.db import models


class TransactionNumber(models.Func):
    """The number of the writing transaction, by which readers of what is new know what ended.

    A cluster counts its own transactions from the start: in one that a database was moved to, the
    offset puts them behind all that is stored (`services.transaction_numbers`). `escalations` has
    the same default for its rows.
    """

    template = "(pg_current_xact_id()::text::bigint + countersign_transaction_offset())"
    output_field = models.BigIntegerField()
