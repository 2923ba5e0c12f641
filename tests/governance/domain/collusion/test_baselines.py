from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat

import pytest

from governance.domain.collusion.baselines import Baselines, baselines_of
from tests.governance.domain.collusion.fleets import Job, tied, work_of

# Ten agents that rate and are rated .8, whom nobody below has to do with.
USUAL = [Job(10 + each % 10, 10 + (each + 1) % 10, rating=0.8) for each in range(100)]


def _baselines(*jobs: Job, excess: Sequence[tuple[int, int]] = ()) -> Baselines:
    work = work_of(*jobs, agents=20)
    return baselines_of(work, tied(work, *excess))


def test_without_ratings_nothing_is_known_of_anybody() -> None:
    found = _baselines(Job(0, 1), Job(1, 2, verified=0.3))

    assert found.leniency.tolist() == [0.0] * 20
    assert found.level.tolist() == [0.8] * 20
    assert found.level_variance == pytest.approx([0.08**2] * 20)
    assert (found.middle, found.offset, found.unrelated.tolist()) == (0.8, 0.0, [False, False])


def test_where_all_agree_everybody_is_as_the_middle() -> None:
    found = _baselines(*USUAL)

    assert found.middle == 0.8
    assert found.level == pytest.approx([0.8] * 20)
    assert found.leniency == pytest.approx([0.0] * 20)


def test_a_high_rating_is_shared_between_a_kind_rater_and_good_work() -> None:
    # 5 ratings .2 above the middle, 5 assumed beside them, so each mean is halved. In turn:
    # rater .1, .075, .06875, .0671875; work .05, .0625, .065625, .06640625.
    found = _baselines(*USUAL, *repeat(Job(0, 1, rating=1.0), 5))

    assert found.leniency[0] == pytest.approx(0.0671875)
    assert found.level[1] == pytest.approx(0.8 + 0.06640625)


def test_the_variance_of_a_level_is_that_of_its_ratings_and_of_what_is_assumed() -> None:
    # All but 5 of 105 ratings are explained; those miss by .2 - .0671875 - .06640625 each.
    noise = 5 * 0.06640625**2 / 105
    found = _baselines(*USUAL, *repeat(Job(0, 1, rating=1.0), 5))

    assert found.level_variance[1] == pytest.approx(noise * 5 / 10**2 + (0.08 * 5 / 10) ** 2)
    assert found.level_variance[2] == pytest.approx(0.08**2)


def test_one_rating_moves_a_mean_by_no_more_than_half() -> None:
    # -.5, not -.8, shared between one of each and the five assumed, in turn:
    # rater -.083333, -.071759, -.071438, -.071429; all -.8 would come to -.114286.
    found = _baselines(*USUAL, Job(0, 1, rating=0.0))

    assert found.leniency[0] == pytest.approx(-0.0714288, abs=1e-6)


def test_a_ring_cannot_vouch_for_itself() -> None:
    praise = repeat(Job(0, 1, rating=1.0), 30)

    found = _baselines(*USUAL, *praise, excess=[(0, 1)])

    assert (found.leniency[0], found.level[1]) == (0.0, 0.8)
    assert found.unrelated.sum() == 100


def test_fewer_than_twenty_unrelated_ratings_say_less_than_all() -> None:
    found = _baselines(*USUAL[:19], *repeat(Job(0, 1, rating=1.0), 5), excess=[(0, 1)])

    assert found.unrelated.sum() == 24
    assert found.level[1] == pytest.approx(0.8 + 0.06640625)


def test_verified_quality_outweighs_what_is_assumed() -> None:
    # Four at .5: 1 / (.12^2 / 4 + .03^2) = 222.2 against 1 / .08^2 = 156.25.
    found = _baselines(*USUAL, *repeat(Job(0, 1, verified=0.5), 4))

    assert found.level[1] == pytest.approx(
        (0.5 / 0.0045 + 0.8 / 0.0064) / (1 / 0.0045 + 1 / 0.0064)
    )
    assert found.level_variance[1] == pytest.approx(1 / (1 / 0.0045 + 1 / 0.0064))
    assert found.level[2] == pytest.approx(0.8, abs=1e-8)


def test_ratings_that_lie_above_verified_quality_do_so_by_an_offset() -> None:
    # 20 of them at .8 and .7; an agent that was only checked, at .5, is worth a rating of .6.
    checked = [job._replace(verified=0.7) for job in USUAL[:20]]

    found = _baselines(*checked, *USUAL[20:], *repeat(Job(0, 1, verified=0.5), 1000))

    assert found.offset == pytest.approx(0.1)
    assert found.level[1] == pytest.approx(0.6, abs=0.03)


def test_nineteen_of_both_are_too_few_for_an_offset() -> None:
    checked = [job._replace(verified=0.7) for job in USUAL[:19]]

    assert _baselines(*checked, *USUAL[19:]).offset == 0.0
