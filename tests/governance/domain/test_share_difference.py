"""Shares side by side; the expected intervals are those of the paper's own table."""

from __future__ import annotations

import pytest

from governance.domain.share_difference import Share, share_difference, share_interval


@pytest.mark.parametrize(
    ("before", "after", "low", "high"),
    [
        # Newcombe 1998, table II, method 10, with the sides changed: it takes the first less the second.
        (Share(48, 80), Share(56, 70), 0.0524, 0.3339),
        (Share(3, 10), Share(9, 10), 0.1705, 0.8090),
        (Share(0, 29), Share(5, 56), -0.0381, 0.1926),
        (Share(0, 10), Share(10, 10), 0.6075, 1.0000),
    ],
)
def test_the_interval_is_that_of_the_paper(
    before: Share, after: Share, low: float, high: float
) -> None:
    difference = share_difference(before, after)

    assert difference is not None
    assert (difference.low, difference.high) == pytest.approx((low, high), abs=6e-5)
    assert difference.may_be_chance is (low <= 0)


def test_a_share_of_nothing_has_no_difference() -> None:
    assert share_difference(Share(0, 0), Share(3, 4)) is None
    assert share_difference(Share(3, 4), Share(0, 0)) is None


@pytest.mark.parametrize(
    ("share", "low", "high"),
    # Newcombe 1998, "Two-sided confidence intervals for the single proportion", method 3.
    [(Share(81, 263), 0.2553, 0.3662), (Share(15, 148), 0.0624, 0.1605), (Share(0, 20), 0, 0.1611)],
)
def test_one_share_has_its_own_interval(share: Share, low: float, high: float) -> None:
    assert share_interval(share) == pytest.approx((low, high), abs=6e-5)
