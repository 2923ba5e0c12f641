from __future__ import annotations

import numpy as np
import pytest

from governance.domain.collusion.significance import count_chance, discoveries


def test_the_chance_of_a_count_is_the_poisson_tail() -> None:
    # 1 - exp(-.12) * (1 + .12 + .0072); 1 - exp(-2) * (1 + 2 + 2 + 4/3).
    chance = count_chance(np.array([3, 4]), np.array([0.12, 2.0]))

    assert chance == pytest.approx([0.0002631, 0.1428765], rel=1e-3)


def test_no_event_is_no_surprise() -> None:
    assert count_chance(np.array([0, 0]), np.array([0.0, 5.0])).tolist() == [1.0, 1.0]


def test_what_was_never_expected_is_next_to_impossible_yet_has_a_chance() -> None:
    assert 0.0 < count_chance(np.array([3]), 0.0)[0] < 1e-30


def test_the_share_of_chance_is_held_among_those_that_are_listed() -> None:
    # Benjamini and Hochberg: .05 * 1/4, 2/4, 3/4, 4/4 = .0125, .025, .0375, .05.
    found = discoveries(np.array([0.5, 0.012, 0.001, 0.036]), 0.05)

    assert found.tolist() == [False, True, True, True]


def test_hypotheses_that_are_not_listed_count_all_the_same() -> None:
    # Of ten: .05 * 1/10, 2/10, 3/10, 4/10 = .005, .010, .015, .020.
    found = discoveries(np.array([0.5, 0.012, 0.001, 0.036]), 0.05, 10)

    assert found.tolist() == [False, False, True, False]


def test_a_later_step_that_holds_carries_the_earlier_ones() -> None:
    # .006 is above .005, but .009 is below .010.
    assert discoveries(np.array([0.006, 0.009]), 0.05, 10).tolist() == [True, True]


def test_unlisted_hypotheses_are_as_good_as_listed_with_a_chance_of_one() -> None:
    chance = np.random.default_rng(5).random(30) ** 4

    listed = discoveries(np.append(chance, np.ones(70)), 0.1)

    assert discoveries(chance, 0.1, 100).tolist() == listed[:30].tolist()
    assert 0 < listed.sum() < 30


def test_of_nothing_nothing_is_found() -> None:
    assert discoveries(np.zeros(0), 0.05, 10).tolist() == []
