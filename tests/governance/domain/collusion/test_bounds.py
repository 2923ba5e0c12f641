from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from governance.domain.collusion.bounds import ResidualLaw, plain_chance, sum_chance
from governance.domain.collusion.interactions import Floats

RANDOM = np.random.default_rng(11)
# Bell-shaped; skewed to the right; pass or fail; nearly never, but then far.
SHAPES = {
    "bell": RANDOM.normal(0.0, 0.1, 3_000),
    "skewed": RANDOM.exponential(0.1, 3_000) - 0.1,
    "pass or fail": np.where(RANDOM.random(3_000) < 0.2, 0.8, -0.2),
    "rare": np.where(RANDOM.random(3_000) < 0.01, 0.99, -0.01),
}
SHAPE = pytest.mark.parametrize("residual", SHAPES.values(), ids=SHAPES.keys())


def _law(residual: Floats) -> ResidualLaw:
    return ResidualLaw(np.zeros(len(residual)), residual, 1)


def _sums(residual: Floats, count: int, kinds: int = 20_000) -> Floats:
    centred = residual - max(0.0, float(residual.mean()))
    sums: Floats = np.random.default_rng(3).choice(centred, (kinds, count)).sum(axis=1)
    return sums


@SHAPE
@pytest.mark.parametrize("count", [1, 3, 10, 40])
def test_sums_are_never_more_frequent_than_the_bound(residual: Floats, count: int) -> None:
    sums = _sums(residual, count)
    totals = np.quantile(sums, [0.6, 0.8, 0.9, 0.99, 0.999])

    frequency = np.mean(sums[:, None] >= totals, axis=0)
    counts = csr_matrix(np.full((5, 1), float(count)))
    bound = sum_chance(counts, _law(residual), totals, np.zeros(5))

    # Three standard errors of a frequency among 20,000.
    assert (frequency - 3.0 * np.sqrt(frequency / 20_000) <= bound).all()


@SHAPE
def test_the_bound_of_one_level_is_a_bound_too(residual: Floats) -> None:
    sums = _sums(residual, 8)
    total = float(np.quantile(sums, 0.99))

    assert plain_chance(residual, 8, total, 0.0) >= 0.009


def test_the_bound_falls_below_any_use_where_a_sum_is_out_of_reach() -> None:
    counts = csr_matrix(np.array([[20.0]]))

    chance = sum_chance(counts, _law(SHAPES["bell"]), np.array([6.0]), np.zeros(1))

    # 20 residuals of spread .1 have a spread of .447; 6 is 13 of them.
    assert chance[0] < 1e-12


def test_a_sum_that_is_not_above_zero_speaks_against_nobody() -> None:
    counts = csr_matrix(np.full((2, 1), 9.0))

    assert sum_chance(
        counts, _law(SHAPES["bell"]), np.array([0.0, -3.0]), np.zeros(2)
    ).tolist() == [
        1.0,
        1.0,
    ]


def test_of_the_common_error_alone_the_bound_is_that_of_a_bell() -> None:
    # min over t of exp(t^2 V / 2 - t S) is exp(-S^2 / 2V) at t = S / V, here .5 and 150.
    counts = csr_matrix((2, 1))

    chance = sum_chance(counts, _law(np.zeros(9)), np.array([0.5, 1.5]), np.array([1.0, 0.01]))

    assert chance == pytest.approx([math.exp(-0.125), math.exp(-112.5)])


def test_levels_are_cut_into_bins_of_equally_many() -> None:
    level = np.linspace(0.0, 1.0, 101)

    law = ResidualLaw(level, level * 0.0, 4)

    assert law.bins == 4
    assert np.bincount(law.bin_of(level)).tolist() == [26, 25, 25, 25]


def test_twenty_levels_are_too_few_to_be_told_apart() -> None:
    assert ResidualLaw(np.linspace(0.0, 1.0, 20), np.zeros(20), 4).bins == 1


def test_each_level_has_the_law_of_its_own_residuals() -> None:
    level = np.repeat([0.0, 1.0], 500)
    residual = np.append(RANDOM.normal(0.0, 0.02, 500), RANDOM.normal(0.0, 0.2, 500))
    law = ResidualLaw(level, residual, 2)

    place = law.bin_of(np.array([0.0, 1.0]))
    calm, wild = sum_chance(
        csr_matrix((np.full(2, 10.0), ([0, 1], place)), shape=(2, law.bins)),
        law,
        np.full(2, 1.5),
        np.zeros(2),
    )

    assert calm < wild / 100.0


def test_without_residuals_a_tenth_up_or_down_is_assumed() -> None:
    assumed = ResidualLaw(np.zeros(3), np.array([0.0, 0.1, -0.1]), 3)

    law = ResidualLaw(np.zeros(0), np.zeros(0), 3)

    assert law.bins == 1
    assert law.log_moments == pytest.approx(assumed.log_moments)


def test_kindness_that_is_usual_excuses_nobody() -> None:
    # 20 jobs a tenth above are what everybody gives here, yet 4.5 spreads above none.
    assert plain_chance(SHAPES["bell"] + 0.1, 20, 2.0, 0.0) < 0.001


def test_what_was_seen_far_below_is_thought_possible_above() -> None:
    # One of 200 lay .5 below; one in 200 or so may lie as far above.
    residual = np.append(np.zeros(199), -0.5)

    assert plain_chance(residual, 1, 0.5, 0.0) == pytest.approx(1 / 201, rel=0.01)


def test_a_residual_within_reach_is_possible_though_it_was_never_seen() -> None:
    # One in 200 + 20 + 1 is thought to lie as far out as can be; that mean is taken off again,
    # at the steepest t of 150.
    law = ResidualLaw(np.zeros(200), np.zeros(200), 1, reach=1.0)

    chance = sum_chance(csr_matrix([[1.0]]), law, np.array([1.0]), np.zeros(1))

    assert chance[0] == pytest.approx(math.exp(-150 / 221) / 221, rel=0.001)


def test_of_very_many_residuals_a_sample_is_enough() -> None:
    many = np.random.default_rng(2).normal(0.0, 0.1, 30_000)

    every = plain_chance(many[:3_000], 20, 1.0, 0.0)

    assert plain_chance(many, 20, 1.0, 0.0) == pytest.approx(every, rel=0.5)


def test_the_order_of_very_many_residuals_does_not_matter() -> None:
    many = np.random.default_rng(2).exponential(0.1, 30_000)

    one, other = _law(many), _law(np.random.default_rng(3).permutation(many))

    assert other.log_moments == pytest.approx(one.log_moments)
