"""Each kind of ring is found in a fleet at honest work, its members and nobody else."""

from __future__ import annotations

import pytest

from governance.domain.collusion.scan import Scan, scan
from governance.domain.policy.collusion import CollusionPolicy
from tests.governance.domain.collusion.fleets import DAY_S, HOUR_S, Fleet, read_to, without
from tests.governance.domain.collusion.planted import (
    BOOSTERS,
    CHAIN,
    CIRCLE,
    GAINERS,
    IN_STEP,
    POOR,
    STAR,
    SYBILS,
    WAVED,
    many_rings,
)

POLICY = CollusionPolicy()
SEEDS = pytest.mark.parametrize("seed", [1, 2, 4])
ALL = {BOOSTERS, CHAIN, STAR, IN_STEP, WAVED, CIRCLE, GAINERS}


def _members(found: Scan) -> set[tuple[int, ...]]:
    return {ring.members for ring in found.rings}


def _found(fleet: Fleet) -> set[tuple[int, ...]]:
    return _members(scan(fleet.work(), POLICY))


def _found_of_many(*missing: str) -> set[tuple[int, ...]]:
    return _members(scan(without(many_rings().work(), *missing), POLICY))


@SEEDS
@pytest.mark.parametrize("members", [(20, 41), (20, 31, 42)])
def test_agents_that_praise_each_others_poor_work(seed: int, members: tuple[int, ...]) -> None:
    assert _found(Fleet(seed).honest().boosting(*members)) == {members}


@SEEDS
def test_agents_that_each_praise_the_next(seed: int) -> None:
    chain = (20, 31, 42, 53)

    assert _found(Fleet(seed).honest().rating_chain(*chain)) == {chain}


@SEEDS
def test_sybils_that_praise_one_agent(seed: int) -> None:
    fleet = Fleet(seed, poor=POOR).honest(busy=range(55)).star(STAR[0], SYBILS)

    assert _found(fleet) == {STAR}


@SEEDS
@pytest.mark.parametrize("kinder", [0.3, -0.35], ids=["up", "down"])
def test_agents_that_rate_others_up_or_down_in_step(seed: int, kinder: float) -> None:
    fleet = Fleet(seed, poor=POOR if kinder > 0.0 else ()).honest()

    assert _found(fleet.in_step(IN_STEP, POOR[1:], kinder=kinder)) == {IN_STEP}


@SEEDS
def test_agents_that_accept_each_others_poor_work(seed: int) -> None:
    assert _found(Fleet(seed).honest().waved_through(20, 41)) == {(20, 41)}


@SEEDS
def test_agents_that_send_money_round(seed: int) -> None:
    assert _found(Fleet(seed).honest().circle(20, 31, 42)) == {(20, 31, 42)}


@SEEDS
def test_agents_that_gain_by_each_other_what_others_do_not(seed: int) -> None:
    assert _found(Fleet(seed).honest().joint_benefit(20, 41)) == {(20, 41)}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_many_rings_are_told_apart(seed: int) -> None:
    assert _found(many_rings(seed)) == ALL


def test_two_jobs_convict_nobody() -> None:
    assert _found(Fleet(1).honest().boosting(20, 41, strength=2)) == set()


def test_without_ratings_acceptance_gains_and_money_are_left() -> None:
    assert _found_of_many("rating") == {WAVED, GAINERS, CIRCLE}


def test_without_verification_stars_and_groups_in_step_and_money_are_left() -> None:
    assert _found_of_many("verified") == {STAR, IN_STEP, CIRCLE}


def test_without_acceptance_what_rests_on_it_is_lost() -> None:
    assert _found_of_many("accepted") == ALL - {WAVED, GAINERS}


def test_without_payoff_joint_benefit_is_lost() -> None:
    assert _found_of_many("payoff") == ALL - {GAINERS}


def test_without_value_the_money_that_goes_round_is_lost() -> None:
    assert _found_of_many("value_usd") == ALL - {CIRCLE}


def test_without_ratings_verification_and_value_nothing_is_left() -> None:
    assert _found_of_many("rating", "verified", "value_usd") == set()


@pytest.mark.parametrize(
    ("step_s", "lost"), [(60.0, set()), (HOUR_S, {CIRCLE}), (DAY_S, {CIRCLE, IN_STEP})]
)
def test_coarser_clocks_lose_money_that_goes_round_then_agents_in_step(
    step_s: float, lost: set[tuple[int, ...]]
) -> None:
    work = read_to(many_rings().work(), step_s)

    assert _members(scan(work, POLICY)) == ALL - lost
