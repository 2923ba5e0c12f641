"""Nobody is accused of working much together, of being popular, early, or kind to a team."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from governance.domain.collusion.interactions import Interactions
from governance.domain.collusion.scan import scan
from governance.domain.policy.collusion import CollusionPolicy
from tests.governance.domain.collusion.fleets import DAY_S, Fleet, read_to

POLICY = CollusionPolicy()
SEEDS = pytest.mark.parametrize("seed", [1, 2, 3])


def _rings(work: Interactions) -> list[tuple[int, ...]]:
    return [ring.members for ring in scan(work, POLICY).rings]


@SEEDS
def test_teams_a_coordinator_and_a_popular_service_raise_no_alarm(seed: int) -> None:
    assert _rings(Fleet(seed).honest().work()) == []


@SEEDS
def test_teams_that_are_kinder_within_the_margin_raise_no_alarm(seed: int) -> None:
    assert _rings(Fleet(seed, friendliness=0.07).honest().work()) == []


@SEEDS
def test_jobs_on_the_hour_keep_step_and_raise_no_alarm(seed: int) -> None:
    found = scan(Fleet(seed).honest().cron((12, 23, 34), (5, 6, 7)).work(), POLICY)

    assert [each.members.tolist() for each in found.locksteps] == [[12, 23, 34]]
    assert found.rings == []


@SEEDS
def test_amounts_that_are_passed_on_and_stay_raise_no_alarm(seed: int) -> None:
    assert _rings(Fleet(seed).honest().pipeline(3, 14, 25, 36, strength=40).work()) == []


@SEEDS
def test_a_team_of_poor_work_that_says_so_raises_no_alarm(seed: int) -> None:
    fleet = Fleet(seed, poor=(20, 21, 22, 23, 24)).honest()

    assert _rings(fleet.work()) == []


@SEEDS
@pytest.mark.parametrize(("size", "agents"), [(2, 6), (3, 30), (5, 25)])
def test_teams_that_work_for_nobody_else_raise_no_alarm(seed: int, size: int, agents: int) -> None:
    work = Fleet(seed, agents=agents).islands(size, 60 * size).work()

    assert _rings(work) == []


@pytest.mark.parametrize("seed", [1, 111, 128])
def test_teams_that_do_a_little_for_others_raise_no_alarm(seed: int) -> None:
    # So little poor work is done for others that hardly any of it was accepted.
    fleet = Fleet(seed, agents=30).islands(5, 150).honest(400)

    assert _rings(fleet.work()) == []


@SEEDS
def test_a_clock_read_to_the_day_raises_no_alarm(seed: int) -> None:
    fleet = Fleet(seed).honest().cron((12, 23, 34), (5, 6, 7)).pipeline(3, 14, 25)

    assert _rings(read_to(fleet.work(), DAY_S)) == []


@SEEDS
def test_thumbs_and_pass_or_fail_raise_no_alarm(seed: int) -> None:
    work = Fleet(seed).honest().work()
    thumbs = np.where(work.rating > 0.6, 1.0, 0.0)
    passed = np.where(work.is_verified, np.where(work.verified > 0.6, 1.0, 0.0), np.nan)

    assert _rings(replace(work, rating=thumbs, verified=passed)) == []


@SEEDS
@pytest.mark.parametrize("agents", [5, 12])
def test_a_handful_of_agents_raises_no_alarm(seed: int, agents: int) -> None:
    assert _rings(Fleet(seed, agents=agents).honest(800).work()) == []
