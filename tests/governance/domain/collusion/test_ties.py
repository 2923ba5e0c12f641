from __future__ import annotations

from itertools import permutations, repeat

import numpy as np
import pytest

from governance.domain.collusion.ties import ties_of
from governance.domain.policy.collusion import CollusionPolicy
from tests.governance.domain.collusion.fleets import Job, work_of

POLICY = CollusionPolicy()
# Everybody asks everybody once: 20 * 19 = 380 jobs.
ALL_WITH_ALL = [Job(one, other) for one, other in permutations(range(20), 2)]


def test_both_directions_are_one_pair() -> None:
    ties = ties_of(work_of(Job(3, 1), Job(1, 3), Job(0, 2), agents=4), POLICY)

    assert len(ties) == 2
    assert list(zip(ties.first.tolist(), ties.second.tolist(), strict=True)) == [(0, 2), (1, 3)]
    assert ties.count.tolist() == [1, 2]
    assert ties.of_row.tolist() == [1, 1, 0]


def test_what_is_usual_follows_from_what_both_give_and_take() -> None:
    # 0 began 4 of 8 jobs, and 1 was asked into 4: 4 * 4 / 8 = 2 in one direction, none in the other.
    jobs = [*repeat(Job(0, 1), 4), *repeat(Job(2, 3), 4)]

    ties = ties_of(work_of(*jobs, agents=4), POLICY)

    assert ties.expected.tolist() == [2.0, 2.0]
    assert ties.chance == pytest.approx([0.1428765, 0.1428765], rel=1e-6)


@pytest.mark.parametrize("agents", [2, 3, 5])
def test_few_agents_that_all_work_with_each_other_alike_have_no_ties(agents: int) -> None:
    # Nobody asks itself: all there is falls on the pairs, so that each has what is usual.
    jobs = [*permutations(range(agents), 2)] * 50

    ties = ties_of(work_of(*(Job(*ends) for ends in jobs), agents=agents), POLICY)

    assert ties.expected == pytest.approx([100.0] * (agents * (agents - 1) // 2))
    assert not ties.is_excess.any()


def test_whoever_works_with_one_hub_only_has_no_tie_with_it() -> None:
    jobs = [Job(0, 1), Job(0, 2), Job(0, 3), Job(1, 0), Job(2, 0), Job(3, 0)] * 50

    ties = ties_of(work_of(*jobs, agents=4), POLICY)

    # The sums approach what is usual, 100, from below.
    assert ties.expected == pytest.approx([100.0] * 3, rel=0.05)
    assert not ties.is_excess.any()


def test_meeting_once_is_never_a_surprise() -> None:
    jobs = [*repeat(Job(0, 1), 100), Job(2, 3)]

    assert ties_of(work_of(*jobs, agents=4), POLICY).chance[1] == 1.0


def test_ten_times_the_usual_is_an_excess_tie() -> None:
    # 2 + 20 jobs, where (39 * 39 + 19 * 19) / 400 = 4.7 are usual, and a twentieth more, since
    # nobody asks itself.
    ties = ties_of(work_of(*ALL_WITH_ALL, *repeat(Job(4, 7), 20), agents=20), POLICY)

    assert ties.expected[ties.count == 22] == pytest.approx([4.705 * 1.05], rel=0.03)
    assert (ties.first[ties.is_excess].tolist(), ties.second[ties.is_excess].tolist()) == ([4], [7])


def test_a_popular_service_and_a_busy_coordinator_have_no_ties() -> None:
    service = [Job(agent, 19) for agent in range(19)] * 10
    coordinator = [Job(0, agent) for agent in range(1, 20)] * 10

    ties = ties_of(work_of(*ALL_WITH_ALL, *service, *coordinator, agents=20), POLICY)

    assert not ties.is_excess.any()


def test_two_meetings_of_two_strangers_are_too_few_whatever_their_chance() -> None:
    # Of 2,000 jobs 0 and 1 began and took 2 in all: nearly .002 are usual, but two are no habit.
    jobs = [Job(each % 38 + 2, (each + 1) % 38 + 2) for each in range(1998)]

    ties = ties_of(work_of(*jobs, Job(0, 1), Job(0, 1), agents=40), POLICY)

    assert ties.chance[0] == pytest.approx(0.002**2 / 2, rel=0.1)
    assert not ties.is_excess[0]
    assert ties_of(work_of(*jobs, *repeat(Job(0, 1), 3), agents=40), POLICY).is_excess[0]


@pytest.mark.parametrize("agents", [0, 1, 2])
def test_without_work_there_is_no_pair(agents: int) -> None:
    ties = ties_of(work_of(agents=agents), POLICY)

    assert (len(ties), ties.is_excess.tolist()) == (0, [])
    assert ties.of_row.dtype == np.int64
