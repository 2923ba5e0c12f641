from __future__ import annotations

from django.db import models


class TransactionId(models.Func):
    """The number of the writing transaction, by which readers of what is new know what ended."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()
