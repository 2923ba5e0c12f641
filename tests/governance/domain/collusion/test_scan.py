from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from governance.domain.collusion.interactions import Interactions, Ints
from governance.domain.collusion.scan import STAGES, Scan, scan
from governance.domain.policy.collusion import CollusionPolicy
from tests.governance.domain.collusion.fleets import (
    DAY_S,
    HOUR_S,
    START_S,
    Job,
    read_to,
    without,
    work_of,
)
from tests.governance.domain.collusion.planted import BOOSTERS, WAVED, many_rings

POLICY = CollusionPolicy()


@cache
def _scanned() -> Scan:
    return scan(many_rings().work(), POLICY)


def _ordered(work: Interactions, order: Ints) -> Interactions:
    return replace(work, **{name: getattr(work, name)[order] for name in Job._fields})


def _shuffled_moments(work: Interactions) -> Interactions:
    """Return the same work, what happened at one time in another order."""
    order = np.random.default_rng(3).permutation(len(work))
    return _ordered(work, order[np.argsort(work.at_s[order], kind="stable")])


def test_the_same_input_gives_the_same_result() -> None:
    again = scan(many_rings().work(), POLICY)

    assert repr(again.rings) == repr(_scanned().rings)
    assert again.chance.tolist() == _scanned().chance.tolist()
    assert again.risk.tolist() == _scanned().risk.tolist()


@pytest.mark.parametrize("step_s", [1.0, 60.0, HOUR_S, DAY_S])
def test_the_order_of_equal_times_does_not_matter(step_s: float) -> None:
    work = read_to(many_rings().work(), step_s)

    one, other = scan(work, POLICY), scan(_shuffled_moments(work), POLICY)

    assert [ring.members for ring in other.rings] == [ring.members for ring in one.rings]
    assert np.log(other.chance) == pytest.approx(np.log(one.chance))
    assert other.risk == pytest.approx(one.risk)


def test_renumbering_agents_renumbers_the_result() -> None:
    work, one = many_rings().work(), _scanned()
    number = np.random.default_rng(4).permutation(work.agents)

    other = scan(
        replace(work, initiator=number[work.initiator], counterparty=number[work.counterparty]),
        POLICY,
    )

    expected = [tuple(sorted(number[list(ring.members)].tolist())) for ring in one.rings]
    assert [ring.members for ring in other.rings] == expected
    assert np.log(other.chance[number]) == pytest.approx(np.log(one.chance))
    assert other.risk[number] == pytest.approx(one.risk)


def test_each_stage_is_told_as_it_begins() -> None:
    told: list[str] = []

    scan(work_of(agents=0), POLICY, told.append)

    assert tuple(told) == STAGES


@pytest.mark.parametrize("agents", [0, 1, 2, 5])
def test_without_work_nothing_is_found(agents: int) -> None:
    found = scan(work_of(agents=agents), POLICY)

    assert (found.rings, found.locksteps, found.evidence) == ([], [], [])
    assert found.chance.tolist() == [1.0] * agents
    assert found.risk.tolist() == [0.0] * agents


@pytest.mark.parametrize("jobs", [1, 2, 40])
def test_two_agents_have_nobody_to_be_compared_with(jobs: int) -> None:
    each = [
        Job(n % 2, 1 - n % 2, START_S + n * HOUR_S, 1.0, rating=0.9, verified=0.2, accepted=1.0)
        for n in range(jobs)
    ]

    found = scan(work_of(*each, agents=2), POLICY)

    assert found.rings == []
    assert np.isfinite(found.risk).all()


@pytest.mark.parametrize("quality", [0.0, 1.0])
def test_a_fleet_whose_work_is_all_alike_has_a_risk_for_everybody(quality: float) -> None:
    work = many_rings().work()
    alike = np.full(len(work), quality)

    found = scan(replace(work, verified=alike, accepted=alike, rating=alike), POLICY)

    assert np.isfinite(found.risk).all()


def test_a_chance_of_one_is_left_to_whom_nothing_speaks_against() -> None:
    found = scan(without(many_rings().work(), "rating", "verified", "value_usd"), POLICY)

    assert found.chance.tolist() == [1.0] * 60
    assert found.rings == []


def test_whoever_is_in_a_ring_has_the_least_chances_and_the_highest_risks() -> None:
    found = _scanned()
    members = {each for ring in found.rings for each in ring.members}

    by_risk = np.argsort(-found.risk)[: len(members)].tolist()

    assert set(np.flatnonzero(found.chance < 0.001).tolist()) == members
    assert set(by_risk) == members


@pytest.mark.parametrize("agent", [*BOOSTERS, *WAVED])
def test_a_pair_off_the_excess_ties_counts_a_tenth_in_the_ranking(agent: int) -> None:
    # So many interactions no pair of theirs has: each is off the excess ties.
    found = scan(many_rings().work(), replace(POLICY, tie_least=50))
    pair, chance = found.accused.open_ties.pair, found.accused.open_ties.chance
    own = (found.ties.first[pair] == agent) | (found.ties.second[pair] == agent)

    least = float(chance[own].min())

    assert 0.0 < least < 0.001
    assert found.chance[agent] == pytest.approx(10.0 * least)
