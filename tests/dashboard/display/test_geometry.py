from __future__ import annotations

import pytest

from dashboard.display.geometry import Band, Ring, band, ring, tier_bars


@pytest.mark.parametrize(
    ("left_s", "look"),
    [
        (900, Ring(100, "")),
        (451, Ring(50, "")),
        (450, Ring(50, "half")),
        (90, Ring(10, "last")),
        (0, Ring(0, "over")),
        (-5, Ring(0, "over")),
        (1000, Ring(100, "")),
    ],
)
def test_a_ring_changes_at_half_and_at_a_tenth(left_s: float, look: Ring) -> None:
    assert ring(left_s, 900) == look


def test_a_countdown_without_a_span_is_empty() -> None:
    assert ring(5, 0) == Ring(0, "last")


def test_a_band_is_placed_in_percent() -> None:
    assert band(0.93, 0.89, 0.96) == Band(start=89.0, width=7.0, at=93.0)


def test_a_band_stays_inside_its_track() -> None:
    assert band(1.0, -0.1, 1.2) == Band(start=0.0, width=100.0, at=98.0)


@pytest.mark.parametrize(("tier", "bars"), [("high", 3), ("MEDIUM", 2), ("low", 1), ("new", 0)])
def test_a_tier_fills_its_bars(tier: str, bars: int) -> None:
    assert tier_bars(tier) == bars
