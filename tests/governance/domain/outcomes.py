"""Outcomes, refreshes and policies for the tests of trust and breaker."""

from __future__ import annotations

from collections.abc import Iterable

from governance.domain.agent_state import AgentState
from governance.domain.breaker_fold import EnginePolicy
from governance.domain.class_rates import RefreshView
from governance.domain.engine import Folded, outcome_fold
from governance.domain.outcome_fact import OutcomeFact
from governance.domain.policy.breaker import BreakerPolicy
from governance.domain.policy.trust import TrustPolicy
from governance.domain.types import BlastLevel, Result, TaskType

START_S = 1_772_452_800.0  # 2 March 2026, 12:00 UTC
HOUR_S = 3_600.0
DAY_S = 86_400.0
TRUST = TrustPolicy()
# Each tier with a threshold of its own, so that a test shows which of them counted.
BREAKER = BreakerPolicy(suspicion_low=6.9, suspicion_medium=8.0, suspicion_high=9.2)
POLICY = EnginePolicy(trust=TRUST, breaker=BREAKER)
ONE_SOURCE = RefreshView(number=1, sources_30d=1)
MANY_SOURCES = RefreshView(number=1, sources_30d=5)

BASE = OutcomeFact(
    at_s=START_S,
    received_s=START_S,
    result=Result.SUCCESS,
    task_type=TaskType.STATELESS,
    level=BlastLevel.LOW,
    source="nightly",
    self_report=False,
    verified=False,
    cost_usd=None,
    budget_usd=None,
    duration_s=None,
    value_usd=None,
    late=False,
    probe=None,
)


def outcome(
    result: Result = Result.SUCCESS, *, at_s: float = START_S, **fields: object
) -> OutcomeFact:
    """Return an outcome received when it finished; ``fields`` are those that matter."""
    return BASE._replace(result=result, at_s=at_s, **{"received_s": at_s, **fields})


def fold(
    state: AgentState,
    fact: OutcomeFact,
    *,
    refresh: RefreshView = ONE_SOURCE,
    policy: EnginePolicy = POLICY,
) -> Folded:
    """Fold one outcome without jitter."""
    return outcome_fold(state, fact, refresh, policy, jitter=0.0)


def fold_all(
    state: AgentState,
    facts: Iterable[OutcomeFact],
    *,
    refresh: RefreshView = ONE_SOURCE,
    policy: EnginePolicy = POLICY,
) -> AgentState:
    """Fold outcomes in order; alarms are left unsettled."""
    for fact in facts:
        state = fold(state, fact, refresh=refresh, policy=policy).state
    return state


def outcomes(
    count: int,
    result: Result = Result.SUCCESS,
    *,
    start_s: float = START_S,
    every_s: float = HOUR_S,
) -> list[OutcomeFact]:
    """Return ``count`` outcomes alike, one each ``every_s``."""
    return [outcome(result, at_s=start_s + n * every_s) for n in range(count)]
