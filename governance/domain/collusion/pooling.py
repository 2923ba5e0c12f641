"""Evidence of several interactions taken together: a tie, its triangles, a star around one agent.

What is pooled is chosen by counts only, before anybody looks at ratings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, eye_array

from governance.domain.collusion.bounds import sum_chance
from governance.domain.collusion.integrity import Evidence
from governance.domain.collusion.interactions import Bools, Floats, Ints, group_sums

_ALIKE_SHARE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class TieSums:
    """One kind of evidence summed by tie, shape (ties,); ``bins`` counts it by bin of level."""

    evidence: Evidence
    count: Floats
    total: Floats
    bins: csr_matrix
    variance: Floats

    @property
    def is_enough(self) -> Bools:
        """Return which ties have interactions enough to be accused."""
        return self.count >= self.evidence.least


def tie_sums(evidence: Sequence[Evidence], tie: Ints, ties: int) -> list[TieSums]:
    """Return each kind of evidence summed by tie.

    Args:
        evidence: by interaction.
        tie: the tie of each interaction, -1 for none, shape (interactions,).
        ties: how many there are.
    """
    found = []
    for each in evidence:
        rows = np.flatnonzero(each.counts & (tie >= 0))
        of = tie[rows]
        found.append(
            TieSums(
                evidence=each,
                count=np.bincount(of, minlength=ties).astype(float),
                total=group_sums(of, each.excess[rows], ties),
                bins=csr_matrix(
                    (np.ones(len(rows)), (of, each.bin[rows])), shape=(ties, each.law.bins)
                ),
                variance=group_sums(of, each.variance[rows], ties),
            )
        )
    return found


def tie_chances(sums: Sequence[TieSums], pair_spread: float) -> Floats:
    """Return for each kind and tie the probability of so much by chance, shape (kinds, ties)."""
    return np.stack(
        [
            _chance(
                each.evidence,
                each.count,
                each.bins,
                each.total,
                (each.count * pair_spread) ** 2 + each.count * each.variance,
            )
            for each in sums
        ]
    )


def pooled_chances(
    sums: Sequence[TieSums], pool: csr_matrix, pair_spread: float, *, is_shared: bool
) -> Floats:
    """Return the same for pools of ties, shape (kinds, pools).

    Args:
        sums: by tie.
        pool: which ties each pool holds, shape (pools, ties), of zeros and ones.
        pair_spread: how much two honest agents may agree more than others.
        is_shared: whether the ties of a pool are all compared with one agent's level, so that
            its error is common to them.
    """
    chances = []
    for each in sums:
        count = pool @ each.count
        # What a pair has in common counts once for each pair; more pairs average it out.
        common = pool @ (each.count * pair_spread) ** 2
        if is_shared:
            common += count * (pool @ each.variance)
        else:
            common += pool @ (each.count * each.variance)
        chances.append(_chance(each.evidence, count, pool @ each.bins, pool @ each.total, common))
    return np.stack(chances)


def is_alike(sums: Sequence[TieSums], pool: csr_matrix) -> Bools:
    """Return for each kind and tie whether the tie shows at least half of what its pool shows.

    Else a guilty tie would convict its neighbours; a tie without such evidence of its own may be
    spoken for. Shape (kinds, ties).
    """
    alike = []
    for each in sums:
        own = each.total / np.maximum(each.count, 1.0)
        pooled = (pool @ each.total) / np.maximum(pool @ each.count, 1.0)
        alike.append((each.count == 0.0) | (own >= _ALIKE_SHARE * pooled))
    return np.stack(alike)


def best_chance(chances: Floats, enough: Bools) -> Floats:
    """Return the least of the kinds' probabilities, corrected for how many kinds could speak.

    Args:
        chances: shape (kinds, n).
        enough: which of them rest on enough, same shape.
    """
    kinds = np.maximum(enough.sum(axis=0), 1)
    best: Floats = np.minimum(1.0, kinds * chances.min(axis=0))
    return best


def triangle_pool(first: Ints, second: Ints, agents: int) -> csr_matrix:
    """Return for each tie itself and the ties it forms triangles with, shape (ties, ties)."""
    ties = len(first)
    sides = triangles(first, second, agents)
    row = sides[:, [0, 0, 1, 1, 2, 2]].ravel()
    column = sides[:, [1, 2, 0, 2, 0, 1]].ravel()
    beside = csr_matrix((np.ones(len(row)), (row, column)), shape=(ties, ties))
    return csr_matrix(beside + eye_array(ties, format="csr"))


def triangles(first: Ints, second: Ints, agents: int) -> Ints:
    """Return the triangles among ties as rows of three places in ``first``, shape (n, 3)."""
    ties = len(first)
    degree = np.bincount(np.concatenate([first, second]), minlength=agents)
    # Every tie points to its busier end, which keeps the paths to look at few.
    rank = np.empty(agents, dtype=np.int64)
    rank[np.lexsort((np.arange(agents), degree))] = np.arange(agents)
    is_forward = rank[first] < rank[second]
    start = np.where(is_forward, first, second)
    end = np.where(is_forward, second, first)
    order = np.argsort(start * agents + end)
    keys, by_start, by_end = (start * agents + end)[order], start[order], end[order]
    begins = np.searchsorted(by_start, np.arange(agents + 1))
    width = begins[by_start + 1] - begins[by_start]
    tie = np.repeat(np.arange(ties), width)
    if not len(tie):
        return np.zeros((0, 3), dtype=np.int64)
    step = np.arange(len(tie)) - np.repeat(np.cumsum(width) - width, width)
    other = begins[by_start[tie]] + step
    rises = rank[by_end[tie]] < rank[by_end[other]]
    tie, other = tie[rises], other[rises]
    wanted = by_end[tie] * agents + by_end[other]
    place = np.minimum(np.searchsorted(keys, wanted), ties - 1)
    closed = keys[place] == wanted
    found: Ints = order[np.stack([tie[closed], other[closed], place[closed]], axis=1)]
    return found


def star_pool(targets: Ints) -> tuple[csr_matrix, Ints]:
    """Return which ties lead to each target, shape (stars, ties), and the star of each tie or -1.

    ``targets`` is the agent that each tie serves, -1 where neither side serves the other.
    """
    ties = np.flatnonzero(targets >= 0)
    star = np.full(len(targets), -1, dtype=np.int64)
    _, star[ties] = np.unique(targets[ties], return_inverse=True)
    stars = int(star.max(initial=-1)) + 1
    pool = csr_matrix((np.ones(len(ties)), (star[ties], ties)), shape=(stars, len(targets)))
    return pool, star


def _chance(
    evidence: Evidence, count: Floats, bins: csr_matrix, total: Floats, common: Floats
) -> Floats:
    chance = sum_chance(bins, evidence.law, total, common)
    return np.where(count >= evidence.least, chance, 1.0)
