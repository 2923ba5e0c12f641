"""The watch list: who works together unusually often, or in step, without evidence of damage.

Information, not accusation: nothing follows from it but where checks are aimed. What a declared
team explains is a list of its own.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from governance.domain.collusion.interactions import Bools
from governance.domain.collusion.scan import Scan

WATCHED_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A tie or a group in step on the watch list.

    ``agents`` are two for a tie; ``expected`` and ``chance`` are None for a group in step, whose
    ``interactions`` are those begun in step. ``checked`` of them were verified from outside.
    """

    agents: tuple[int, ...]
    interactions: int
    expected: float | None
    chance: float | None
    checked: int


def watch_list(
    scan: Scan, teams: Collection[frozenset[int]] = (), most: int = WATCHED_MOST
) -> list[Watched]:
    """Return the groups in step, then the excess ties by how unlikely they are.

    Args:
        scan: what was found.
        teams: declared ones, whose members may work together as often as they like.
        most: how many ties are listed.
    """
    in_step = [
        each for each in _in_step(scan) if not any(team.issuperset(each.agents) for team in teams)
    ]
    is_open = _accuses_nobody(scan)
    for team in teams:
        is_open &= ~_is_inside(scan, team)
    return in_step + _ties(scan, is_open, most)


def covered_list(scan: Scan, team: frozenset[int], most: int = WATCHED_MOST) -> list[Watched]:
    """Return what a declared team explains and would be watched without it, as `watch_list`."""
    in_step = [each for each in _in_step(scan) if team.issuperset(each.agents)]
    return in_step + _ties(scan, _accuses_nobody(scan) & _is_inside(scan, team), most)


def _in_step(scan: Scan) -> list[Watched]:
    """Return the groups in step none of which is accused."""
    accused = np.zeros(scan.work.agents, dtype=bool)
    for ring in scan.rings:
        accused[list(ring.members)] = True
    return [
        Watched(
            agents=tuple(each.members.tolist()),
            interactions=len(each.rows),
            expected=None,
            chance=None,
            checked=int(scan.work.is_verified[each.rows].sum()),
        )
        for each in scan.locksteps
        if not accused[each.members].any()
    ]


def _accuses_nobody(scan: Scan) -> Bools:
    """Return which pairs are excess ties outside of rings."""
    ties = scan.ties
    group = np.full(scan.work.agents, -1)
    for number, ring in enumerate(scan.rings):
        group[list(ring.members)] = number
    is_of_one = (group[ties.first] >= 0) & (group[ties.first] == group[ties.second])
    found: Bools = ties.is_excess & ~is_of_one
    return found


def _is_inside(scan: Scan, team: frozenset[int]) -> Bools:
    """Return which pairs have both agents in the team."""
    is_member = np.zeros(scan.work.agents, dtype=bool)
    is_member[list(team)] = True
    inside: Bools = is_member[scan.ties.first] & is_member[scan.ties.second]
    return inside


def _ties(scan: Scan, wanted: Bools, most: int) -> list[Watched]:
    """Return the ties of the wanted pairs, the least likely first."""
    ties, pair = scan.ties, np.flatnonzero(wanted)
    # Far ties underflow to the same chance: the greater excess goes first then.
    excess = ties.count[pair] / np.maximum(ties.expected[pair], 1e-9)
    ordered = pair[np.lexsort((pair, -excess, ties.chance[pair]))]
    return [_tie(scan, each) for each in ordered[:most].tolist()]


def _tie(scan: Scan, pair: int) -> Watched:
    rows = scan.ties.rows(pair)
    return Watched(
        agents=(int(scan.ties.first[pair]), int(scan.ties.second[pair])),
        interactions=int(scan.ties.count[pair]),
        expected=float(scan.ties.expected[pair]),
        chance=float(scan.ties.chance[pair]),
        checked=int(scan.work.is_verified[rows].sum()),
    )
