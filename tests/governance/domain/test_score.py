from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.domain.evidence import NO_EVIDENCE, Evidence
from governance.domain.score import (
    Reading,
    own_probability,
    points,
    readings,
    score_band,
    success_needed,
    success_of_ratio,
    success_probability,
    success_reading,
    success_relative,
)
from tests.governance.domain.evidences import evidences
from tests.governance.domain.outcomes import TRUST


def _evidence(weight: float, failures: float, expected: float) -> Evidence:
    return Evidence(weight, failures, expected, 0.0, 0.0, 0.0, 0.0)


def test_an_agent_without_history_is_taken_for_an_ordinary_one() -> None:
    assert success_relative(NO_EVIDENCE, TRUST) == pytest.approx(0.90)


def test_twice_the_failures_of_the_fleet_double_the_odds_of_failure() -> None:
    # (2 + 8) / (2 + 3) = 2; odds 2/9; 1 / (1 + 2/9) = 9/11.
    assert success_relative(_evidence(30, 8, 3), TRUST) == pytest.approx(9 / 11)


def test_how_sure_we_are_of_a_level_follows_the_gamma_distribution() -> None:
    # Shape 2, rate 4, at odds(.15) / odds(.1) = 27/17: 1 - exp(-x) (1 + x), x = 108/17.
    x = 108 / 17

    probability = success_probability(_evidence(20, 0, 2), 0.85, TRUST)

    assert probability == pytest.approx(1 - math.exp(-x) * (1 + x))


def test_how_sure_we_are_of_the_own_record_follows_the_beta_distribution() -> None:
    # Ten of ten: Beta(11, 1) exceeds 0.6 with 1 - 0.6 ** 11.
    assert own_probability(_evidence(10, 0, 1), 0.6) == pytest.approx(1 - 0.6**11)


def test_a_component_that_was_never_measured_has_no_score() -> None:
    found = readings(_evidence(10, 0, 1), TRUST)

    assert (found.budget, found.consistency) == (None, None)


def test_a_measured_component_is_shrunk_to_its_prior() -> None:
    evidence = Evidence(10, 0, 1, 8.0, 4.0, 3.0, 3.0)
    found = readings(evidence, TRUST)

    # (0.9 x 2 + 4) / (2 + 8) and (0.9 x 2 + 3) / (2 + 3).
    assert found.budget is not None
    assert found.consistency is not None
    assert found.budget.score == pytest.approx(0.58)
    assert found.consistency.score == pytest.approx(0.96)


def test_the_score_is_the_weighted_geometric_mean() -> None:
    evidence = Evidence(100, 10, 10, 8.0, 4.0, 3.0, 3.0)

    score = readings(evidence, TRUST).score.score

    assert score == pytest.approx(0.9**0.60 * 0.58**0.25 * 0.96**0.15)


def test_without_a_component_the_other_weights_share_its_part() -> None:
    evidence = Evidence(100, 10, 10, 8.0, 4.0, 0.0, 0.0)

    score = readings(evidence, TRUST).score.score

    assert score == pytest.approx(0.9 ** (0.60 / 0.85) * 0.58 ** (0.25 / 0.85))


def test_hard_work_excuses_no_more_than_the_own_record_supports() -> None:
    # Half of everything fails, for the whole fleet: relatively 0.90.
    shown = success_reading(_evidence(100, 50, 50), TRUST).score

    assert own_probability(_evidence(100, 50, 50), shown) == pytest.approx(0.20)
    assert shown < 0.55


def test_the_band_of_success_has_the_quantiles_of_its_ratio() -> None:
    policy = replace(TRUST, prior_strength=1.0)

    reading = success_reading(_evidence(99, 0, 8), policy)

    # Shape 1, rate 9: the 90 % quantile of the ratio is ln(10) / 9.
    assert reading.low == pytest.approx(1 / (1 + math.log(10) / 81))


def test_the_band_of_one_part_is_its_own() -> None:
    assert score_band([(Reading(0.9, 0.8, 0.95), 0.6)]) == pytest.approx((0.9, 0.8, 0.95))


def test_two_parts_rarely_err_together() -> None:
    part = Reading(0.9, 0.8, 0.95)

    band = score_band([(part, 1.0), (part, 1.0)])

    # Each distance counts half; the root of two halves squared is 1 / sqrt(2).
    assert band.score == pytest.approx(0.9)
    assert band.low == pytest.approx(0.9 * (0.8 / 0.9) ** math.sqrt(0.5))
    assert band.high == pytest.approx(0.9 * (0.95 / 0.9) ** math.sqrt(0.5))


def test_a_part_of_zero_makes_the_score_zero_and_nothing_else() -> None:
    band = score_band([(Reading(0.0, 0.0, 0.1), 0.6)])

    assert band.score == pytest.approx(0.0)
    assert math.isfinite(band.high)


def test_alone_the_success_needed_is_the_level_itself() -> None:
    assert success_needed(0.85, None, None, TRUST) == pytest.approx(0.85)


def test_a_poor_budget_asks_for_more_success() -> None:
    needed = success_needed(0.85, 0.6, None, TRUST)

    assert needed ** (0.60 / 0.85) * 0.6 ** (0.25 / 0.85) == pytest.approx(0.85)
    assert needed > 0.85


def test_a_poor_consistency_asks_for_more_success() -> None:
    needed = success_needed(0.85, None, 0.6, TRUST)

    assert needed ** (0.60 / 0.75) * 0.6 ** (0.15 / 0.75) == pytest.approx(0.85)


@given(evidences())
def test_the_score_lies_in_its_band(evidence: Evidence) -> None:
    found = readings(evidence, TRUST)

    for reading in (found.score, found.success, found.budget, found.consistency):
        assert reading is None or 0.0 <= reading.low <= reading.high <= 1.0
        assert reading is None or reading.low - 1e-12 <= reading.score <= reading.high + 1e-12


@given(evidences(), st.floats(0, 1))
def test_failing_more_often_never_raises_the_score(evidence: Evidence, share: float) -> None:
    succeeded = evidence.weight - evidence.failures
    worse = evidence._replace(failures=evidence.failures + share * succeeded)

    assert readings(worse, TRUST).score.score <= readings(evidence, TRUST).score.score + 1e-12


@given(evidences(), st.floats(1 / 3, 3))
def test_points_are_the_readings_without_their_bands(evidence: Evidence, prior: float) -> None:
    found, bare = readings(evidence, TRUST, prior), points(evidence, TRUST, prior)

    assert bare.score == pytest.approx(found.score.score)
    assert bare.success == pytest.approx(found.success.score)
    assert bare.budget == (found.budget and found.budget.score)
    assert bare.consistency == (found.consistency and found.consistency.score)


def test_kin_that_fail_twice_as_often_lower_where_an_agent_starts() -> None:
    # Odds of failing 2 x 1/9.
    assert success_relative(NO_EVIDENCE, TRUST, 2.0) == pytest.approx(9 / 11)
    assert success_of_ratio(2.0, TRUST) == pytest.approx(9 / 11)


def test_worse_kin_make_a_level_less_probable() -> None:
    evidence = _evidence(20, 0, 2)

    assert success_probability(evidence, 0.85, TRUST, 2.0) < success_probability(
        evidence, 0.85, TRUST
    )
