"""How one outcome changes an agent's evidence: forgetting, weight and the cap."""

from __future__ import annotations

import math

from governance.domain.evidence import NO_EVIDENCE, Evidence
from governance.domain.policy.trust import TrustPolicy
from governance.domain.priors import FLEET_PRIOR, Prior
from governance.domain.value_object import ValueObject

DAY_S = 86_400.0


class TrustState(ValueObject, frozen=True):
    """An agent's evidence as of its newest outcome.

    ``at_s`` is that outcome's event time in epoch seconds, None before the first. ``shrink``
    counts how often all evidence has been halved so far, by time and by the cap: the share of one
    source is stored with the count at its own last outcome and read with the difference.
    ``outcomes``, ``budgets`` and ``consistencies`` count what was measured, without weight.
    ``prior`` is what was assumed of the agent by the refresh of its newest outcome.
    """

    evidence: Evidence = NO_EVIDENCE
    at_s: float | None = None
    shrink: float = 0.0
    outcomes: int = 0
    budgets: int = 0
    consistencies: int = 0
    prior: Prior = FLEET_PRIOR


def event_s(trust: TrustState, at_s: float) -> float:
    """Return the time an outcome counts for: its own, but never before the newest one's."""
    return at_s if trust.at_s is None or at_s > trust.at_s else trust.at_s


def halvings_until(trust: TrustState, at_s: float, policy: TrustPolicy) -> float:
    """Return how often evidence halves between the newest outcome and ``at_s``, >= 0."""
    if trust.at_s is None or at_s <= trust.at_s:
        return 0.0
    return (at_s - trust.at_s) / (policy.half_life_days * DAY_S)


def evidence_at(trust: TrustState, at_s: float, policy: TrustPolicy) -> Evidence:
    """Return the evidence decayed to ``at_s``, epoch seconds; earlier times change nothing."""
    return trust.evidence.scaled(2.0 ** -halvings_until(trust, at_s, policy))


def outcome_weight(
    *, self_report: bool, verified: bool, policy: TrustPolicy, value_weight: float = 1.0
) -> float:
    """Return how many outcomes one outcome counts for, in [0, 1].

    ``value_weight`` is what its value makes of it (`values.value_weight`).
    """
    return (
        value_weight * policy.self_report_weight if self_report and not verified else value_weight
    )


def budget_kept(cost_usd: float | None, budget_usd: float | None) -> float | None:
    """Return how well a task kept its budget: 1 within it, 0 from twice the budget up.

    None where cost or budget is unknown. A budget of zero is kept only by spending nothing.
    """
    if cost_usd is None or budget_usd is None:
        return None
    if cost_usd <= budget_usd:
        return 1.0
    if budget_usd <= 0.0:
        return 0.0
    return max(0.0, 1.0 - (cost_usd - budget_usd) / budget_usd)


def outcome_evidence(
    weight: float,
    failure: float,
    expected: float,
    budget: float | None,
    consistency: float | None,
) -> Evidence:
    """Return the evidence of a single outcome.

    Args:
        weight: as `outcome_weight` gives it.
        failure: 0 success, 0.5 partial, 1 failure.
        expected: failure probability of the rest of the fleet on this class.
        budget: how well the budget was kept, in [0, 1]; None where not measured.
        consistency: 1 within the agent's usual cost and duration, else 0; None likewise.
    """
    budget_weight = consistency_weight = budget_sum = consistency_sum = 0.0
    if budget is not None:
        budget_weight, budget_sum = weight, weight * budget
    if consistency is not None:
        consistency_weight, consistency_sum = weight, weight * consistency
    return Evidence(
        weight,
        weight * failure,
        weight * expected,
        budget_weight,
        budget_sum,
        consistency_weight,
        consistency_sum,
    )


def trust_with(
    trust: TrustState,
    kept: Evidence,
    remains: float,
    added: Evidence,
    *,
    at_s: float,
    shrink: float,
    policy: TrustPolicy,
    prior: Prior = FLEET_PRIOR,
) -> TrustState:
    """Return the trust after one outcome.

    Args:
        trust: before the outcome.
        kept: the evidence before, without what gave way to the outcome.
        remains: what forgetting leaves of it, in (0, 1].
        added: the outcome, from `outcome_evidence`.
        at_s: its event time, from `event_s`.
        shrink: how often evidence has been halved by then.
        policy: gives the cap.
        prior: what the outcome's refresh assumes of the agent.
    """
    weight = kept.weight * remains + added.weight
    if weight > policy.evidence_cap:
        cut = policy.evidence_cap / weight
        evidence = kept.plus(remains * cut, added.scaled(cut))
        shrink -= math.log2(cut)
    else:
        evidence = kept.plus(remains, added)
    return TrustState(
        evidence,
        at_s,
        shrink,
        trust.outcomes + 1,
        trust.budgets + (added.budget_weight > 0.0),
        trust.consistencies + (added.consistency_weight > 0.0),
        prior,
    )


def trust_passed(trust: TrustState, *, at_s: float, halvings: float, prior: Prior) -> TrustState:
    """Return the trust after an outcome that weighs nothing; arguments as `trust_with`."""
    return trust._replace(
        evidence=trust.evidence.scaled(2.0**-halvings),
        at_s=at_s,
        shrink=trust.shrink + halvings,
        prior=prior,
    )
