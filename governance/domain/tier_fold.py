"""The tier that an agent's evidence carries: score and tier rules combined."""

from __future__ import annotations

from collections.abc import Callable

from governance.domain.evidence import Evidence
from governance.domain.policy.trust import TrustPolicy
from governance.domain.score import (
    kept_score,
    own_probability,
    success_needed,
    success_probability,
    success_relative,
)
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
from governance.domain.value_object import ValueObject

_BELOW = {Tier.HIGH: Tier.MEDIUM, Tier.MEDIUM: Tier.LOW}
# Rounding takes no probability of one half, and no rate above a level, further than this.
_LESS_THAN_HALF, _ROUNDING = 0.49, 1e-9


class Graded(ValueObject, frozen=True):
    """A tier, and the sentence why it is not the one before; empty where nothing changed."""

    tier: Tier
    sentence: str


def tier_graded(
    tier: Tier,
    evidence: Evidence,
    policy: TrustPolicy,
    *,
    patience: Callable[[], Patience] | None,
    prior: float = 1.0,
) -> Graded:
    """Return the tier after one outcome: demoted as far as needed, or promoted by one step.

    Args:
        tier: before the outcome.
        evidence: decayed to the outcome.
        policy: levels and probabilities.
        prior: the failure ratio assumed before any outcome, 1 for the fleet's.
        patience: what to know for a promotion, asked only if one is near; None forbids it.
    """
    held = tier_held(tier, evidence, policy, prior)
    if held.tier is not tier or patience is None:
        return held
    better = tier_above(tier)
    if better is None or not tier_ripe(better, patience(), policy):
        return held
    level = policy.level_high if better is Tier.HIGH else policy.level_medium
    # Asked before the other grounds, because it is the one that is missing for longest.
    if success_probability(evidence, level, policy, prior) < policy.promote_probability:
        return held
    grounds = grounds_for(better, evidence, policy, prior, earning=True)
    if not tier_earned(better, grounds, policy):
        return held
    return Graded(better, earned_phrase(better, grounds, policy))


def tier_held(tier: Tier, evidence: Evidence, policy: TrustPolicy, prior: float = 1.0) -> Graded:
    """Return the best tier up to ``tier`` that the evidence still carries."""
    sentence = ""
    while tier in _BELOW and not is_surely_kept(tier, evidence, policy, prior):
        grounds = grounds_for(tier, evidence, policy, prior, earning=False)
        if tier_kept(grounds, policy):
            break
        sentence = sentence or lost_phrase(tier, grounds, policy)
        tier = _BELOW[tier]
    return Graded(tier, sentence)


def is_surely_kept(tier: Tier, evidence: Evidence, policy: TrustPolicy, prior: float) -> bool:
    """Return whether it can be told without integrals that `tier_kept` holds for high or medium.

    It holds where everything lies above the level: success by the middle of both posteriors, so
    that both probabilities are at least one half, and each other component, so that the score,
    their mean, does too. Most outcomes end here; False says nothing.

    Sources: a Gamma distribution's median is below its mean (Chen and Rubin 1986), a Beta
    distribution's between mean and mode (Payton, Young and Young 1989).
    """
    if policy.own_proof > _LESS_THAN_HALF or policy.demote_probability > _LESS_THAN_HALF:
        return False
    slack, is_high = policy.dead_band, tier is Tier.HIGH
    level = policy.level_high if is_high else policy.level_medium
    asked = level - slack
    weight, succeeded = evidence.weight, evidence.weight - evidence.failures
    if (
        succeeded < asked * weight
        or 1.0 + succeeded < asked * (2.0 + weight)
        or success_relative(evidence, policy, prior) < level + _ROUNDING
    ):
        return False
    budget = kept_score(evidence.budget_weight, evidence.budget_kept, policy)
    consistency = kept_score(evidence.consistency_weight, evidence.consistency_kept, policy)
    if not is_high:
        return (budget is None or budget >= asked) and (consistency is None or consistency >= asked)
    return (budget is None or budget >= max(level, policy.floor_budget_high) - slack) and (
        consistency is None or consistency >= max(level, policy.floor_consistency_high) - slack
    )


def grounds_for(
    tier: Tier, evidence: Evidence, policy: TrustPolicy, prior: float = 1.0, *, earning: bool
) -> Grounds:
    """Return what speaks for ``tier``, high or medium.

    To keep one, the dead band is slack, in the own record as in the score: the score shown is
    capped by that record, and both must fall out of the tier together.
    """
    slack = 0.0 if earning else policy.dead_band
    budget = kept_score(evidence.budget_weight, evidence.budget_kept, policy)
    consistency = kept_score(evidence.consistency_weight, evidence.consistency_kept, policy)
    floors = True
    if tier is Tier.HIGH:
        level = policy.level_high
        own_level = level - slack
        floors = (budget is None or budget >= policy.floor_budget_high - slack) and (
            consistency is None or consistency >= policy.floor_consistency_high - slack
        )
    else:
        level = policy.level_medium
        own_level = policy.earn_medium_level if earning else level - slack
    own = own_probability(evidence, own_level)
    needed = success_needed(level - slack, budget, consistency, policy)
    shown = success_relative(evidence, policy, prior) >= needed and (
        # A record that supports more supports this: most outcomes need no second integral.
        (own >= policy.own_proof and own_level >= needed - 1e-12)
        or own_probability(evidence, needed) >= policy.own_proof
    )
    relative = success_probability(evidence, level, policy, prior)
    return Grounds(relative, own, shown, floors)
