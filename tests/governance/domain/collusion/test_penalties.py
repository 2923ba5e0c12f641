from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from governance.domain.collusion.penalties import (
    Penalty,
    budget_left,
    fine_phrase,
    fines_of,
    penalty_in_all,
    tier_in_force,
)
from governance.domain.types import Tier

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HALF = Penalty(NOON, 0.5)


def test_several_penalties_come_to_the_longest_time_and_the_least_of_the_budget() -> None:
    longer = Penalty(NOON + timedelta(days=3), 0.8)

    assert penalty_in_all([HALF, longer]) == Penalty(longer.until, 0.5)
    assert penalty_in_all([longer]) == longer
    assert penalty_in_all([]) is None


def test_a_penalty_holds_an_agent_at_tier_low() -> None:
    assert tier_in_force(Tier.HIGH, HALF) is Tier.LOW
    assert tier_in_force(Tier.HIGH, None) is Tier.HIGH


def test_a_penalty_leaves_its_share_of_a_budget() -> None:
    assert budget_left(Decimal("25.00"), HALF) == Decimal("12.50")
    assert budget_left(Decimal("25.00"), None) == Decimal("25.00")
    assert budget_left(None, HALF) is None


def test_a_fine_is_a_share_of_what_each_received() -> None:
    received = {"buyer": Decimal("10.00"), "broker": Decimal("0.0000001"), "idle": Decimal(0)}

    assert fines_of(received, 0.25) == {"buyer": Decimal("2.50")}
    assert fines_of(received, 0.0) == {}


def test_a_fine_is_told_beside_what_was_fined_before() -> None:
    ten, two = Decimal(10), Decimal(2)

    assert fine_phrase(ten, Decimal(0)) == (
        "fined $10.00 in all for what they received inside the ring"
    )
    assert fine_phrase(ten, two).endswith("ring, beyond $2.00 that an earlier verdict fined")
    assert fine_phrase(Decimal(0), Decimal(0)) == "no value moved inside the ring to be fined"
