"""What an agent has earned as of a moment: the view that people and the gate read."""

from __future__ import annotations

from dataclasses import dataclass

from governance.domain.agent_state import AgentState
from governance.domain.policy.trust import TrustPolicy
from governance.domain.score import Points, Reading, points, readings
from governance.domain.sources import sources_seen
from governance.domain.tier_fold import tier_held
from governance.domain.trust import evidence_at
from governance.domain.types import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One part of the score in [0, 1] with its 10 and 90 % quantiles, from ``outcomes`` measured.

    ``score``, ``low`` and ``high`` are None where nothing was measured.
    """

    score: float | None
    low: float | None
    high: float | None
    outcomes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Trust score in [0, 1] with its 10 to 90 % band, components, and the tier they carry now.

    ``outcomes`` counts what was ever judged, ``evidence`` is what it still weighs. Where not
    ``enough``, the score must not be shown as a number: "not enough data (n of 10)".
    """

    trust: float
    low: float
    high: float
    success: Component
    budget: Component
    consistency: Component
    outcomes: int
    evidence: float
    enough: bool
    outcomes_needed: int
    sources: int
    tier: Tier


def standing(state: AgentState, policy: TrustPolicy, *, now_s: float) -> Standing:
    """Return the agent's standing at ``now_s`` (epoch seconds), its evidence decayed until then."""
    trust = state.trust
    evidence = evidence_at(trust, now_s, policy)
    found = readings(evidence, policy, trust.prior.ratio)
    return Standing(
        trust=found.score.score,
        low=found.score.low,
        high=found.score.high,
        success=_component(found.success if trust.outcomes else None, trust.outcomes),
        budget=_component(found.budget, trust.budgets),
        consistency=_component(found.consistency, trust.consistencies),
        outcomes=trust.outcomes,
        evidence=evidence.weight,
        enough=trust.outcomes >= policy.outcomes_shown,
        outcomes_needed=policy.outcomes_shown,
        sources=sources_seen(state.sources, now_s, policy),
        tier=tier_held(state.tier, evidence, policy, trust.prior.ratio).tier,
    )


def tier_now(state: AgentState, policy: TrustPolicy, *, now_s: float) -> Tier:
    """Return the tier at ``now_s``: like `standing`, without the quantiles; for the gate."""
    trust = state.trust
    return tier_held(state.tier, evidence_at(trust, now_s, policy), policy, trust.prior.ratio).tier


def points_of(state: AgentState, policy: TrustPolicy) -> Points:
    """Return the score and its components right after the agent's newest outcome."""
    return points(state.trust.evidence, policy, state.trust.prior.ratio)


def _component(reading: Reading | None, outcomes: int) -> Component:
    if reading is None:
        return Component(score=None, low=None, high=None, outcomes=outcomes)
    return Component(score=reading.score, low=reading.low, high=reading.high, outcomes=outcomes)
