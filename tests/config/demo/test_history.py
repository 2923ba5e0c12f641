from __future__ import annotations

from datetime import UTC, datetime

import pytest

from config.demo.history import PASTS, Past, history_items
from config.simulation.past import STAFF
from governance.domain.engine import (
    AgentState,
    EnginePolicy,
    RefreshView,
    agent_state_new,
    outcome_fold,
)
from governance.domain.outcome_fact import OutcomeFact
from governance.domain.policy import policy_default
from governance.domain.types import Hold, Tier

NOW = datetime(2026, 5, 20, 9, 30, tzinfo=UTC)
SUPPORT, PAYOUTS, CLEANER = PASTS


def folded(past: Past) -> AgentState:
    """Return the agent's state after its past, loaded into a fleet that has no refresh yet."""
    policy = policy_default()
    engine = EnginePolicy(trust=policy.trust, breaker=policy.breaker)
    state = agent_state_new()
    for item in history_items(past, until=NOW):
        at_s = item.finished_at.timestamp()
        fact = OutcomeFact(
            at_s=at_s,
            received_s=at_s,
            result=item.result,
            task_type=item.task_type,
            level=item.level,
            source=item.requested_by,
            self_report=False,
            verified=False,
            cost_usd=None if item.cost_usd is None else float(item.cost_usd),
            budget_usd=None if item.budget_usd is None else float(item.budget_usd),
            duration_s=item.duration_s,
            value_usd=None,
            late=False,
            probe=None,
        )
        result = outcome_fold(state, fact, RefreshView(number=0), engine, jitter=0.0)
        assert result.alarm is None
        state = result.state
    return state


@pytest.mark.parametrize(
    ("past", "tier"), [(SUPPORT, Tier.HIGH), (PAYOUTS, Tier.HIGH), (CLEANER, Tier.MEDIUM)]
)
def test_an_agent_has_earned_its_tier(past: Past, tier: Tier) -> None:
    state = folded(past)

    assert state.tier is tier


def test_nobody_of_the_past_is_held() -> None:
    assert {folded(past).breaker.hold for past in PASTS} == {Hold.NONE}


def test_the_past_is_the_same_each_time() -> None:
    assert history_items(SUPPORT, until=NOW) == history_items(SUPPORT, until=NOW)


def test_the_past_ends_before_now_and_spans_thirty_days() -> None:
    items = history_items(SUPPORT, until=NOW)

    assert len(items) == 300
    assert items[0].finished_at == datetime(2026, 4, 20, 9, 30, tzinfo=UTC)
    assert items[-1].finished_at < NOW


def test_no_single_person_vouches_for_an_agent() -> None:
    asked_by = {item.requested_by for item in history_items(CLEANER, until=NOW)}

    assert asked_by == set(STAFF)
