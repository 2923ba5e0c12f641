from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, permutations

import pytest

from governance.domain.collusion.lockstep import Lockstep, locksteps
from governance.domain.policy.collusion import CollusionPolicy
from tests.governance.domain.collusion.fleets import DAY_S, HOUR_S, START_S, Job, work_of

POLICY = CollusionPolicy()
AGENTS = 80
TARGETS = (40, 41, 42)
# Agents 50 to 79 ask each other, each pair at a time of its own: 870 jobs in step with nobody.
OTHERS = [
    Job(one, other, START_S + place * 1_800.0)
    for place, (one, other) in enumerate(permutations(range(50, 80), 2))
]


def _visits(
    agents: Sequence[int],
    targets: Sequence[int] = TARGETS,
    *,
    days: int = 2,
    apart_s: float = 60.0,
    from_s: float = START_S + 10 * HOUR_S,
) -> list[Job]:
    """Return jobs by which all agents call on each target once a day, one after the other."""
    return [
        Job(agent, target, from_s + day * DAY_S + hour * HOUR_S + place * apart_s)
        for day in range(days)
        for hour, target in enumerate(targets)
        for place, agent in enumerate(agents)
    ]


def _found(*jobs: Job) -> list[Lockstep]:
    return locksteps(work_of(*jobs, *OTHERS, agents=AGENTS), POLICY)


def _members(*jobs: Job) -> list[list[int]]:
    return [each.members.tolist() for each in _found(*jobs)]


def test_agents_that_call_on_three_targets_at_the_same_moments_keep_step() -> None:
    # Each began 6 jobs, all in step with the two others: 18 in all.
    found = _found(*_visits((3, 8, 21)))

    assert [each.members.tolist() for each in found] == [[3, 8, 21]]
    assert len(found[0].rows) == 18


def test_two_groups_are_told_apart_in_the_order_of_their_first_agents() -> None:
    late = _visits((1, 2), (43, 44, 45), from_s=START_S + 3 * HOUR_S)

    assert _members(*_visits((5, 9)), *late) == [[1, 2], [5, 9]]


def test_windows_are_cut_at_two_places() -> None:
    # 10:14:30 and 10:15:30 are of two quarters of an hour, but of one that begins at 10:07:30.
    jobs = _visits((3, 8), from_s=START_S + 10 * HOUR_S + 870.0)

    assert _members(*jobs) == [[3, 8]]


def test_half_an_hour_apart_is_not_in_step() -> None:
    assert _members(*_visits((3, 8), apart_s=1_800.0)) == []


def test_two_targets_are_a_habit() -> None:
    assert _members(*_visits((3, 8), TARGETS[:2], days=4)) == []


def test_three_meetings_are_too_few() -> None:
    assert _members(*_visits((3, 8), days=1)) == []
    assert _members(*_visits((3, 8), (*TARGETS, 43), days=1)) == [[3, 8]]


def test_a_target_counts_once_a_day_however_often_it_is_called_on() -> None:
    again = [_visits((3, 8), days=1, from_s=START_S + hour * HOUR_S) for hour in (1, 6, 11, 16)]

    assert _members(*chain.from_iterable(again)) == []


def test_a_crowd_says_nothing() -> None:
    assert _members(*_visits(range(26), apart_s=10.0)) == []
    assert _members(*_visits(range(25), apart_s=10.0)) == [list(range(25))]


def test_busy_agents_meet_by_chance() -> None:
    # 0 and 1 call on all three day and night, every 20 minutes: no wonder that they meet.
    busy = [
        Job(agent, TARGETS[slot % 3], START_S + slot * 1_200.0 + agent * 400.0)
        for slot in range(2 * 72)
        for agent in range(2)
    ]
    rare = _visits((3, 8))

    assert _members(*busy, *rare) == [[3, 8]]


def test_whoever_keeps_step_with_few_of_a_group_is_left_out() -> None:
    # Agent 9 meets one of six only: fewer than 40 % of the others.
    group = _visits((1, 2, 3, 4, 5, 6))
    one_more = _visits((6, 9), (43, 44, 45), from_s=START_S + 3 * HOUR_S)

    assert _members(*group, *one_more) == [[1, 2, 3, 4, 5, 6]]


def test_whoever_hangs_on_those_left_out_goes_after_them() -> None:
    # 8 keep step with each other. Of 11, agent 21 meets 3, fewer than 4; without it 22 meets 3 of
    # 9, fewer than 3.6; without that 23 meets 3 of 8, fewer than 3.2.
    group = _visits(range(1, 9))
    beside = [(21, 22), (21, 1), (21, 2), (22, 23), (22, 1), (22, 2), (23, 1), (23, 2), (23, 3)]
    pairs = [
        _visits(pair, from_s=START_S + (2 * place + 2) * DAY_S + 3 * HOUR_S)
        for place, pair in enumerate(beside)
    ]

    assert _members(*group, *chain.from_iterable(pairs[:1])) == [list(range(1, 9)), [21, 22]]
    assert _members(*group, *chain.from_iterable(pairs)) == [list(range(1, 9))]


def test_a_row_of_pairs_is_no_group() -> None:
    pairs = [
        _visits((one, one + 1), from_s=START_S + one * 2 * DAY_S + 3 * HOUR_S) for one in range(9)
    ]

    assert _members(*chain.from_iterable(pairs)) == []


def test_jobs_that_members_begin_alone_or_among_many_others_are_not_in_step() -> None:
    alone = Job(3, 47, START_S + 5 * HOUR_S)
    among = [Job(agent, 48, START_S + 6 * HOUR_S + agent) for agent in (3, 8, 11, 12, 13)]

    found = _found(*_visits((3, 8)), alone, *among)

    assert [each.members.tolist() for each in found] == [[3, 8]]
    assert len(found[0].rows) == 12


def test_days_that_windows_do_not_divide_count_as_days() -> None:
    # Windows of 7,000 s: the first begins on the day before the first.
    policy = CollusionPolicy(window_s=7_000)
    work = work_of(*_visits((3, 8), from_s=START_S), *OTHERS, agents=AGENTS)

    assert [each.members.tolist() for each in locksteps(work, policy)] == [[3, 8]]


@pytest.mark.parametrize("agents", [0, 4])
def test_without_work_nobody_keeps_step(agents: int) -> None:
    assert locksteps(work_of(agents=agents), POLICY) == []


def test_where_nobody_meets_often_nobody_keeps_step() -> None:
    assert _members() == []
