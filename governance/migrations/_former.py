"""What earlier migrations name and no model has any more."""

from __future__ import annotations

from django.db import models


class TransactionId(models.Func):
    """The default of transaction numbers that `TransactionNumber` replaced."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()
