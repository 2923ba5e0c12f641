"""What one outcome does to trust: weight, sources and consistency combined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from governance.domain.agent_state import AgentState
from governance.domain.consistency import NO_BAND, Band, band_fold
from governance.domain.outcome_fact import OutcomeFact
from governance.domain.policy.trust import TrustPolicy
from governance.domain.sources import (
    Shares,
    SourceShare,
    room_needed,
    share_at,
    source_limit,
    sources_with,
)
from governance.domain.trust import (
    TrustState,
    budget_kept,
    event_s,
    outcome_evidence,
    outcome_weight,
    trust_at,
    trust_with,
)


class Trusted(NamedTuple):
    """The parts of an agent's state that trust rests on, after one outcome of ``weight``."""

    trust: TrustState
    sources: Shares
    bands: Mapping[str, Band]
    weight: float


class Expectation(NamedTuple):
    """What one outcome is judged by: its class, the fleet's failure rate on it, its sources."""

    class_key: str
    class_rate: float
    fleet_sources: int


def trust_fold(
    state: AgentState,
    fact: OutcomeFact,
    failure: float,
    expectation: Expectation,
    policy: TrustPolicy,
) -> Trusted:
    """Return trust, sources and bands after one outcome that is not neutral."""
    at_s = event_s(state.trust, fact.at_s)
    weight = outcome_weight(self_report=fact.self_report, verified=fact.verified, policy=policy)
    bands, consistency = _banded(state.bands, fact, expectation.class_key, policy)
    added = outcome_evidence(
        weight=weight,
        failure=failure,
        expected=expectation.class_rate,
        budget=budget_kept(fact.cost_usd, fact.budget_usd),
        consistency=consistency,
    )
    trust = trust_at(state.trust, at_s, policy)
    held = share_at(state.sources.get(fact.source), trust.shrink)
    displaced = None
    if not fact.verified:
        others = max(0.0, trust.evidence.weight - held.weight)
        limit = source_limit(others, expectation.fleet_sources, policy)
        room = room_needed(held, weight, limit)
        displaced = held.scaled(room) if room > 0.0 else None
        held = held.scaled(1.0 - room).plus(added)
    share = SourceShare(held, trust.shrink, at_s)
    return Trusted(
        trust_with(trust, added, displaced, policy),
        sources_with(state.sources, fact.source, share),
        bands,
        weight,
    )


def _banded(
    bands: Mapping[str, Band], fact: OutcomeFact, key: str, policy: TrustPolicy
) -> tuple[Mapping[str, Band], float | None]:
    if fact.cost_usd is None and fact.duration_s is None:
        return bands, None
    band, consistency = band_fold(bands.get(key, NO_BAND), fact.cost_usd, fact.duration_s, policy)
    return {**bands, key: band}, consistency
