"""The numbers of transactions that rows bear and readers have passed, in the whole database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Max

from governance.models import Fleet, LedgerMark, RollupMark, SealHead
from governance.models.transactions import TransactionNumber
from governance.selectors.sealed_kinds import sealed_kinds
from governance.selectors.seals import head_of
from governance.selectors.watermarks import TransactionsBackError, first_running_transaction

if TYPE_CHECKING:
    from django.db.models import Model


def number_read() -> int:
    """Return the largest number up to which some reader has read; 0 for none."""
    by_transaction = [kind.name for kind in sealed_kinds() if kind.order == "transaction"]
    heads = [head_of(row) for row in SealHead.objects.all()]
    watermark = Fleet.objects.aggregate(last=Max("refresh__watermark"))["last"] or 0
    return max(
        LedgerMark.objects.aggregate(last=Max("transaction"))["last"] or 0,
        RollupMark.objects.aggregate(last=Max("outcome_transaction"))["last"] or 0,
        # The first that was still running is not read yet.
        watermark - 1,
        *(head.mark(kind).order for head in heads for kind in by_transaction),
        0,
    )


def numbers_back() -> TransactionsBackError | None:
    """Return why nothing new is read, sealed or booked; None where numbers go on."""
    try:
        first_running_transaction(after=number_read())
    except TransactionsBackError as error:
        return error
    return None


def number_stored() -> int:
    """Return the largest number that any row of any app bears; 0 for none. Reads whole tables."""
    return max(
        (
            model._default_manager.aggregate(last=Max(name))["last"] or 0  # noqa: SLF001 - no public typed name
            for model in apps.get_models()
            for name in numbered(model)
        ),
        default=0,
    )


def numbered(model: type[Model]) -> list[str]:
    """Return which fields of a model hold the number of the transaction that wrote the row."""
    return [
        field.name
        for field in model._meta.concrete_fields  # noqa: SLF001 - documented by Django
        if getattr(field.db_default, "template", "") == TransactionNumber.template
    ]
