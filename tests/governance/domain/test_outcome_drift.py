from __future__ import annotations

import math

import pytest

from governance.domain.drift_state import (
    NO_OUTCOME_RUN,
    DriftFacts,
    OutcomeRun,
    OutcomeWatch,
)
from governance.domain.outcome_drift import (
    Evidence,
    evidence,
    failure_normal,
    failure_now,
    failure_step,
    is_near,
    outcome_watched,
    threshold_for,
)
from governance.domain.policy.drift import DriftPolicy
from tests.governance.domain.outcomes import START_S

POLICY = DriftPolicy()
LEARNED = OutcomeWatch(seen=40)


def watched(watch: OutcomeWatch, failure: float, *, at_s: float = START_S) -> OutcomeWatch:
    """Return the watch after an outcome of an agent that normally fails 1 in 20."""
    return outcome_watched(watch, failure, 0.05, 0.05, at_s, DriftFacts(6.5, 1.0), POLICY)


def test_a_new_agent_fails_as_its_class_does() -> None:
    assert failure_normal(OutcomeWatch(), 0.1, 2.0, POLICY) == pytest.approx(0.1)


def test_normal_is_the_class_rate_times_the_agents_ratio() -> None:
    # (2 + 6) / (2 + 3) = 1.6
    watch = OutcomeWatch(failures=6.0, expected=3.0)

    assert failure_normal(watch, 0.1, 2.0, POLICY) == pytest.approx(0.16)


@pytest.mark.parametrize(("failures", "expected", "normal"), [(0.0, 90.0, 0.005), (90.0, 2.0, 0.9)])
def test_normal_stays_within_its_bounds(failures: float, expected: float, normal: float) -> None:
    watch = OutcomeWatch(failures=failures, expected=expected)

    assert failure_normal(watch, 0.1, 2.0, POLICY) == normal


def test_what_the_whole_fleet_suffers_raises_what_is_expected() -> None:
    # Odds 1 to 19, four times as high: 4 to 19.
    assert failure_now(0.05, 4.0) == pytest.approx(4 / 23)
    assert failure_now(0.05, 1.0) == 0.05


def test_a_failure_and_a_success_move_the_score_by_their_likelihood_ratios() -> None:
    # ln 2.5 - ln(1 + 1.5 * 0.05), and without ln 2.5; a partial result takes half of it.
    assert failure_step(1.0, 0.05, 2.5) == pytest.approx(math.log(2.5 / 1.075))
    assert failure_step(0.0, 0.05, 2.5) == pytest.approx(-math.log(1.075))
    assert failure_step(0.5, 0.05, 2.5) == pytest.approx(math.log(2.5) / 2 - math.log(1.075))


def test_the_first_forty_outcomes_only_teach() -> None:
    watch = OutcomeWatch()
    for _ in range(40):
        watch = watched(watch, 1.0)

    assert watch._replace(expected=2.0) == OutcomeWatch(0.0, 40, 40.0, 2.0, 40.0, NO_OUTCOME_RUN)
    assert watch.expected == pytest.approx(2.0)


def test_failures_add_up_and_successes_lead_back_to_zero() -> None:
    one = watched(LEARNED, 1.0)
    two = watched(one, 0.5, at_s=START_S + 60.0)

    # 1.6 and 4 times the odds, of 1 in 20: 1 + 0.6 * 0.05 and 1 + 3 * 0.05.
    assert two.score == pytest.approx(1.5 * math.log(1.6) - 2 * math.log(1.03))
    assert two.severe == pytest.approx(1.5 * math.log(4.0) - 2 * math.log(1.15))
    assert two.run == pytest.approx(OutcomeRun(2, 1, 1, 0.1, START_S))
    back = two
    for _ in range(22):
        back = watched(back, 0.0)
    assert (back.score, back.severe, back.run) == (0.0, 0.0, NO_OUTCOME_RUN)


def test_all_agents_are_suspected_equally_seldom() -> None:
    # Twice the failures by chance, twice the evidence asked for.
    assert threshold_for(4.6, 0.05) == pytest.approx(4.6)
    assert threshold_for(4.6, 0.10) == pytest.approx(4.6 + math.log(2.0))
    assert threshold_for(4.6, 0.025) == pytest.approx(4.6 - math.log(2.0))
    assert threshold_for(4.6, 0.005) == threshold_for(4.6, 0.01) == pytest.approx(4.6 - math.log(5))


def test_nothing_suspected_is_shown_beside_the_threshold_of_an_ordinary_agent() -> None:
    assert evidence(LEARNED, 4.6, POLICY) == Evidence(0.0, 4.6)


@pytest.mark.parametrize(
    ("score", "severe", "nearer", "is_enough"),
    [
        (2.3, 2.0, Evidence(2.3, 4.6), False),
        (2.3, 5.0, Evidence(5.0, 7.1), False),
        (4.6, 5.0, Evidence(4.6, 4.6), True),
        (3.0, 7.1, Evidence(7.1, 7.1), True),
    ],
)
def test_the_slight_or_the_severe_change_raises_the_alarm(
    score: float, severe: float, nearer: Evidence, is_enough: bool
) -> None:
    # Ten tasks, of which half a one would normally fail; severe changes need 2.5 more.
    run = OutcomeRun(10, 3, 0, 0.5, START_S)
    found = evidence(LEARNED._replace(score=score, severe=severe, run=run), 4.6, POLICY)

    assert found == pytest.approx(nearer)
    assert found.is_enough is is_enough


@pytest.mark.parametrize(
    ("score", "severe", "near"),
    [(3.0, 5.5, True), (2.9, 5.4, False), (2.9, 5.5, True), (0.0, 0.0, False)],
)
def test_what_is_far_below_any_threshold_is_no_evidence(
    score: float, severe: float, near: bool
) -> None:
    # 4.6 falls by ln 5 = 1.61 to 2.99 for who hardly ever fails; severe changes need 2.5 more.
    assert is_near(LEARNED._replace(score=score, severe=severe), 4.6, POLICY) is near


def test_without_a_score_not_even_a_low_threshold_is_near() -> None:
    assert not is_near(LEARNED, 1.0, POLICY)


def test_an_agent_under_suspicion_does_not_teach_that_failing_is_normal() -> None:
    below = watched(OutcomeWatch(score=3.2, seen=50, failures=2.0, expected=2.0, weight=40.0), 1.0)
    above = watched(OutcomeWatch(score=3.3, seen=50, failures=2.0, expected=2.0, weight=40.0), 1.0)

    assert (below.failures, below.weight) == (3.0, 41.0)
    assert (above.failures, above.weight) == (2.0, 40.0)


def test_the_baseline_remembers_a_thousand_outcomes() -> None:
    full = OutcomeWatch(seen=2000, failures=50.0, expected=50.0, weight=1000.0)

    after = watched(full, 1.0)

    assert after.weight == 1000.0
    assert after.failures == pytest.approx(51.0 * 1000 / 1001)


def test_an_outage_of_everybody_is_not_held_against_one_agent() -> None:
    def scores(factor: float) -> float:
        facts = DriftFacts(6.5, factor)
        return outcome_watched(LEARNED, 1.0, 0.05, 0.05, START_S, facts, POLICY).score

    assert scores(1.0) == pytest.approx(math.log(1.6 / 1.03))
    assert scores(4.0) == pytest.approx(math.log(1.6 / (1 + 0.6 * 4 / 23)))
