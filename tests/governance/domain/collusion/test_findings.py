from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from governance.domain.collusion.findings import (
    Finding,
    FindingKind,
    ring_findings,
    severity,
)
from governance.domain.collusion.rings import Ring
from governance.domain.collusion.scan import Scan, scan
from governance.domain.collusion.verdicts import Door
from governance.domain.collusion.watch import Watched, covered_list, watch_list
from governance.domain.policy.collusion import CollusionPolicy
from tests.governance.domain.collusion.fleets import without
from tests.governance.domain.collusion.planted import (
    BOOSTERS,
    CHAIN,
    CIRCLE,
    GAINERS,
    IN_STEP,
    STAR,
    WAVED,
    many_rings,
)

POLICY = CollusionPolicy()


@cache
def _scanned() -> Scan:
    return scan(many_rings().work(), POLICY)


def _ring(*members: int) -> Ring:
    (found,) = [ring for ring in _scanned().rings if ring.members == tuple(sorted(members))]
    return found


def _kinds(*members: int) -> set[FindingKind]:
    return {each.kind for each in ring_findings(_scanned(), _ring(*members))}


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        (BOOSTERS, FindingKind.OVER_RATED),
        (CHAIN, FindingKind.OVER_RATED),
        (STAR, FindingKind.FAVOURED),
        (WAVED, FindingKind.WAVED_THROUGH),
        (GAINERS, FindingKind.JOINT_BENEFIT),
        (IN_STEP, FindingKind.LOCKSTEP),
        (CIRCLE, FindingKind.CIRCULAR),
    ],
)
def test_each_kind_of_ring_has_its_evidence(members: tuple[int, ...], kind: FindingKind) -> None:
    assert kind in _kinds(*members)


def test_findings_come_the_surest_first() -> None:
    chances = [each.chance for each in ring_findings(_scanned(), _ring(*BOOSTERS))]

    assert chances == sorted(chances)


def test_a_chain_names_who_rates_whom() -> None:
    begun = {each.begun_by for each in ring_findings(_scanned(), _ring(*CHAIN))}

    assert begun & set(CHAIN)


@pytest.mark.parametrize(
    ("members", "kind", "side"),
    [
        (BOOSTERS, FindingKind.OVER_RATED, -1.0),
        (STAR, FindingKind.FAVOURED, 1.0),
        (WAVED, FindingKind.WAVED_THROUGH, 1.0),
    ],
)
def test_an_effect_is_how_far_what_was_seen_lies_from_what_is_usual(
    members: tuple[int, ...], kind: FindingKind, side: float
) -> None:
    found = [each for each in ring_findings(_scanned(), _ring(*members)) if each.kind is kind]

    assert [each.effect for each in found] == pytest.approx(
        [side * (each.seen - each.usual) for each in found]
    )


def test_a_star_is_accused_by_what_its_ties_show_together() -> None:
    doors = {each.door for each in ring_findings(_scanned(), _ring(*STAR))}

    assert Door.STAR in doors


def test_a_tie_without_evidence_of_its_own_is_told_by_what_leans_furthest() -> None:
    scanned = _scanned()
    ties = replace(scanned.accused.ties, chances=scanned.accused.ties.chances * 0.0 + 1.0)
    found = ring_findings(
        replace(scanned, accused=replace(scanned.accused, ties=ties)), _ring(*BOOSTERS)
    )

    assert found
    assert all(each.effect > 0.0 for each in found)


def test_without_ratings_a_finding_has_no_rating() -> None:
    scanned = scan(without(many_rings().work(), "rating"), POLICY)

    found = [each for ring in scanned.rings for each in ring_findings(scanned, ring)]

    assert [each.rating for each in found if each.kind is FindingKind.WAVED_THROUGH] == [None]


def test_severity_is_the_value_times_the_mean_effect() -> None:
    ring = replace(_ring(*WAVED), value_usd=100.0)
    one = Finding(
        kind=FindingKind.FAVOURED, agents=WAVED, interactions=9, expected=1.0, counted=1,
        seen=0.9, usual=0.7, rating=0.9, effect=0.2, chance=1e-9,
    )  # fmt: skip

    assert severity(ring, [one, replace(one, counted=3, effect=0.4)]) == pytest.approx(35.0)
    assert severity(ring, [replace(one, counted=0)]) == 0.0


def test_the_watch_list_names_nobody_who_is_accused_with_a_partner() -> None:
    rings = [set(ring.members) for ring in _scanned().rings]

    for watched in watch_list(_scanned()):
        assert not any(ring.issuperset(watched.agents) for ring in rings)


def test_jobs_on_the_hour_are_watched_as_a_group_in_step() -> None:
    in_step = [each for each in watch_list(_scanned()) if each.expected is None]

    assert (12, 26, 37) in {each.agents for each in in_step}
    assert all(each.chance is None for each in in_step)


def test_ties_are_listed_the_least_likely_first_and_no_more_than_asked_for() -> None:
    ties = [each for each in watch_list(_scanned(), most=5) if each.expected is not None]
    chances = [each.chance for each in ties]

    assert len(ties) == 5
    assert chances == sorted(chances, key=lambda chance: chance or 0.0)
    assert all(0 <= each.checked <= each.interactions for each in ties)


def test_a_declared_team_is_not_watched() -> None:
    team = frozenset((12, 26, 37))
    first = _first_tie()

    watched = {each.agents for each in watch_list(_scanned(), [team, frozenset(first.agents)])}

    assert (12, 26, 37) not in watched
    assert first.agents not in watched


def test_what_a_team_explains_is_listed_with_the_team() -> None:
    in_step, first = (12, 26, 37), _first_tie()
    team = frozenset((*in_step, *first.agents))

    covered = covered_list(_scanned(), team)

    assert covered[0].agents == in_step
    assert first in covered
    assert all(team.issuperset(each.agents) for each in covered)
    assert covered_list(_scanned(), frozenset()) == []


def _first_tie() -> Watched:
    return next(each for each in watch_list(_scanned()) if each.expected is not None)
