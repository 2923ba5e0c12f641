from __future__ import annotations

import pytest

from governance.domain.agent_state import AgentState, agent_state_new
from governance.domain.breaker_state import Breaker, Run
from governance.domain.class_rates import Rate, RefreshView
from governance.domain.transitions import TierCause, TierChanged
from governance.domain.types import BlastLevel, BreakerState, Result, TaskType, Tier
from tests.governance.domain.breakers import HALF_OPEN, OPEN
from tests.governance.domain.outcomes import (
    DAY_S,
    HOUR_S,
    MANY_SOURCES,
    START_S,
    fold,
    fold_all,
    outcome,
    outcomes,
)


def _good_for_a_day() -> AgentState:
    """Return an agent with 24 successes, the last one an hour before its first day is over."""
    return fold_all(agent_state_new(), outcomes(24))


def test_an_outcome_is_judged_by_the_rates_of_its_refresh() -> None:
    refresh = RefreshView(
        number=7,
        classes={"pipeline:HIGH": Rate(12.0, 70.0)},
        own={"pipeline:HIGH": Rate(0.0, 0.0)},
        sources_30d=1,
    )
    fact = outcome(task_type=TaskType.PIPELINE, level=BlastLevel.HIGH, self_report=True)

    judged = fold(agent_state_new(), fact, refresh=refresh).judgement

    assert (judged.class_key, judged.refresh) == ("pipeline:HIGH", 7)
    assert (judged.failure, judged.weight) == (0.0, 0.25)
    assert judged.expected == pytest.approx(0.15)
    assert judged.usual == pytest.approx(0.15)


def test_the_expectation_is_that_from_before_the_outcome() -> None:
    judged = fold(agent_state_new(), outcome(Result.FAILURE)).judgement

    assert judged.usual == pytest.approx(0.1)
    assert (judged.suspicion_before, judged.tier_before) == (0.0, Tier.LOW)


def test_the_first_outcome_starts_the_wait_for_a_promotion() -> None:
    assert fold(agent_state_new(), outcome()).state.tier_since_s == START_S


def test_a_good_agent_is_promoted_after_a_day_and_not_before() -> None:
    early = _good_for_a_day()

    folded = fold(early, outcome(at_s=START_S + DAY_S))

    assert early.tier is Tier.LOW
    assert folded.state.tier is Tier.MEDIUM
    assert folded.state.tier_since_s == START_S + DAY_S
    assert (folded.judgement.tier_before, folded.judgement.tier_after) == (Tier.LOW, Tier.MEDIUM)


def test_a_change_of_tier_is_recorded_with_its_reason() -> None:
    (changed,) = fold(_good_for_a_day(), outcome(at_s=START_S + DAY_S)).transitions

    assert isinstance(changed, TierChanged)
    assert (changed.before, changed.after, changed.cause) == (
        Tier.LOW,
        Tier.MEDIUM,
        TierCause.EVIDENCE,
    )
    assert changed.sentence.startswith("Trust is at least 0.5 with a probability of")


def test_a_second_promotion_waits_another_day() -> None:
    medium = fold(_good_for_a_day(), outcome(at_s=START_S + DAY_S)).state

    soon = fold(medium, outcome(at_s=START_S + 2 * DAY_S - 1)).state
    later = fold(medium, outcome(at_s=START_S + 2 * DAY_S)).state

    assert soon.tier is Tier.MEDIUM
    assert later.tier is Tier.HIGH


def test_an_agent_with_one_source_among_many_is_not_promoted() -> None:
    facts = [fact._replace(verified=True) for fact in outcomes(80)]

    assert fold_all(agent_state_new(), facts, refresh=MANY_SOURCES).tier is Tier.LOW


def test_three_sources_among_many_are_enough() -> None:
    facts = [fact._replace(source=f"s{n % 3}") for n, fact in enumerate(outcomes(80))]

    assert fold_all(agent_state_new(), facts, refresh=MANY_SOURCES).tier is Tier.HIGH


@pytest.mark.parametrize("state", [OPEN, HALF_OPEN])
def test_what_is_frozen_or_on_probation_is_not_promoted(state: Breaker) -> None:
    frozen = _good_for_a_day()._replace(breaker=state)
    fact = outcome(at_s=START_S + DAY_S, received_s=START_S)

    assert fold(frozen, fact).state.tier is Tier.LOW


def test_an_alarm_forbids_the_promotion_that_the_same_outcome_would_bring() -> None:
    good = _good_for_a_day()
    suspected = Run(suspicion=6.5, tasks=4, failures=3, expected=0.08)
    suspect = good._replace(breaker=good.breaker._replace(run=suspected))
    fact = outcome(Result.PARTIAL, at_s=START_S + DAY_S)

    trusted, alarmed = fold(good, fact), fold(suspect, fact)

    assert (trusted.alarm, trusted.state.tier) == (None, Tier.MEDIUM)
    assert alarmed.alarm is not None
    assert alarmed.state.tier is Tier.LOW


def test_a_failing_agent_of_tier_high_is_demoted_by_its_evidence() -> None:
    high = fold_all(agent_state_new(), outcomes(60))
    facts = outcomes(30, Result.FAILURE, start_s=START_S + 60 * HOUR_S, every_s=60.0)

    after = fold_all(high, [fact._replace(late=True) for fact in facts])

    assert high.tier is Tier.HIGH
    assert after.tier is Tier.MEDIUM


def test_a_failed_probation_costs_the_tier_and_says_both() -> None:
    state = fold_all(agent_state_new(), outcomes(60))
    # One failed probe of an agent that fails 1 in 50: ln 25.5 = 3.24; a second one decides.
    half_open = state._replace(breaker=HALF_OPEN._replace(learned=state.breaker.learned))
    fact = outcome(Result.FAILURE, at_s=START_S + 60 * HOUR_S)

    folded = fold(fold(half_open, fact).state, fact)

    assert folded.state.breaker.state is BreakerState.OPEN
    assert folded.state.tier is Tier.LOW
    assert isinstance(folded.transitions[-1], TierChanged)
    assert folded.transitions[-1].cause is TierCause.BREAKER


def test_folding_leaves_the_given_state_alone() -> None:
    state = _good_for_a_day()
    sources, bands = dict(state.sources), dict(state.bands)

    fold(state, outcome(source="other", cost_usd=1.0, at_s=START_S + DAY_S))

    assert state.sources == sources
    assert state.bands == bands


def test_cost_and_duration_are_learned_per_class() -> None:
    facts = [
        outcome(cost_usd=1.0),
        outcome(duration_s=5.0, task_type=TaskType.PIPELINE),
    ]

    bands = fold_all(agent_state_new(), facts).bands

    assert bands["stateless:LOW"].cost.seen == 1
    assert bands["pipeline:LOW"].duration.seen == 1
