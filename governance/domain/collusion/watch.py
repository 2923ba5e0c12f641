"""The watch list: who works together unusually often, or in step, without evidence of damage.

Information, not accusation: nothing follows from it but where checks are aimed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from governance.domain.collusion.interactions import Ints
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
    accused = np.zeros(scan.work.agents, dtype=bool)
    for ring in scan.rings:
        accused[list(ring.members)] = True
    in_step = [
        Watched(
            agents=tuple(each.members.tolist()),
            interactions=len(each.rows),
            expected=None,
            chance=None,
            checked=int(scan.work.is_verified[each.rows].sum()),
        )
        for each in scan.locksteps
        if not accused[each.members].any()
        and not any(team.issuperset(each.members.tolist()) for team in teams)
    ]
    return in_step + [_tie(scan, pair) for pair in _ties(scan, teams)[:most].tolist()]


def _ties(scan: Scan, teams: Collection[frozenset[int]]) -> Ints:
    """Return the pairs of excess ties that accuse nobody, the least likely first."""
    ties = scan.ties
    group = np.full(scan.work.agents, -1)
    for number, ring in enumerate(scan.rings):
        group[list(ring.members)] = number
    is_open = ties.is_excess & ~(
        (group[ties.first] >= 0) & (group[ties.first] == group[ties.second])
    )
    for team in teams:
        is_member = np.zeros(scan.work.agents, dtype=bool)
        is_member[list(team)] = True
        is_open &= ~(is_member[ties.first] & is_member[ties.second])
    pair = np.flatnonzero(is_open)
    # Far ties underflow to the same chance: the greater excess goes first then.
    excess = ties.count[pair] / np.maximum(ties.expected[pair], 1e-9)
    found: Ints = pair[np.lexsort((pair, -excess, ties.chance[pair]))]
    return found


def _tie(scan: Scan, pair: int) -> Watched:
    rows = scan.ties.rows(pair)
    return Watched(
        agents=(int(scan.ties.first[pair]), int(scan.ties.second[pair])),
        interactions=int(scan.ties.count[pair]),
        expected=float(scan.ties.expected[pair]),
        chance=float(scan.ties.chance[pair]),
        checked=int(scan.work.is_verified[rows].sum()),
    )
