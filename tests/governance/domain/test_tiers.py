from __future__ import annotations

import pytest

from governance.domain.tiers import (
    Grounds,
    Patience,
    earned_phrase,
    lost_phrase,
    tier_above,
    tier_earned,
    tier_kept,
    tier_ripe,
)
from governance.domain.types import Tier
from tests.governance.domain.outcomes import TRUST

DAY_S = 86_400.0
SOUND = Grounds(relative=0.97, own=0.9995, shown=True, floors=True)
READY = Patience(weight=20.0, waited_s=DAY_S, sources=3, sources_fleet=5)


def test_tiers_are_climbed_one_step_at_a_time() -> None:
    assert tier_above(Tier.LOW) is Tier.MEDIUM
    assert tier_above(Tier.MEDIUM) is Tier.HIGH
    assert tier_above(Tier.HIGH) is None


@pytest.mark.parametrize(("tier", "weight"), [(Tier.HIGH, 20.0), (Tier.MEDIUM, 10.0)])
def test_a_tier_needs_its_weight_of_evidence(tier: Tier, weight: float) -> None:
    assert tier_ripe(tier, READY._replace(weight=weight), TRUST)
    assert not tier_ripe(tier, READY._replace(weight=weight - 0.01), TRUST)


def test_a_promotion_waits_a_day() -> None:
    assert tier_ripe(Tier.MEDIUM, READY._replace(waited_s=DAY_S), TRUST)
    assert not tier_ripe(Tier.MEDIUM, READY._replace(waited_s=DAY_S - 1), TRUST)


@pytest.mark.parametrize(
    ("sources", "fleet", "ripe"),
    [(3, 5, True), (2, 5, False), (2, 2, True), (1, 2, False), (1, 1, True), (0, 0, True)],
)
def test_a_promotion_needs_three_sources_or_as_many_as_the_fleet_has(
    sources: int, fleet: int, ripe: bool
) -> None:
    patience = READY._replace(sources=sources, sources_fleet=fleet)

    assert tier_ripe(Tier.HIGH, patience, TRUST) is ripe


@pytest.mark.parametrize("tier", [Tier.HIGH, Tier.MEDIUM])
def test_sound_grounds_earn_a_tier(tier: Tier) -> None:
    assert tier_earned(tier, SOUND, TRUST)


@pytest.mark.parametrize(
    "grounds",
    [
        SOUND._replace(relative=0.79),
        SOUND._replace(own=0.49),
        SOUND._replace(shown=False),
        SOUND._replace(floors=False),
    ],
)
def test_each_ground_alone_can_refuse_tier_high(grounds: Grounds) -> None:
    assert not tier_earned(Tier.HIGH, grounds, TRUST)


def test_leaving_tier_low_needs_more_proof_of_its_own() -> None:
    grounds = SOUND._replace(own=0.99)

    assert tier_earned(Tier.HIGH, grounds, TRUST)
    assert not tier_earned(Tier.MEDIUM, grounds, TRUST)


def test_between_demotion_and_promotion_a_tier_is_kept() -> None:
    grounds = SOUND._replace(relative=0.21, own=0.20)

    assert tier_kept(grounds, TRUST)
    assert not tier_earned(Tier.HIGH, grounds, TRUST)


@pytest.mark.parametrize(
    ("grounds", "sentence"),
    [
        (
            SOUND._replace(relative=0.20),
            "Trust is at least 0.85 with a probability of 20 %; tier high is lost at 20 %.",
        ),
        (
            SOUND._replace(own=0.142),
            "Its own record supports a success rate of 0.83 with a probability of 14.2 %; "
            "tier high needs 20 %.",
        ),
        (SOUND._replace(shown=False), "The score fell below 0.83."),
        (SOUND._replace(floors=False), "Budget fell below 0.78 or consistency below 0.68."),
    ],
)
def test_a_tier_is_lost_for_a_stated_reason(grounds: Grounds, sentence: str) -> None:
    assert not tier_kept(grounds, TRUST)
    assert lost_phrase(Tier.HIGH, grounds, TRUST) == sentence


def test_the_reason_names_the_level_of_its_tier() -> None:
    grounds = SOUND._replace(shown=False)

    assert lost_phrase(Tier.MEDIUM, grounds, TRUST) == "The score fell below 0.48."


@pytest.mark.parametrize(("tier", "level"), [(Tier.HIGH, "0.85"), (Tier.MEDIUM, "0.5")])
def test_a_tier_is_earned_for_a_stated_reason(tier: Tier, level: str) -> None:
    assert earned_phrase(tier, SOUND, TRUST) == (
        f"Trust is at least {level} with a probability of 97 %; tier {tier.value} needs 80 %."
    )
