from __future__ import annotations

import pytest

from governance.domain.types import BreakerMode, Tier
from tests.governance.domain.fleets import Fleet

# A breaker in shadow never costs a tier, so that evidence alone must keep an agent low.
MODES = [BreakerMode.ENFORCE, BreakerMode.SHADOW]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("seed", range(6))
def test_a_lone_agent_failing_three_in_five_never_leaves_tier_low(
    seed: int, mode: BreakerMode
) -> None:
    fleet = Fleet(success=0.40, agents=1, sources=1, seed=seed, mode=mode).work(days=30)

    assert fleet.tiers_seen == {Tier.LOW}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("seed", range(3))
def test_a_fleet_of_five_that_all_fail_half_never_leaves_tier_low(
    seed: int, mode: BreakerMode
) -> None:
    fleet = Fleet(success=0.50, agents=5, sources=1, seed=seed, mode=mode).work(days=20)

    assert fleet.tiers_seen == {Tier.LOW}


@pytest.mark.parametrize("sources", [1, 2, 3, 4])
@pytest.mark.parametrize("seed", range(3))
def test_a_good_agent_reaches_high_however_many_sources_the_fleet_has(
    seed: int, sources: int
) -> None:
    fleet = Fleet(
        success=0.98, agents=1, sources=sources, seed=seed, mode=BreakerMode.ENFORCE
    ).work(days=15)

    assert Tier.HIGH in fleet.tiers_seen
