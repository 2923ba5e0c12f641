from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from governance.domain.collusion.baselines import Baselines
from governance.domain.collusion.bounds import plain_chance
from governance.domain.collusion.lockstep import Lockstep
from governance.domain.collusion.promotion import Outsiders, Promotion, promotions
from governance.domain.policy.collusion import CollusionPolicy
from tests.governance.domain.collusion.fleets import Job, work_of

POLICY = CollusionPolicy()
# Agents 6 to 9 rate each other and are rated .7 or .9: the fleet's middle is .8, its noise .01.
USUAL = [Job(6 + n % 4, 6 + (n + 1) % 4, rating=0.7 + 0.2 * (n % 2)) for n in range(200)]
TARGET = 5


def _baselines(jobs: Sequence[Job], *, kindness: float = 0.0) -> Baselines:
    """Return baselines to which only the usual work is unrelated, and only 4 is kinder."""
    return Baselines(
        leniency=np.where(np.arange(10) == 4, kindness, 0.0),
        leniency_variance=np.zeros(10),
        level=np.full(10, 0.8),
        level_variance=np.full(10, 0.0064),
        middle=0.8,
        offset=0.1,
        unrelated=np.array([job in USUAL for job in jobs]),
    )


def _level(*jobs: Job, kindness: float = 0.0) -> tuple[float, float]:
    """Return what outsiders say of the target, agents 0 and 1 being members."""
    every = [*jobs, *USUAL]
    outsiders = Outsiders(work_of(*every, agents=10), _baselines(every, kindness=kindness))
    return outsiders.level(TARGET, np.arange(10) < 2)


def _promotion(rating: float, *, ratings: int = 12) -> list[Promotion]:
    """Return what members 0 and 1 do by rating three targets, of whom nobody else says a word."""
    jobs = [Job(n % 2, 3 + n // 2 % 3, rating=rating) for n in range(ratings)]
    group = Lockstep(np.array([0, 1]), np.arange(ratings))
    every = [*jobs, *USUAL]
    return promotions(work_of(*every, agents=10), [group], _baselines(every), POLICY)


def test_of_whom_nobody_says_a_word_the_middle_is_thought() -> None:
    assert _level() == pytest.approx((0.8, 0.0064))


def test_outsiders_ratings_are_weighed_against_the_middle() -> None:
    # Four of .6: 1 / (.01 / 4 + .02^2) = 344.8 against 1 / .08^2 = 156.25.
    found = _level(*[Job(3, TARGET, rating=0.6)] * 4)

    assert found == pytest.approx(
        ((0.8 * 156.25 + 0.6 / 0.0029) / (156.25 + 1 / 0.0029), 1 / (156.25 + 1 / 0.0029))
    )


def test_members_ratings_say_nothing_of_their_target() -> None:
    assert _level(*[Job(1, TARGET, rating=0.1)] * 9) == pytest.approx((0.8, 0.0064))


def test_a_kind_outsiders_ratings_are_taken_down() -> None:
    jobs = [Job(4, TARGET, rating=0.9)] * 4

    assert _level(*jobs, kindness=0.1)[0] == pytest.approx(0.8)


def test_verified_quality_counts_whoever_asked_for_the_work() -> None:
    # Four checked at .5, where ratings lie .1 above: 1 / (.12^2 / 4 + .02^2) = 250.
    found = _level(*[Job(1, TARGET, verified=0.5)] * 4)

    assert found == pytest.approx(((0.8 * 156.25 + 0.6 * 250) / 406.25, 1 / 406.25))


def test_a_group_that_rates_a_fifth_higher_promotes_its_targets() -> None:
    found = _promotion(1.0, ratings=60)

    assert (found[0].ratings, found[0].targets.tolist()) == (60, [3, 4, 5])
    assert found[0].deviation == pytest.approx(0.2)
    assert found[0].lockstep.members.tolist() == [0, 1]

    # Three targets rated 20 times each; beyond the margin 60 * .1, and two sides were looked at.
    variance = 3 * 20**2 * (0.0064 + 0.02**2)
    usual = np.array([job.rating - 0.8 for job in USUAL])
    assert found[0].chance == pytest.approx(2 * plain_chance(usual, 60, 6.0, variance))


def test_running_down_is_as_unlikely_as_promotion() -> None:
    up, down = _promotion(1.0, ratings=60), _promotion(0.6, ratings=60)

    assert down[0].deviation == pytest.approx(-0.2)
    assert down[0].chance == pytest.approx(up[0].chance)


def test_more_than_half_a_scale_is_no_accident() -> None:
    assert _promotion(0.1, ratings=60)[0].chance < 1e-4


@pytest.mark.parametrize("rating", [0.71, 0.8, 0.89])
def test_within_the_margin_nothing_speaks_against_a_group(rating: float) -> None:
    assert _promotion(rating)[0].chance == 1.0


def test_five_ratings_are_too_few() -> None:
    assert _promotion(0.1, ratings=5) == []
    assert len(_promotion(0.1, ratings=6)) == 1


def test_without_groups_or_ratings_there_is_no_promotion() -> None:
    group = Lockstep(np.array([0, 1]), np.arange(6))
    silent = [Job(n % 2, TARGET) for n in range(6)]

    assert promotions(work_of(*USUAL, agents=10), [], _baselines(USUAL), POLICY) == []
    assert promotions(work_of(*silent, agents=10), [group], _baselines(silent), POLICY) == []


def test_verified_quality_that_differs_much_is_trusted_less() -> None:
    # Pass or fail: a spread of .5 for .12, so .25 / 4 + .02^2 = .0629.
    checked = [Job(1, TARGET, verified=float(n % 2)) for n in range(4)]

    assert _level(*checked)[0] == pytest.approx(
        (0.8 * 156.25 + 0.6 / 0.0629) / (156.25 + 1 / 0.0629)
    )
