from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from governance.domain.agent_state import AgentState, agent_state_new
from governance.domain.class_rates import RefreshView
from governance.domain.drift_fold import drift_teaches
from governance.domain.drift_state import (
    NO_AMOUNT_RUN,
    NO_AMOUNT_WATCH,
    NO_DRIFT,
    NO_OUTCOME_RUN,
    NO_OUTCOME_WATCH,
    AmountRun,
    AmountWatch,
    Drift,
    DriftFacts,
    DriftKind,
    DriftSignal,
    OpenAlarm,
    OutcomeWatch,
)
from governance.domain.engine import Folded
from governance.domain.policy.drift import DriftPolicy
from governance.domain.settling import drift_acknowledge
from governance.domain.transitions import DriftAlarmed, TierCause, TierChanged
from governance.domain.types import BreakerState, Result, Tier
from tests.governance.domain.outcomes import (
    DAY_S,
    MANY_SOURCES,
    POLICY,
    START_S,
    fold,
    fold_all,
    outcome,
    outcomes,
)

FAILURE, SUCCESS = Result.FAILURE, Result.SUCCESS
KEY = "stateless:LOW"


def trusted() -> AgentState:
    """Return an agent in tier high with a steady past of 200 tasks, one in twenty of them failed."""
    facts = [
        outcome(
            FAILURE if n % 20 == 10 else SUCCESS,
            at_s=START_S + n * 3_600.0,
            source=f"source{n % 4}",
            # Costs and durations that differ by a tenth or so.
            cost_usd=0.01 * (0.9 + 0.05 * (n % 5)),
            duration_s=2.0 * (0.9 + 0.05 * (n % 5)),
        )
        for n in range(200)
    ]
    state = fold_all(agent_state_new(), facts, refresh=MANY_SOURCES)
    return state.in_tier(Tier.HIGH, START_S)


# One in four fails: too rarely for the breaker, which looks for half.
ONE_IN_FOUR = (FAILURE, SUCCESS, SUCCESS, SUCCESS)


def until_alarm(
    state: AgentState,
    *,
    results: tuple[Result, ...] = ONE_IN_FOUR,
    refresh: RefreshView = MANY_SOURCES,
    most: int = 200,
    **fields: object,
) -> tuple[Folded, int]:
    """Fold such results again and again until one raises an alarm of drift; return how many."""
    for n in range(most):
        fact = outcome(results[n % len(results)], at_s=START_S + 10 * DAY_S + n * 600.0, **fields)
        folded = fold(state, fact, refresh=refresh)
        state = folded.state
        if any(isinstance(each, DriftAlarmed) for each in folded.transitions):
            return folded, n + 1
    raise AssertionError(f"no alarm in {most} outcomes")


def alarm_of(folded: Folded) -> DriftAlarmed:
    (alarm,) = [each for each in folded.transitions if isinstance(each, DriftAlarmed)]
    return alarm


def test_an_agent_that_fails_one_task_in_four_is_found_and_demoted_at_once() -> None:
    folded, tasks = until_alarm(trusted())

    alarm = alarm_of(folded)
    assert (alarm.signal, alarm.held) == (DriftSignal.FAILING, False)
    assert alarm.tasks >= tasks >= 30
    assert alarm.normal == pytest.approx(0.05, abs=0.02)
    assert alarm.now == pytest.approx(1 / 4, abs=0.05)
    # One in four is severe: 2.5 more than the default, as an agent that fails 1 in 20 is judged.
    assert alarm.score >= alarm.threshold == pytest.approx(7.2 + math.log(alarm.normal / 0.05))
    (tier,) = [each for each in folded.transitions if isinstance(each, TierChanged)]
    assert (tier.before, tier.after, tier.cause) == (Tier.HIGH, Tier.MEDIUM, TierCause.DRIFT)
    assert tier.sentence == alarm.sentence
    assert folded.state.drift.open == (OpenAlarm(DriftSignal.FAILING, alarm.at_s),)


def test_an_open_alarm_is_not_raised_twice_and_teaches_nothing() -> None:
    folded, _ = until_alarm(trusted())
    learned = folded.state.drift.outcomes

    after = fold(folded.state, outcome(FAILURE, at_s=START_S + 20 * DAY_S), refresh=MANY_SOURCES)

    watch = after.state.drift.outcomes
    assert (watch.failures, watch.weight, watch.score) == (learned.failures, learned.weight, 0.0)
    assert (watch.run.tasks, watch.run.failures) == (1, 1)
    assert after.state.drift.open == folded.state.drift.open


def test_no_tier_rises_while_an_alarm_is_open() -> None:
    folded, _ = until_alarm(trusted())
    state = folded.state.in_tier(Tier.LOW, START_S)
    clean = [
        fact._replace(source=f"source{n % 4}")
        for n, fact in enumerate(outcomes(60, start_s=START_S + 30 * DAY_S))
    ]

    kept = fold_all(state, clean, refresh=MANY_SOURCES)
    freed = fold_all(drift_acknowledge(state, rebaseline=False), clean, refresh=MANY_SOURCES)

    assert kept.tier is Tier.LOW
    assert freed.tier is not Tier.LOW


def test_an_agent_of_tier_low_stays_there_and_waits_anew() -> None:
    state = trusted().in_tier(Tier.LOW, START_S + 10 * DAY_S)

    folded, _ = until_alarm(state)

    assert folded.state.tier is Tier.LOW
    assert folded.state.tier_since_s == alarm_of(folded).at_s
    assert not any(isinstance(each, TierChanged) for each in folded.transitions)


def test_a_policy_may_let_an_alarm_cost_no_tier() -> None:
    policy = replace(POLICY, drift=DriftPolicy(tiers_lost=0))
    sound = trusted()
    watch = OutcomeWatch(score=6.0, seen=50)
    state = sound._replace(drift=sound.drift._replace(outcomes=watch))

    fact = outcome(FAILURE, at_s=START_S + 10 * DAY_S)
    folded = fold(state, fact, refresh=MANY_SOURCES, policy=policy)

    assert alarm_of(folded).signal is DriftSignal.FAILING
    assert not any(each for each in folded.transitions if isinstance(each, TierChanged))


def test_partial_results_count_half() -> None:
    _, failing = until_alarm(trusted())
    folded, partly = until_alarm(trusted(), results=(Result.PARTIAL, SUCCESS))

    assert abs(partly - failing) <= 4
    assert alarm_of(folded).now == pytest.approx(1 / 4, abs=0.03)


@pytest.mark.parametrize(
    ("fields", "signal"),
    [
        ({"cost_usd": 0.03}, DriftSignal.DEARER),
        ({"cost_usd": 0.003}, DriftSignal.CHEAPER),
        ({"duration_s": 6.0}, DriftSignal.SLOWER),
        ({"duration_s": 0.6}, DriftSignal.FASTER),
    ],
)
def test_a_lasting_change_of_cost_or_duration_is_found_within_seven_tasks(
    fields: dict[str, Any], signal: DriftSignal
) -> None:
    # At most 2.5 - 0.25 a task, and 15 needed.
    folded, tasks = until_alarm(trusted(), results=(SUCCESS,), **fields)

    assert (alarm_of(folded).signal, tasks) == (signal, 7)
    assert folded.state.drift.is_open(signal.kind)
    assert folded.state.tier is Tier.MEDIUM


def test_an_open_alarm_of_cost_leaves_what_is_usual_as_it_was() -> None:
    folded, _ = until_alarm(trusted(), results=(SUCCESS,), cost_usd=0.03)
    usual = folded.state.bands[KEY]
    dear = [outcome(at_s=START_S + 11 * DAY_S + n, cost_usd=0.03, duration_s=2.0) for n in range(9)]

    after = fold_all(folded.state, dear, refresh=MANY_SOURCES)

    assert after.bands[KEY].cost == usual.cost
    assert after.bands[KEY].duration.seen == usual.duration.seen + 9
    assert after.drift.cost == NO_AMOUNT_WATCH


def test_what_is_under_suspicion_teaches_only_what_is_not() -> None:
    suspect = AmountWatch(AmountRun(score=7.5), NO_AMOUNT_RUN)
    calm = AmountWatch(AmountRun(score=7.4), AmountRun(score=7.4))
    policy = DriftPolicy()

    assert drift_teaches(NO_DRIFT, policy) == (True, True)
    assert drift_teaches(Drift(cost=calm, duration=calm), policy) == (True, True)
    assert drift_teaches(Drift(cost=suspect), policy) == (False, True)
    assert drift_teaches(Drift(duration=suspect), policy) == (True, False)
    slower = (OpenAlarm(DriftSignal.SLOWER, 1.0),)
    assert drift_teaches(Drift(cost=suspect, open=slower), policy) == (False, False)
    assert drift_teaches(Drift(open=(OpenAlarm(DriftSignal.FAILING, 1.0),)), policy) == (True, True)


def test_during_an_incident_of_the_fleet_an_alarm_is_held_and_costs_nothing() -> None:
    refresh = RefreshView(
        number=1, sources_30d=5, drift=DriftFacts(6.5, 1.0, (DriftKind.OUTCOMES.value,))
    )

    folded, _ = until_alarm(trusted(), refresh=refresh)

    assert alarm_of(folded).held
    assert folded.state.drift.open == ()
    assert folded.state.tier is Tier.HIGH
    assert folded.state.drift.outcomes.score == 0.0


def test_an_outage_that_everybody_suffers_takes_longer_to_be_one_agents_fault() -> None:
    outage = RefreshView(number=1, sources_30d=5, drift=DriftFacts(6.5, 1.5))

    _, alone = until_alarm(trusted())
    folded, together = until_alarm(trusted(), refresh=outage)

    assert together > alone
    assert "1.5 times as often" in alarm_of(folded).sentence


def test_late_and_neutral_outcomes_do_not_move_drift() -> None:
    state = trusted()

    late = fold(state, outcome(FAILURE, at_s=START_S + 9 * DAY_S, late=True), refresh=MANY_SOURCES)
    neutral = fold(state, outcome(Result.CANCELLED), refresh=MANY_SOURCES)

    assert late.state.drift == neutral.state.drift == state.drift


def test_what_freezes_the_agent_is_not_found_a_second_time() -> None:
    state = trusted()
    for n in range(20):
        folded = fold(state, outcome(FAILURE, at_s=START_S + 10 * DAY_S + n), refresh=MANY_SOURCES)
        state = folded.state
        if folded.alarm is not None:
            break

    assert folded.alarm is not None
    assert state.drift.outcomes.score == 0.0
    assert state.drift.outcomes.run == NO_OUTCOME_RUN


def test_a_frozen_agent_is_not_watched_for_drift() -> None:
    state = trusted()
    frozen = state.with_breaker(
        state.breaker._replace(state=BreakerState.OPEN, frozen_until_s=START_S + 99 * DAY_S)
    )

    after = fold(frozen, outcome(FAILURE, at_s=START_S + 10 * DAY_S), refresh=MANY_SOURCES)

    assert after.state.drift is frozen.drift


def test_acknowledged_without_a_new_baseline_the_agent_is_held_to_what_was_normal() -> None:
    folded, _ = until_alarm(trusted())
    learned = folded.state.drift.outcomes

    after = drift_acknowledge(folded.state, rebaseline=False)
    again, _ = until_alarm(after)

    assert after.drift.open == ()
    assert after.drift.outcomes.failures == learned.failures
    assert alarm_of(again).signal is DriftSignal.FAILING


def test_acknowledged_with_a_new_baseline_the_present_is_normal() -> None:
    folded, _ = until_alarm(trusted(), results=(SUCCESS,), cost_usd=0.03)

    after = drift_acknowledge(folded.state, rebaseline=True)

    assert after.bands[KEY].cost.seen == 0
    assert after.bands[KEY].duration.seen == folded.state.bands[KEY].duration.seen
    with pytest.raises(AssertionError, match="no alarm"):
        until_alarm(after, results=(SUCCESS,), cost_usd=0.03)


def test_a_new_baseline_of_outcomes_begins_with_the_next() -> None:
    folded, _ = until_alarm(trusted())

    after = drift_acknowledge(folded.state, rebaseline=True)

    assert after.drift.outcomes == NO_OUTCOME_WATCH
    assert after.bands[KEY] == folded.state.bands[KEY]
