"""What lies between an agent and the next better place: for people who ask why it is where it is.

The numbers are those the engine decides by; nothing here decides.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from governance.domain.agent_state import AgentState
from governance.domain.breaker_state import Probation
from governance.domain.phrases import count_words, duration_words, share_words
from governance.domain.policy.breaker import BreakerPolicy
from governance.domain.policy.trust import TrustPolicy
from governance.domain.probation import probation_bound
from governance.domain.sources import sources_seen
from governance.domain.suspicion import SUCCESS_STEP
from governance.domain.tier_fold import grounds_for, tier_held
from governance.domain.tiers import Grounds, tier_above
from governance.domain.trust import evidence_at
from governance.domain.types import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One thing a promotion asks: what there is, what is asked, both in words."""

    about: str
    has: str
    asks: str
    is_met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The next better tier and everything it asks; no tier and no needs for the best one."""

    tier: Tier | None
    needs: tuple[Need, ...]


def clean_probes_left(probation: Probation, policy: BreakerPolicy) -> int:
    """Return how many clean probes in a row would pass the probation from here, at least 1.

    Six from a clean start; each clean probe halves the odds that the agent still fails.
    """
    left = (probation_bound(policy) + probation.ratio) / -SUCCESS_STEP
    # The bound is met at equality; sums of halvings miss it by rounding.
    return max(1, math.ceil(left - 1e-9))


def promotion_outlook(
    state: AgentState, policy: TrustPolicy, *, sources_fleet: int, now_s: float
) -> Outlook:
    """Return what the next better tier asks of the agent, its evidence decayed to ``now_s``.

    A promotion comes with an outcome, so all of it is looked at again then.
    """
    evidence = evidence_at(state.trust, now_s, policy)
    better = tier_above(tier_held(state.tier, evidence, policy, state.trust.prior.ratio).tier)
    if better is None:
        return Outlook(tier=None, needs=())
    is_high = better is Tier.HIGH
    weight_asked = policy.evidence_high if is_high else policy.evidence_medium
    sources, sources_asked = (
        sources_seen(state.sources, now_s, policy),
        min(policy.sources_needed, sources_fleet),
    )
    waited_s = 0.0 if state.tier_since_s is None else max(0.0, now_s - state.tier_since_s)
    patience = (
        Need(
            about="Evidence",
            has=f"{evidence.weight:.1f} outcomes",
            asks=f"{weight_asked:g}",
            is_met=evidence.weight >= weight_asked - 1e-9,
        ),
        Need(
            about="Time in its tier",
            has=duration_words(waited_s),
            asks=f"{policy.dwell_hours:g} h",
            is_met=waited_s >= policy.dwell_hours * 3600.0,
        ),
        Need(
            about="Sources of work",
            has=count_words(sources, "source"),
            asks=str(sources_asked),
            is_met=sources >= sources_asked,
        ),
    )
    grounds = grounds_for(better, evidence, policy, state.trust.prior.ratio, earning=True)
    return Outlook(tier=better, needs=(*patience, *_proof(better, grounds, policy)))


def _proof(tier: Tier, grounds: Grounds, policy: TrustPolicy) -> tuple[Need, ...]:
    is_high = tier is Tier.HIGH
    level = policy.level_high if is_high else policy.level_medium
    own_level = policy.level_high if is_high else policy.earn_medium_level
    proof = policy.earn_high_proof if is_high else policy.earn_medium_proof
    return (
        Need(
            about=f"Trust of {level:g} or more, beside the fleet",
            has=f"{_sure(grounds.relative)} sure",
            asks=share_words(policy.promote_probability),
            is_met=grounds.relative >= policy.promote_probability,
        ),
        Need(
            about=f"Success of {own_level:g} or more, by its own record",
            has=f"{_sure(grounds.own)} sure",
            asks=share_words(proof),
            is_met=grounds.own >= proof,
        ),
        Need(
            about="Score, as far as it is known",
            has="reached" if grounds.shown else "not reached",
            asks=f"{level:g}",
            is_met=grounds.shown,
        ),
        *(() if not is_high else (_floors(grounds, policy),)),
    )


def _floors(grounds: Grounds, policy: TrustPolicy) -> Need:
    floors = f"{policy.floor_budget_high:g} and {policy.floor_consistency_high:g}"
    return Need(
        about="Budget and consistency, where measured",
        has="reached" if grounds.floors else "not reached",
        asks=floors,
        is_met=grounds.floors,
    )


def _sure(probability: float) -> str:
    # Nothing is certain: 0.9999 must not read as 100 %.
    return "over 99.9 %" if probability > 0.999 else share_words(probability)
