from __future__ import annotations

from django.db import models


class TransactionNumber(models.Func):
    """The number of the writing transaction, as rows of `governance` have it."""

    template = "(pg_current_xact_id()::text::bigint + countersign_transaction_offset())"
    output_field = models.BigIntegerField()
