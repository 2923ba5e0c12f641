from __future__ import annotations

from collections.abc import Sequence

import pytest

from governance.domain.collusion.circular import Circle, circles
from governance.domain.policy.collusion import CollusionPolicy
from tests.governance.domain.collusion.fleets import DAY_S, START_S, Job, work_of

POLICY = CollusionPolicy()
# 400 payments of 400 amounts among agents 10 to 19, half an hour apart, none passed on.
OTHERS = [
    Job(10 + n % 10, 10 + (n + 3) % 10, START_S + n * 1_800.0, value_usd=1.05 ** (n % 97) * 1.01)
    for n in range(400)
]


def _rounds(
    path: Sequence[int],
    *,
    rounds: int = 8,
    amount: float = 500.0,
    keeps: float = 0.0,
    apart_s: float = 600.0,
    from_s: float = START_S,
) -> list[Job]:
    """Return payments along ``path`` day after day, each agent keeping a share of it."""
    return [
        Job(
            path[step],
            path[step + 1],
            from_s + day * DAY_S + step * apart_s,
            value_usd=(amount + 40.0 * day) * (1.0 - keeps) ** step,
        )
        for day in range(rounds)
        for step in range(len(path) - 1)
    ]


def _found(*jobs: Job, policy: CollusionPolicy = POLICY) -> list[Circle]:
    return circles(work_of(*jobs, *OTHERS, agents=20), policy)


def _members(*jobs: Job) -> list[list[int]]:
    return [each.members.tolist() for each in _found(*jobs)]


def test_money_that_goes_round_three_agents_is_a_circle() -> None:
    # 8 rounds of 3 payments: in each the first and the second are passed on, 16 in all.
    found = _found(*_rounds((0, 1, 2, 0)))

    assert [each.members.tolist() for each in found] == [[0, 1, 2]]
    assert (found[0].matches, len(found[0].rows)) == (16, 24)
    assert found[0].returned == pytest.approx(1.0)
    assert found[0].chance < 1e-6


def test_money_sent_there_and_back_is_a_circle_of_two() -> None:
    assert _members(*_rounds((0, 1, 0, 1))) == [[0, 1]]


def test_what_is_passed_on_and_stays_is_no_circle() -> None:
    assert _members(*_rounds((0, 1, 2, 3))) == []


@pytest.mark.parametrize(("keeps", "circles"), [(0.019, [[0, 1, 2]]), (0.025, [])])
def test_an_amount_may_shrink_by_a_fiftieth(keeps: float, circles: list[list[int]]) -> None:
    assert _members(*_rounds((0, 1, 2, 0), keeps=keeps)) == circles


@pytest.mark.parametrize(("gains", "circles"), [(0.0095, [[0, 1, 2]]), (0.0105, [])])
def test_an_amount_may_grow_by_half_as_much(gains: float, circles: list[list[int]]) -> None:
    assert _members(*_rounds((0, 1, 2, 0), keeps=-gains)) == circles


@pytest.mark.parametrize(("apart_s", "circles"), [(7_200.0, [[0, 1, 2]]), (7_201.0, [])])
def test_an_amount_must_leave_within_two_hours(apart_s: float, circles: list[list[int]]) -> None:
    assert _members(*_rounds((0, 1, 2, 0), apart_s=apart_s)) == circles


def test_what_leaves_in_the_second_of_its_arrival_was_not_passed_on() -> None:
    assert _members(*_rounds((0, 1, 2, 0), apart_s=0.0)) == []


def test_two_rounds_prove_nothing() -> None:
    assert _members(*_rounds((0, 1, 2, 0), rounds=2)) == []


def test_as_many_must_be_passed_on_as_the_policy_says() -> None:
    jobs = _rounds((0, 1, 2, 0))

    assert len(_found(*jobs, policy=CollusionPolicy(circular_least=16))) == 1
    assert _found(*jobs, policy=CollusionPolicy(circular_least=17)) == []


def test_so_many_must_be_as_unlikely_as_the_policy_says() -> None:
    jobs = _rounds((0, 1, 2, 0))
    chance = _found(*jobs)[0].chance

    assert _found(*jobs, policy=CollusionPolicy(circular_chance=chance)) == []
    assert len(_found(*jobs, policy=CollusionPolicy(circular_chance=2.0 * chance))) == 1


def test_an_amount_that_all_pay_is_no_circle() -> None:
    # A list price: whoever pays within two hours pays it.
    price = [job._replace(value_usd=7.0) for job in (*OTHERS, *_rounds((0, 1, 2, 0)))]

    assert circles(work_of(*price, agents=20), POLICY) == []


def test_a_group_whose_money_stays_with_one_is_no_circle() -> None:
    # Of 8 x 3 x 640 that go round all returns, but 8 x 9,000 more go one way only.
    more = [Job(0, 1, START_S + day * DAY_S + 9_000.0, value_usd=9_000.0) for day in range(8)]

    found = _found(*_rounds((0, 1, 2, 0)), *more, policy=CollusionPolicy(circular_returned=0.1))

    # The net is what 0 lost and 1 won, 144,000 of twice 87,360 that moved.
    assert found[0].returned == pytest.approx(1 - 144_000 / (2 * 87_360))
    assert _found(*_rounds((0, 1, 2, 0)), *more) == []


def test_two_circles_are_told_apart() -> None:
    second = _rounds((5, 6, 7, 5), amount=2_000.0, from_s=START_S + 40_000.0)

    found = _found(*_rounds((0, 1, 2, 0)), *second)

    assert [each.members.tolist() for each in found] == [[0, 1, 2], [5, 6, 7]]
    assert [each.matches for each in found] == [16, 16]


def test_of_two_equal_payments_at_one_moment_the_order_does_not_matter() -> None:
    # In the second in which 1 pays 2, it pays as much to 9.
    jobs = _rounds((0, 1, 2, 0))
    twins = [job._replace(counterparty=9) for job in jobs if job.initiator == 1]

    one, other = _found(*jobs, *twins), _found(*twins, *jobs)

    assert [each.members.tolist() for each in one] == [[0, 1, 2]]
    assert (one[0].matches, one[0].chance) == (other[0].matches, other[0].chance)


@pytest.mark.parametrize("value_usd", [0.0, 1e-6, 3.0])
def test_one_payment_is_no_circle(value_usd: float) -> None:
    assert circles(work_of(Job(0, 1, value_usd=value_usd), agents=2), POLICY) == []


def test_no_payment_is_no_circle() -> None:
    assert circles(work_of(agents=3), POLICY) == []
