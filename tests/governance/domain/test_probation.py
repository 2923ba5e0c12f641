from __future__ import annotations

import pytest

from governance.domain.breaker_state import Probation
from governance.domain.probation import (
    ProbationVerdict,
    probation_after,
    probation_bound,
    probation_phrase,
    probation_verdict,
    probe_free,
    probe_leased,
    probe_returned,
)
from governance.domain.suspicion import outcome_step
from tests.governance.domain.outcomes import BREAKER, START_S

LEASED = probe_leased(Probation(), "t-1", now_s=START_S, time_limit_s=120, policy=BREAKER)


def _after(*failures: float, usual: float = 0.05) -> Probation:
    probation = Probation(since_s=START_S)
    for failure in failures:
        step = outcome_step(failure, usual)
        probation = probation_after(probation, failure=failure, step=step, probe=None)
    return probation


def _verdict(*failures: float, usual: float = 0.05) -> ProbationVerdict:
    return probation_verdict(_after(*failures, usual=usual), BREAKER)


def test_two_per_cent_of_wrong_verdicts_set_the_bounds() -> None:
    # The logarithm of 98 to 2.
    assert probation_bound(BREAKER) == pytest.approx(3.8918203)


def test_six_clean_probes_pass_and_five_do_not() -> None:
    assert _verdict(0, 0, 0, 0, 0, 0) is ProbationVerdict.PASSED
    assert _verdict(0, 0, 0, 0, 0) is ProbationVerdict.UNDECIDED


def test_two_failures_of_an_agent_that_fails_one_in_twenty_fail_and_one_does_not() -> None:
    assert _verdict(1, 1) is ProbationVerdict.FAILED
    assert _verdict(1) is ProbationVerdict.UNDECIDED


def test_what_fails_often_anyway_may_fail_more_often_in_probation() -> None:
    # At one in five a failure adds ln 3 = 1.10: four reach 3.89.
    assert _verdict(1, 1, 1, usual=0.2) is ProbationVerdict.UNDECIDED
    assert _verdict(1, 1, 1, 1, usual=0.2) is ProbationVerdict.FAILED


def test_after_a_failure_ten_clean_probes_pass_and_nine_do_not() -> None:
    # ln 10.5 - 9 ln 2 = -3.887, just short of -3.892.
    assert _verdict(1, *[0] * 9) is ProbationVerdict.UNDECIDED
    assert _verdict(1, *[0] * 10) is ProbationVerdict.PASSED


def test_probes_are_counted_by_how_they_ended() -> None:
    probation = _after(0, 0, 0.5, 1)

    assert (probation.clean, probation.partial, probation.failed) == (2, 1, 1)
    assert probation.since_s == START_S


def test_one_probe_runs_at_a_time() -> None:
    assert probe_free(Probation(), "t-2", START_S)
    assert probe_free(LEASED, "t-1", START_S + 179)
    assert not probe_free(LEASED, "t-2", START_S + 179)


def test_a_lease_ends_a_minute_after_the_tasks_time_limit() -> None:
    assert LEASED.lease_until_s == START_S + 180
    assert probe_free(LEASED, "t-2", START_S + 180)


def test_a_probe_that_ended_gives_its_place_back() -> None:
    after = probation_after(LEASED, failure=0.0, step=-0.69, probe="t-1")

    assert probe_returned(LEASED, "t-1") == Probation()
    assert (after.lease_until_s, after.lease_task) == (None, None)


def test_a_probe_that_ended_too_late_leaves_the_newer_one_its_place() -> None:
    after = probation_after(LEASED, failure=0.0, step=-0.69, probe="t-0")

    assert probe_returned(LEASED, "t-0") == LEASED
    assert (after.lease_until_s, after.lease_task) == (START_S + 180, "t-1")


@pytest.mark.parametrize(
    ("failures", "sentence"),
    [
        ((0, 0, 1), "1 of 3 probes failed."),
        ((0,), "0 of 1 probe failed."),
        ((1, 0.5, 0.5), "1 of 3 probes failed, 2 partly."),
    ],
)
def test_probation_says_its_counts(failures: tuple[float, ...], sentence: str) -> None:
    assert probation_phrase(_after(*failures)) == sentence
