"""What one outcome does to trust: weight, sources and consistency combined."""

from __future__ import annotations

from collections.abc import Mapping

from governance.domain.agent_state import AgentState
from governance.domain.class_rates import RefreshView
from governance.domain.consistency import NO_BAND, Band, band_fold
from governance.domain.outcome_fact import OutcomeFact
from governance.domain.policy.trust import TrustPolicy
from governance.domain.sources import (
    NO_SHARE,
    Shares,
    SourceShare,
    room_needed,
    source_limit,
    sources_with,
)
from governance.domain.trust import (
    TrustState,
    budget_kept,
    halvings_until,
    outcome_evidence,
    outcome_weight,
    trust_passed,
    trust_with,
)
from governance.domain.values import value_weight

# An agent's trust, sources and bands after an outcome, and the weight the outcome had.
Trusted = tuple[TrustState, Shares, Mapping[str, Band], float]


def trust_fold(
    state: AgentState,
    fact: OutcomeFact,
    failure: float,
    policy: TrustPolicy,
    *,
    class_key: str,
    class_rate: float,
    refresh: RefreshView,
    at_s: float,
    teaches: tuple[bool, bool] = (True, True),
) -> Trusted:
    """Return trust, sources, bands and weight after one outcome that is not neutral.

    One that only a ring vouches for weighs nothing: time passes, and nothing is learned from it.

    Args:
        state: before the outcome.
        fact: the outcome.
        failure: 0, 0.5 or 1.
        policy: trust.
        class_key: its class of work.
        class_rate: what the rest of the fleet fails on that class.
        refresh: gives the fleet's sources, what a task of the class is worth, and the prior.
        at_s: its event time, from `event_s`.
        teaches: whether it may teach what cost and duration are usual.
    """
    trust = state.trust
    halvings = halvings_until(trust, at_s, policy)
    if fact.vouched_inside:
        passed = trust_passed(trust, at_s=at_s, halvings=halvings, prior=refresh.prior)
        return passed, state.sources, state.bands, 0.0
    weight = outcome_weight(
        self_report=fact.self_report,
        verified=fact.verified,
        policy=policy,
        value_weight=value_weight(fact.value_usd, refresh.values.get(class_key)),
    )
    bands, consistency = _banded(state.bands, fact, class_key, policy, teaches)
    budget = budget_kept(fact.cost_usd, fact.budget_usd)
    added = outcome_evidence(weight, failure, class_rate, budget, consistency)
    remains, shrink = 2.0**-halvings, trust.shrink + halvings
    share = state.sources.get(fact.source, NO_SHARE)
    share_factor = 2.0 ** (share.shrink - shrink)
    kept, kept_remains = trust.evidence, remains
    if fact.verified:
        held = share.evidence.scaled(share_factor)
    else:
        held_weight = share.evidence.weight * share_factor
        others_weight = trust.evidence.weight * remains - held_weight
        limit = source_limit(others_weight, refresh.sources_30d, policy)
        room = room_needed(held_weight, weight, limit)
        if room > 0.0:
            given_way = share.evidence.scaled(-room * share_factor)
            kept, kept_remains = trust.evidence.plus(remains, given_way), 1.0
        held = share.evidence.plus((1.0 - room) * share_factor, added)
    return (
        trust_with(
            trust,
            kept,
            kept_remains,
            added,
            at_s=at_s,
            shrink=shrink,
            policy=policy,
            prior=refresh.prior,
        ),
        sources_with(state.sources, fact.source, SourceShare(held, shrink, at_s)),
        bands,
        weight,
    )


def _banded(
    bands: Mapping[str, Band],
    fact: OutcomeFact,
    key: str,
    policy: TrustPolicy,
    teaches: tuple[bool, bool],
) -> tuple[Mapping[str, Band], float | None]:
    honest = fact.declared_honestly
    if fact.cost_usd is None and fact.duration_s is None and honest is None:
        return bands, None
    band, consistency = band_fold(
        bands.get(key, NO_BAND), fact.cost_usd, fact.duration_s, policy, teaches, honest
    )
    return {**bands, key: band}, consistency
