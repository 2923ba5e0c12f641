"""Figures with their intervals, each against a published or hand-worked value."""

from __future__ import annotations

import pytest

from governance.domain.measures import (
    order_between,
    poisson_limits,
    rate_measured,
    ratio_measured,
    share_measured,
)
from governance.domain.share_difference import Share


def test_a_share_has_its_wilson_interval() -> None:
    found = share_measured(1, 10)

    # Brown, Cai and DasGupta 2001: (p + z²/2n ± z√(p(1-p)/n + z²/4n²)) / (1 + z²/n), by hand.
    assert found.value == pytest.approx(0.1)
    assert found.low == pytest.approx(0.0179, abs=1e-4)
    assert found.high == pytest.approx(0.4042, abs=1e-4)
    assert (found.n, found.least, found.is_known) == (10, 10, True)


@pytest.mark.parametrize("whole", [0, 9])
def test_under_the_least_a_share_is_not_known(whole: int) -> None:
    found = share_measured(0, whole)

    assert (found.value, found.low, found.high) == (None, None, None)
    assert (found.n, found.least, found.is_known) == (whole, 10, False)


def test_a_share_of_nothing_is_not_known_whatever_the_least() -> None:
    assert not share_measured(0, 0, least=0).is_known


@pytest.mark.parametrize(("part", "whole"), [(-1, 10), (11, 10)])
def test_a_part_that_is_no_part_is_refused(part: int, whole: int) -> None:
    with pytest.raises(ValueError, match=f"got {part} of {whole}"):
        share_measured(part, whole)


@pytest.mark.parametrize(
    # Exact limits of a Poisson mean (Garwood 1936, table), which the approximation is near.
    ("events", "low", "high"),
    [(0, 0.0, 3.689), (1, 0.025, 5.572), (10, 4.795, 18.390), (100, 81.364, 121.627)],
)
def test_poisson_limits_are_near_the_exact_ones(events: int, low: float, high: float) -> None:
    found = poisson_limits(events)

    assert found[0] == pytest.approx(low, abs=0.03)
    assert found[1] == pytest.approx(high, abs=0.07)


def test_a_rate_is_per_thousand() -> None:
    found = rate_measured(10, 5000.0, least=100)

    assert found.value == pytest.approx(2.0)
    assert found.low == pytest.approx(4.795 / 5, abs=0.01)
    assert found.high == pytest.approx(18.39 / 5, abs=0.01)
    assert found.n == 5000


@pytest.mark.parametrize("exposure", [0.0, 99.9])
def test_a_rate_over_too_little_is_not_known(exposure: float) -> None:
    found = rate_measured(3, exposure, least=100)

    assert not found.is_known
    assert found.n == int(exposure)


def test_as_many_failures_as_expected_are_once_what_was_expected() -> None:
    found = ratio_measured(100.0, 100.0, n=2000)

    assert found.value == pytest.approx(1.0)
    assert found.low == pytest.approx(0.81364, abs=0.001)
    assert found.high == pytest.approx(1.21627, abs=0.001)


@pytest.mark.parametrize(("expected", "n"), [(5.0, 9), (0.0, 100)])
def test_a_ratio_to_nothing_or_of_too_little_is_not_known(expected: float, n: int) -> None:
    assert not ratio_measured(1.0, expected, n=n).is_known


def test_a_share_that_rises_beyond_chance_is_said_to_rise() -> None:
    assert order_between(Share(10, 200), Share(60, 200)) == (True, True, False)
    assert order_between(Share(60, 200), Share(10, 200)) == (True, False, True)


def test_a_difference_that_chance_may_have_made_neither_rises_nor_falls() -> None:
    assert order_between(Share(2, 20), Share(3, 20)) == (True, False, False)


@pytest.mark.parametrize("first", [Share(0, 0), Share(1, 9)])
def test_too_little_is_not_compared(first: Share) -> None:
    assert order_between(first, Share(10, 20)) == (False, False, False)
