"""What each line of a transaction is about, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from governance.domain.ledger import EntryKind
from governance.domain.money import ZERO, usd_shown
from governance.domain.phrases import share_words
from governance.domain.tax import TaxRate
from governance.domain.types import Result

_ENDED = {Result.SUCCESS: "which succeeded", Result.PARTIAL: "which was done in part"}


def outcome_words(task_id: str, result: Result) -> Mapping[EntryKind, str]:
    """Return the sentences of an outcome's lines."""
    words = {EntryKind.SPENT: f"Cost of task {task_id}."}
    if result in _ENDED:
        words[EntryKind.EARNED] = f"Value of task {task_id}, {_ENDED[result]}."
    return words


def interaction_words(
    interaction_id: str,
    *,
    initiator: str,
    counterparty: str,
    value_usd: Decimal | None,
    tax: TaxRate,
) -> Mapping[EntryKind, str]:
    """Return the sentences of an interaction's lines; the agents by their external ids."""
    value = usd_shown(value_usd or ZERO)
    between = f"from {initiator} to {counterparty}"
    return {
        EntryKind.SPENT: f"Cost of interaction {interaction_id} with {counterparty}.",
        EntryKind.TRANSFER: f"Value of interaction {interaction_id}, {between}.",
        EntryKind.TAX: (
            f"{share_words(tax.share)} of the {value} of interaction {interaction_id},"
            f" {between}: {tax.because}."
        ),
    }
