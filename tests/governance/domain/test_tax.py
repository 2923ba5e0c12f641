from __future__ import annotations

from decimal import Decimal

import pytest

from governance.domain.ledger import EntryKind
from governance.domain.ledger_words import interaction_words, outcome_words
from governance.domain.policy import policy_default
from governance.domain.tax import TaxRate, tax_decided, tax_undecided
from governance.domain.types import Preset, Result, Tier

POLICY = policy_default()


def test_with_a_task_the_rate_is_the_one_the_gate_named() -> None:
    rate = tax_decided(Preset.AGGRESSIVE, 0.02)

    assert rate == TaxRate(0.02, "preset aggressive, as its task was decided")


@pytest.mark.parametrize(
    ("tier", "share", "preset"),
    [
        (Tier.HIGH, 0.05, "balanced"),
        (Tier.MEDIUM, 0.10, "conservative"),
        (Tier.LOW, 0.10, "conservative"),
    ],
)
def test_without_a_task_the_initiators_tier_says_the_rate(
    tier: Tier, share: float, preset: str
) -> None:
    rate = tax_undecided(POLICY.matrix, POLICY.presets, tier=tier)

    assert rate == TaxRate(share, f"preset {preset}, coordination at tier {tier}")


def test_a_tax_is_explained_with_rate_value_and_preset() -> None:
    words = interaction_words(
        "x-9",
        initiator="ann",
        counterparty="bob",
        value_usd=Decimal("42.5"),
        tax=tax_decided(Preset.BALANCED, 0.05),
    )

    assert words == {
        EntryKind.SPENT: "Cost of interaction x-9 with bob.",
        EntryKind.TRANSFER: "Value of interaction x-9, from ann to bob.",
        EntryKind.TAX: (
            "5 % of the $42.50 of interaction x-9, from ann to bob:"
            " preset balanced, as its task was decided."
        ),
    }


@pytest.mark.parametrize(
    ("result", "earned"),
    [
        (Result.SUCCESS, "Value of task t-1, which succeeded."),
        (Result.PARTIAL, "Value of task t-1, which was done in part."),
    ],
)
def test_the_lines_of_an_outcome_name_its_task(result: Result, earned: str) -> None:
    words = outcome_words("t-1", result)

    assert words == {EntryKind.EARNED: earned, EntryKind.SPENT: "Cost of task t-1."}


def test_what_failed_earns_nothing_and_has_no_words_for_it() -> None:
    assert outcome_words("t-1", Result.FAILURE) == {EntryKind.SPENT: "Cost of task t-1."}
