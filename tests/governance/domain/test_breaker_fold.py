from __future__ import annotations

import math

import pytest

from governance.domain.agent_state import AgentState, agent_state_new
from governance.domain.breaker_state import Breaker, Learned, Probation, Run
from governance.domain.engine import Folded
from governance.domain.transitions import BreakerMove, BreakerMoved, ProbeJudged
from governance.domain.types import BreakerMode, BreakerState, Hold, Result, Tier
from tests.governance.domain.breakers import CLOSED, FORCED, HALF_OPEN, OPEN, SUPERVISED
from tests.governance.domain.outcomes import BREAKER, START_S, fold, fold_all, outcome, outcomes

# Usually fails 0.1 x (2 + 0) / (2 + 2) = 1 in 20.
ONE_IN_TWENTY = Learned(0.0, 2.0, 20.0, START_S)
LEASED = HALF_OPEN._replace(probation=Probation(0.0, 0, 0, 0, START_S, START_S + 600, "t-1"))


def _state(breaker: Breaker, tier: Tier = Tier.LOW) -> AgentState:
    return agent_state_new()._replace(breaker=breaker._replace(learned=ONE_IN_TWENTY), tier=tier)


def _moves(folded: Folded) -> list[BreakerMove]:
    return [each.move for each in folded.transitions if isinstance(each, BreakerMoved)]


def test_six_failures_in_a_row_raise_the_alarm_on_a_new_agent() -> None:
    failures = outcomes(6, Result.FAILURE, every_s=0.0)
    five = fold_all(agent_state_new(), failures[:5])

    folded = fold(five, failures[5])

    # What is usual is learned until suspicion passes 3.45: 1/10, 1/7, 2/11, then 5/23 three times.
    # Odds x 5.5 x 4 x 3.25 x 2.8 ** 3.
    assert five.breaker.suspicion == pytest.approx(math.log(5.5 * 4 * 3.25 * 2.8**2))
    assert folded.alarm is not None
    assert folded.alarm.suspicion == pytest.approx(math.log(5.5 * 4 * 3.25 * 2.8**3))
    assert folded.alarm.sentence == "6 of the last 6 tasks failed; normal for this agent: 1 in 6."


def test_an_alarm_is_proposed_and_not_yet_acted_on() -> None:
    state = _state(Breaker(run=Run(6.0, 3, 3, 0, 0.15, 0)))

    folded = fold(state, outcome(Result.FAILURE))

    assert folded.alarm is not None
    assert folded.state.breaker.state is BreakerState.CLOSED
    assert folded.transitions == ()
    assert folded.judgement.suspicion_after == pytest.approx(6.0 + math.log(10.5))


@pytest.mark.parametrize(("tier", "alarm"), [(Tier.LOW, True), (Tier.MEDIUM, False)])
def test_the_tier_sets_how_much_suspicion_it_takes(tier: Tier, alarm: bool) -> None:
    # 5 + ln 10.5 = 7.35, between the thresholds 6.9 and 8.
    state = _state(Breaker(run=Run(5.0, 3, 3, 0, 0.15, 0)), tier)

    assert (fold(state, outcome(Result.FAILURE)).alarm is not None) is alarm


def test_under_suspicion_nothing_is_learned() -> None:
    state = _state(Breaker(run=Run(3.5, 2, 2, 0, 0.1, 0)))

    after = fold(state, outcome(Result.FAILURE)).state

    assert after.breaker.learned == ONE_IN_TWENTY


def test_without_suspicion_the_class_rate_is_learned_with_the_outcome() -> None:
    after = fold(_state(Breaker()), outcome(Result.FAILURE)).state

    assert after.breaker.learned.to_list() == pytest.approx((1.0, 2.1, 21.0, START_S))


def test_a_late_failure_counts_for_trust_and_not_for_the_breaker() -> None:
    state = _state(CLOSED)

    after = fold(state, outcome(Result.FAILURE, late=True)).state

    assert after.breaker == state.breaker
    assert after.trust.outcomes == 1


@pytest.mark.parametrize(
    "result",
    [Result.CANCELLED, Result.CHILD_FROZEN, Result.DEPENDENCY_DOWN, Result.DENIED],
)
def test_a_neutral_outcome_never_counts_as_a_failure(result: Result) -> None:
    state = _state(CLOSED)

    folded = fold(state, outcome(result))

    assert folded.state == state
    assert (folded.judgement.failure, folded.judgement.weight) == (None, 0.0)


@pytest.mark.parametrize("breaker", [FORCED, OPEN])
def test_while_an_agent_is_frozen_outcomes_do_not_move_its_breaker(breaker: Breaker) -> None:
    state = _state(breaker)

    assert fold(state, outcome(Result.FAILURE)).state.breaker == state.breaker


def test_six_clean_probes_close_the_breaker() -> None:
    probes = outcomes(6, every_s=60.0)
    five = fold_all(_state(HALF_OPEN), probes[:5])

    folded = fold(five, probes[5])

    assert five.breaker.state is BreakerState.HALF_OPEN
    assert folded.state.breaker.state is BreakerState.CLOSED
    assert _moves(folded) == [BreakerMove.CLOSED]


def test_two_failed_probes_freeze_again_and_for_longer() -> None:
    one = fold(_state(HALF_OPEN), outcome(Result.FAILURE))

    two = fold(one.state, outcome(Result.FAILURE))

    assert _moves(one) == []
    assert _moves(two) == [BreakerMove.PROBATION_FAILED]
    assert two.state.breaker.level == 2


def test_a_probe_without_a_verdict_is_recorded_with_the_evidence_so_far() -> None:
    folded = fold(_state(HALF_OPEN), outcome(Result.PARTIAL, at_s=START_S + 5))

    (judged,) = folded.transitions
    assert isinstance(judged, ProbeJudged)
    assert (judged.passed, judged.sentence) == (False, "0 of 1 probe failed, 1 partly.")
    assert judged.at_s == START_S + 5
    assert judged.ratio == pytest.approx((math.log(10.5) - math.log(2)) / 2)
    assert judged.bound == pytest.approx(math.log(49))


def test_probes_teach_nothing_about_what_is_usual() -> None:
    after = fold(_state(HALF_OPEN), outcome(Result.FAILURE)).state

    assert after.breaker.learned == ONE_IN_TWENTY


@pytest.mark.parametrize(
    "fields", [{"result": Result.CANCELLED}, {"late": True}, {"result": Result.SUCCESS}]
)
def test_a_probe_that_ended_frees_its_place_however_it_ended(fields: dict[str, object]) -> None:
    after = fold(_state(LEASED), outcome(**{"probe": "t-1", **fields})).state  # type: ignore[arg-type]

    assert after.breaker.probation.lease_until_s is None


@pytest.mark.parametrize("probe", ["t-0", None], ids=["a-stale-probe", "no-probe"])
@pytest.mark.parametrize(
    "fields", [{"result": Result.CANCELLED}, {"late": True}, {"result": Result.SUCCESS}]
)
def test_another_task_that_ends_does_not_free_the_probes_place(
    fields: dict[str, object], probe: str | None
) -> None:
    after = fold(_state(LEASED), outcome(**{"probe": probe, **fields})).state  # type: ignore[arg-type]

    kept = after.breaker.probation
    assert (kept.lease_until_s, kept.lease_task) == (START_S + 600, "t-1")


def test_recorded_history_passes_through_probation_by_its_own_time() -> None:
    folded = fold(_state(OPEN), outcome(at_s=START_S + 900))

    assert _moves(folded) == [BreakerMove.PROBATION_STARTED]
    assert folded.state.breaker.probation.clean == 1


def test_a_back_dated_report_does_not_end_a_freeze_early() -> None:
    fact = outcome(at_s=START_S + 900, received_s=START_S + 10)

    assert fold(_state(OPEN), fact).state.breaker.state is BreakerState.OPEN


def test_a_shadow_breaker_goes_through_its_states_too() -> None:
    state = _state(OPEN._replace(mode=BreakerMode.SHADOW))

    folded = fold(state, outcome(at_s=START_S + 900))

    moved = folded.transitions[0]
    assert isinstance(moved, BreakerMoved)
    assert not moved.enforced


def test_a_supervised_agent_is_not_proposed_again_and_its_suspicion_stays_capped() -> None:
    folded = fold(_state(SUPERVISED), outcome(Result.FAILURE))

    assert folded.alarm is None
    assert folded.state.breaker.suspicion == BREAKER.suspicion_low


def test_ten_outcomes_without_suspicion_end_supervision() -> None:
    quiet = SUPERVISED._replace(run=Run(quiet=8))
    facts = outcomes(2)

    nine = fold(_state(quiet), facts[0])
    ten = fold(nine.state, facts[1])

    assert nine.state.breaker.hold is Hold.SUPERVISED
    assert ten.state.breaker.hold is Hold.NONE
    assert _moves(ten) == [BreakerMove.SUPERVISION_ENDED]
