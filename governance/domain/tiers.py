"""When evidence is enough for a tier, and when it no longer is."""

from __future__ import annotations

from governance.domain.phrases import share_words
from governance.domain.policy.trust import TrustPolicy
from governance.domain.types import Tier
from governance.domain.value_object import ValueObject

_ABOVE = {Tier.LOW: Tier.MEDIUM, Tier.MEDIUM: Tier.HIGH}


class Grounds(ValueObject, frozen=True):
    """What speaks for one tier.

    ``relative`` and ``own`` are posterior probabilities in [0, 1] that success is at least what
    the tier asks: compared with the fleet, and from the agent's own record. ``shown`` and
    ``floors`` say whether score and components are high enough.
    """

    relative: float
    own: float
    shown: bool
    floors: bool


class Patience(ValueObject, frozen=True):
    """What a promotion asks beyond grounds.

    ``weight`` is the evidence in outcomes, ``waited_s`` the event time since the tier last
    changed, ``sources`` how many sources the agent had lately and ``sources_fleet`` the fleet.
    """

    weight: float
    waited_s: float
    sources: int
    sources_fleet: int


def tier_above(tier: Tier) -> Tier | None:
    """Return the next better tier; promotions go one step at a time."""
    return _ABOVE.get(tier)


def tier_ripe(tier: Tier, patience: Patience, policy: TrustPolicy) -> bool:
    """Return whether an agent has shown enough, for long enough, to be considered for ``tier``."""
    needed = policy.evidence_high if tier is Tier.HIGH else policy.evidence_medium
    return (
        # Sums of decayed weights miss a whole number by rounding.
        patience.weight >= needed - 1e-9
        and patience.waited_s >= policy.dwell_hours * 3600.0
        and patience.sources >= min(policy.sources_needed, patience.sources_fleet)
    )


def tier_earned(tier: Tier, grounds: Grounds, policy: TrustPolicy) -> bool:
    """Return whether the grounds carry a promotion to ``tier``."""
    proof = policy.earn_high_proof if tier is Tier.HIGH else policy.earn_medium_proof
    return (
        grounds.relative >= policy.promote_probability
        and grounds.own >= proof
        and grounds.shown
        and grounds.floors
    )


def tier_kept(grounds: Grounds, policy: TrustPolicy) -> bool:
    """Return whether the grounds still carry the tier.

    The gaps between promoting and demoting probabilities are the hysteresis: wide for an agent
    with little evidence, narrow for one with much.
    """
    return (
        grounds.relative > policy.demote_probability
        and grounds.own >= policy.own_proof
        and grounds.shown
        and grounds.floors
    )


def earned_phrase(tier: Tier, grounds: Grounds, policy: TrustPolicy) -> str:
    """Return why a tier was earned, with its numbers."""
    level = policy.level_high if tier is Tier.HIGH else policy.level_medium
    return (
        f"Trust is at least {level:g} with a probability of {share_words(grounds.relative)}; "
        f"tier {tier.value} needs {share_words(policy.promote_probability)}."
    )


def lost_phrase(tier: Tier, grounds: Grounds, policy: TrustPolicy) -> str:
    """Return why a tier was lost: the first ground that no longer holds, with its numbers."""
    level = policy.level_high if tier is Tier.HIGH else policy.level_medium
    if grounds.relative <= policy.demote_probability:
        return (
            f"Trust is at least {level:g} with a probability of {share_words(grounds.relative)}; "
            f"tier {tier.value} is lost at {share_words(policy.demote_probability)}."
        )
    if grounds.own < policy.own_proof:
        return (
            f"Its own record supports a success rate of {level - policy.dead_band:g} with a "
            "probability of "
            f"{share_words(grounds.own)}; tier {tier.value} needs {share_words(policy.own_proof)}."
        )
    if not grounds.shown:
        return f"The score fell below {level - policy.dead_band:g}."
    return (
        f"Budget fell below {policy.floor_budget_high - policy.dead_band:g} or consistency below "
        f"{policy.floor_consistency_high - policy.dead_band:g}."
    )
