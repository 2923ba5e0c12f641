from __future__ import annotations

import math

import pytest

from governance.domain.breaker_state import Learned, Run
from governance.domain.suspicion import (
    SUCCESS_STEP,
    failure_step,
    failure_usual,
    is_alarm,
    is_learning,
    learned_after,
    outcome_step,
    run_after,
    run_capped,
    run_phrase,
    usual_phrase,
)
from tests.governance.domain.outcomes import BREAKER, DAY_S, START_S, TRUST

FRESH = Learned()


def test_a_failure_of_an_agent_that_fails_one_in_twenty_multiplies_the_odds_by_ten_and_a_half() -> (
    None
):
    assert math.exp(failure_step(0.05)) == pytest.approx(10.5)


def test_a_success_halves_the_odds() -> None:
    assert math.exp(SUCCESS_STEP) == pytest.approx(0.5)


def test_a_partial_result_takes_half_of_each_step() -> None:
    assert outcome_step(0.5, 0.05) == pytest.approx((math.log(10.5) - math.log(2)) / 2)


def test_a_new_agent_fails_as_its_class_does() -> None:
    assert failure_usual(FRESH, 0.1, TRUST, BREAKER) == pytest.approx(0.1)


def test_what_is_usual_is_the_class_rate_times_the_agents_ratio() -> None:
    # (2 + 6) / (2 + 3) = 1.6.
    assert failure_usual(Learned(6.0, 3.0, 30.0), 0.1, TRUST, BREAKER) == pytest.approx(0.16)


@pytest.mark.parametrize(
    ("learned", "usual"), [(Learned(0.0, 10.0, 100.0), 0.02), (Learned(60.0, 2.0, 100.0), 0.9)]
)
def test_what_is_usual_stays_within_its_bounds(learned: Learned, usual: float) -> None:
    assert failure_usual(learned, 0.1, TRUST, BREAKER) == usual


def test_three_failures_in_a_row_of_a_good_agent_raise_suspicion_to_seven() -> None:
    run = run_after(run_after(run_after(Run(), 1.0, 0.05), 1.0, 0.05), 1.0, 0.05)

    # 3 ln 10.5
    assert run.to_list() == pytest.approx((7.0541256, 3, 3, 0, 0.15, 0))


def test_at_zero_a_run_starts_anew() -> None:
    run = run_after(Run(0.5, 4, 1, 1, 0.2, 0), 0.0, 0.05)

    assert run == Run(0.0, 0, 0, 0, 0.0, 1)


def test_quiet_outcomes_are_counted_until_suspicion_rises() -> None:
    quiet = run_after(Run(quiet=3), 0.0, 0.05)

    assert quiet.quiet == 4
    assert run_after(quiet, 1.0, 0.05).quiet == 0


def test_a_run_counts_partial_results_apart() -> None:
    run = run_after(Run(2.0, 2, 1, 0, 0.1, 0), 0.5, 0.05)

    assert (run.tasks, run.failures, run.partials) == (3, 1, 1)


@pytest.mark.parametrize(
    ("run", "alarm"),
    [
        (Run(8.0, 5, 3, 0, 0.3, 0), True),
        (Run(7.99, 5, 3, 0, 0.3, 0), False),
        (Run(12.0, 2, 2, 0, 0.1, 0), False),
        (Run(8.0, 5, 2, 1, 0.3, 0), False),
        (Run(8.0, 5, 2, 2, 0.3, 0), True),
    ],
)
def test_an_alarm_takes_suspicion_and_three_failures(run: Run, alarm: bool) -> None:
    assert is_alarm(run, 8.0, BREAKER) is alarm


def test_a_capped_run_is_no_more_suspicious_than_the_threshold() -> None:
    assert run_capped(Run(20.0, 9, 9), 6.9).suspicion == 6.9
    assert run_capped(Run(3.0, 9, 9), 6.9).suspicion == 3.0


@pytest.mark.parametrize(("suspicion", "learning"), [(3.99, True), (4.0, False)])
def test_under_half_the_threshold_an_agent_still_teaches(suspicion: float, learning: bool) -> None:
    assert is_learning(Run(suspicion=suspicion), 8.0) is learning


def test_the_first_outcome_is_learned_as_it_is() -> None:
    assert learned_after(FRESH, 1.0, 0.1, START_S, TRUST) == Learned(1.0, 0.1, 1.0, START_S)


def test_what_was_learned_is_halved_in_a_half_life() -> None:
    learned = Learned(4.0, 2.0, 20.0, START_S)

    after = learned_after(learned, 0.5, 0.1, START_S + 30 * DAY_S, TRUST)

    assert after.to_list() == pytest.approx((2.5, 1.1, 11.0, START_S + 30 * DAY_S))


def test_what_was_learned_weighs_no_more_than_the_cap() -> None:
    after = learned_after(Learned(10.0, 10.0, 100.0, START_S), 0.0, 0.1, START_S, TRUST)

    assert after.weight == pytest.approx(100.0)
    assert after.failures == pytest.approx(1000 / 101)


@pytest.mark.parametrize(
    ("usual", "phrase"),
    [(0.02, "1 in 50"), (0.05, "1 in 20"), (0.3, "1 in 3"), (0.36, "4 in 10"), (0.9, "9 in 10")],
)
def test_a_failure_rate_reads_as_people_say_it(usual: float, phrase: str) -> None:
    assert usual_phrase(usual) == phrase


def test_an_alarm_says_its_numbers() -> None:
    assert run_phrase(Run(8.1, 9, 6), 0.05) == (
        "6 of the last 9 tasks failed; normal for this agent: 1 in 20."
    )


def test_an_alarm_says_how_many_failed_partly() -> None:
    assert run_phrase(Run(8.1, 9, 5, 2), 0.05) == (
        "5 of the last 9 tasks failed, 2 partly; normal for this agent: 1 in 20."
    )
