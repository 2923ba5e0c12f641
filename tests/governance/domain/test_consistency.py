from __future__ import annotations

import math

import pytest

from governance.domain.consistency import NO_BAND, Band, Usual, band_fold
from tests.governance.domain.outcomes import TRUST

# Ten outcomes at a cost of 1: mean ln 1 = 0, variance 0.25 / 10, so two sigmas are 0.316.
TEN_AT_ONE = Band(Usual(10, 0.0, 0.025), Usual())


def _band_after(count: int, cost: float) -> Band:
    band = NO_BAND
    for _ in range(count):
        band, _ = band_fold(band, cost, None, TRUST)
    return band


def test_the_first_value_is_the_mean_around_an_assumed_spread() -> None:
    assert _band_after(1, math.e).cost.to_list() == pytest.approx((1, 1.0, 0.25))


def test_the_assumed_spread_fades_as_the_same_value_repeats() -> None:
    assert _band_after(10, 1.0).cost.to_list() == pytest.approx(TEN_AT_ONE.cost.to_list())


def test_nothing_is_judged_while_a_class_is_learned() -> None:
    _, consistent = band_fold(_band_after(9, 1.0), 50.0, None, TRUST)

    assert consistent is None


@pytest.mark.parametrize(
    ("cost", "consistent"), [(1.37, 1.0), (1.38, 0.0), (0.73, 1.0), (0.72, 0.0)]
)
def test_a_cost_beyond_two_sigmas_is_inconsistent(cost: float, consistent: float) -> None:
    # exp(0.316) = 1.372, exp(-0.316) = 0.729.
    assert band_fold(TEN_AT_ONE, cost, None, TRUST)[1] == consistent


@pytest.mark.parametrize(("cost", "consistent"), [(1.10, 1.0), (1.11, 0.0)])
def test_a_constant_cost_still_allows_a_tenth(cost: float, consistent: float) -> None:
    # Least sigma 0.05: exp(0.1) = 1.105.
    constant = Band(Usual(500, 0.0, 0.0), Usual())

    assert band_fold(constant, cost, None, TRUST)[1] == consistent


def test_both_cost_and_duration_must_be_usual() -> None:
    band = Band(TEN_AT_ONE.cost, TEN_AT_ONE.cost)

    assert band_fold(band, 1.0, 1.0, TRUST)[1] == 1.0
    assert band_fold(band, 1.0, 9.0, TRUST)[1] == 0.0
    assert band_fold(band, 9.0, 1.0, TRUST)[1] == 0.0


def test_what_is_not_yet_judged_does_not_count_against_the_agent() -> None:
    assert band_fold(TEN_AT_ONE, 1.0, 9.0, TRUST)[1] == 1.0


def test_without_cost_and_duration_nothing_is_learned() -> None:
    assert band_fold(TEN_AT_ONE, None, None, TRUST) == (TEN_AT_ONE, None)


def test_a_duration_is_learned_apart_from_the_cost() -> None:
    band, _ = band_fold(TEN_AT_ONE, None, math.e, TRUST)

    assert band == Band(TEN_AT_ONE.cost, Usual(1, 1.0, 0.25))


@pytest.mark.parametrize(("cost", "sign"), [(1e9, 1), (1e-9, -1)])
def test_a_wild_value_moves_the_mean_by_two_and_a_half_sigmas_at_most(
    cost: float, sign: int
) -> None:
    band, _ = band_fold(TEN_AT_ONE, cost, None, TRUST)

    assert band.cost.mean == pytest.approx(sign * 2.5 * math.sqrt(0.025) / 11)


def test_mean_and_spread_follow_welford() -> None:
    band, _ = band_fold(Band(Usual(3, 0.0, 0.04), Usual()), math.exp(0.2), None, TRUST)

    # Mean of 0, 0, 0, 0.2; spread 3/4 of the old plus 3/16 of the squared step.
    assert band.cost.to_list() == pytest.approx((4, 0.05, 0.75 * 0.04 + 3 / 16 * 0.04))


def test_a_long_memory_is_bounded() -> None:
    band, _ = band_fold(Band(Usual(5_000, 0.0, 0.04), Usual()), math.exp(0.2), None, TRUST)

    assert band.cost.mean == pytest.approx(0.2 / 1000)


def test_a_cost_or_a_duration_of_zero_counts_as_the_smallest_amount() -> None:
    band, _ = band_fold(NO_BAND, 0.0, 0.0, TRUST)

    assert band.cost.mean == pytest.approx(math.log(1e-6))
    assert band.duration.mean == pytest.approx(math.log(0.1))
