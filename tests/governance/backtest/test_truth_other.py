"""A history played under another policy equals a fresh life under that policy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from governance.domain.backtest.answers import Side
from governance.domain.policy import policy_from_plain, policy_to_plain
from governance.models import Task
from tests.clock import NOON
from tests.factories import policy_without_chance
from tests.governance.backtest.life import NAMES, Life

if TYPE_CHECKING:
    from governance.domain.agent_state import AgentState
    from governance.domain.policy import Policy
    from tests.clock import Clock

pytestmark = pytest.mark.django_db(transaction=True)

# Lengths of freezes are drawn by an agent's id, which a second fleet cannot share.
BASE = policy_without_chance()
BASE = replace(BASE, breaker=replace(BASE.breaker, freeze_jitter=0.0))
# None of these changes a class of work, so what is known of the fleet is the same under each.
CHANGES: list[dict[str, object]] = [
    {"approvals.balanced.high": "two_approvals"},
    {"matrix.stateless_high": "balanced"},
    {"trust.level_high": 0.97},
    {"breaker.suspicion_low": 12.0, "breaker.suspicion_medium": 12, "breaker.suspicion_high": 12},
    {"drift.false_alarms_week": 0.01},
]
# Most of the work is another class of work then, which moves breakers and trust.
BLAST: dict[str, object] = {"blast.medium_from": 8}
STEPS = 95


def changed(changes: dict[str, object]) -> Policy:
    plain = policy_to_plain(BASE)
    for path, value in changes.items():
        *branches, field = path.split(".")
        branch = plain
        for name in branches:
            branch = branch[name]
        assert field in branch
        branch[field] = value
    return policy_from_plain(plain)


def told(life: Life, draft: Policy) -> tuple[dict[str, tuple[Any, ...]], list[tuple[str, float]]]:
    """Return a backtest's answers under the draft by task, and its trips by agent and time."""
    noted = life.backtest(draft)
    assert noted.left_out == []
    names = dict(Task.objects.values_list("pk", "external_id"))
    answers = {
        names[one.task_id]: (
            one.draft.would_be,
            one.draft.approvals,
            one.draft.preset,
            one.draft.tier,
            one.draft.level,
        )
        for one in noted.pairs
    }
    agents = life.names()
    trips = sorted((agents[agent], at_s) for of, agent, at_s in noted.trips if of is Side.DRAFT)
    return answers, trips


def compare(life: Life, changes: dict[str, object]) -> Life:
    """Return a fresh life under the draft, which makes a difference, and is as a backtest says."""
    draft = changed(changes)
    answers, trips = told(life, draft)
    life.clock.now = NOON
    fresh = Life(life.clock, draft, enforcement="shadow", earlier=life, refreshes=life.refreshes)
    fresh.live(life.steps)
    found = fresh.decisions(), fresh.named_trips()

    assert found != (life.decisions(), life.named_trips()), f"{changes} make no difference"
    assert answers == found[0], changes
    assert trips == found[1], changes
    return fresh


def standings(states: dict[str, AgentState]) -> dict[str, tuple[object, ...]]:
    """Return what was learned of each agent and where it stands."""
    return {
        name: (
            state.trust,
            state.bands,
            state.tier,
            state.breaker.run,
            state.breaker.learned,
            state.drift.outcomes,
        )
        for name, state in states.items()
        if name in NAMES
    }


def test_in_shadow_everything_is_as_in_a_fresh_life(clock: Clock) -> None:
    life = Life(clock, BASE, enforcement="shadow")
    life.live(STEPS)

    for changes in CHANGES:
        compare(life, changes)


def test_work_of_another_level_is_as_in_a_fresh_life(clock: Clock) -> None:
    life = Life(clock, BASE, enforcement="shadow", refreshes=False)
    life.live(STEPS)

    fresh = compare(life, BLAST)

    # The class of work goes into all that is learned of an agent: it ends in the same state.
    truth, before = standings(fresh.states()), standings(life.states())
    assert standings(life.states_under(changed(BLAST))) == truth
    assert all(truth[name] != before[name] for name in NAMES)
