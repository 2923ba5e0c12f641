"""Which pairs of agents are accused: integrity evidence on a tie, in its triangles, in its star."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.sparse import csr_matrix

from governance.domain.collusion.integrity import Evidence
from governance.domain.collusion.interactions import Bools, Floats, Interactions, Ints
from governance.domain.collusion.pooling import (
    TieSums,
    best_chance,
    is_alike,
    pooled_chances,
    star_pool,
    tie_chances,
    tie_sums,
    triangle_pool,
)
from governance.domain.collusion.significance import discoveries
from governance.domain.collusion.ties import Ties
from governance.domain.policy.collusion import CollusionPolicy

_STAR_LEAST = 3
_STAR_OWN = 0.5


class Door(StrEnum):
    """By which evidence a pair is accused."""

    TIE = "tie"
    TRIANGLE = "triangle"
    STAR = "star"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Pairs that were looked at, one element of each array for one of them.

    ``pair`` is its place in `Ties`, ``chance`` the probability of its evidence by chance after
    all corrections, ``door`` the place in `Door` of what decided, ``is_accused``. ``sums`` are its
    evidence by kind, ``chances`` the tie's own, shape (kinds, pairs).
    """

    pair: Ints
    chance: Floats
    door: Ints
    is_accused: Bools
    sums: list[TieSums]
    chances: Floats

    def door_of(self, place: int) -> Door:
        """Return by which evidence the pair at ``place`` is accused."""
        return tuple(Door)[int(self.door[place])]


def excess_judged(
    work: Interactions, ties: Ties, evidence: list[Evidence], policy: CollusionPolicy
) -> Judged:
    """Return the judgement of every excess tie."""
    pair = np.flatnonzero(ties.is_excess)
    sums, chances = _own(ties, pair, evidence, policy)
    if not sums or not len(pair):
        return _silent(pair, sums, chances)
    enough = np.stack([each.is_enough for each in sums])
    own = best_chance(chances, enough)
    by_door = [own, np.ones(len(pair)), np.ones(len(pair))]
    doors = 1
    first, second = ties.first[pair], ties.second[pair]

    triangles = triangle_pool(first, second, work.agents)
    if triangles.nnz > len(pair):
        doors += 1
        leans = np.stack([each.total > 0.0 for each in sums])
        # What a tie cannot say itself others may say for it, not what it contradicts.
        speaks = (chances < policy.own_chance) | (~enough & leans)
        heard = speaks & is_alike(sums, triangles)
        pooled = _best_pooled(sums, triangles, policy, is_shared=False, heard=heard)
        by_door[1] = np.where(np.diff(triangles.indptr) > 1, pooled, 1.0)

    pool, star = star_pool(_served(work, ties, pair, policy))
    if pool.shape[0]:
        doors += 1
        pooled = _best_pooled(sums, pool, policy, is_shared=True)
        is_star = (star >= 0) & (np.bincount(star[star >= 0])[star] >= _STAR_LEAST)
        speaks = own < max(_STAR_OWN, policy.own_chance)
        by_door[2] = np.where(is_star & speaks, pooled[star], 1.0)

    chance = np.minimum(1.0, doors * np.min(by_door, axis=0))
    return Judged(
        pair=pair,
        chance=chance,
        door=np.argmin(by_door, axis=0),
        is_accused=discoveries(chance, policy.alarm_rate),
        sums=sums,
        chances=chances,
    )


def open_judged(ties: Ties, evidence: list[Evidence], policy: CollusionPolicy) -> Judged:
    """Return the judgement of the other pairs with interactions enough, by a stricter rate."""
    pair = np.flatnonzero(~ties.is_excess & (ties.count >= policy.open_least))
    sums, chances = _own(ties, pair, evidence, policy)
    if not sums or not len(pair):
        return _silent(pair, sums, chances)
    chance = best_chance(chances, np.stack([each.is_enough for each in sums]))
    return Judged(
        pair=pair,
        chance=chance,
        door=np.full(len(pair), tuple(Door).index(Door.OPEN)),
        is_accused=discoveries(chance, policy.open_rate),
        sums=sums,
        chances=chances,
    )


def _own(
    ties: Ties, pair: Ints, evidence: list[Evidence], policy: CollusionPolicy
) -> tuple[list[TieSums], Floats]:
    """Return each kind of evidence of the given pairs, and what it is by chance."""
    place = np.full(len(ties), -1, dtype=np.int64)
    place[pair] = np.arange(len(pair))
    sums = tie_sums(evidence, place[ties.of_row], len(pair))
    return sums, tie_chances(sums, policy.pair_spread) if sums else np.ones((0, len(pair)))


def _best_pooled(
    sums: list[TieSums],
    pool: csr_matrix,
    policy: CollusionPolicy,
    *,
    is_shared: bool,
    heard: Bools | None = None,
) -> Floats:
    chances = pooled_chances(sums, pool, policy.pair_spread, is_shared=is_shared)
    if heard is not None:
        chances = np.where(heard, chances, 1.0)
    enough = np.stack([pool @ each.count >= each.evidence.least for each in sums])
    return best_chance(chances, enough)


def _served(work: Interactions, ties: Ties, pair: Ints, policy: CollusionPolicy) -> Ints:
    """Return the agent that each tie's other side does much of its work for, -1 for none."""
    begun_by_first = np.bincount(
        ties.of_row[work.initiator == ties.first[ties.of_row]], minlength=len(ties)
    )[pair]
    first, second, count = ties.first[pair], ties.second[pair], ties.count[pair]
    begun_by_second = count - begun_by_first

    def serves(begun: Ints, agent: Ints) -> Bools:
        much: Bools = begun >= policy.served_share * work.given[agent]
        return much & (begun >= policy.tie_least)

    return np.where(
        serves(begun_by_first, first),
        second,
        np.where(serves(begun_by_second, second), first, -1),
    )


def _silent(pair: Ints, sums: list[TieSums], chances: Floats) -> Judged:
    return Judged(
        pair=pair,
        chance=np.ones(len(pair)),
        door=np.zeros(len(pair), dtype=np.int64),
        is_accused=np.zeros(len(pair), dtype=bool),
        sums=sums,
        chances=chances,
    )
