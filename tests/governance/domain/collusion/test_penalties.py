from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from governance.domain.collusion.penalties import (
    Penalty,
    budget_left,
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
