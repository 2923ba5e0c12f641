"""Rings: agents joined by accusations, what moved among them, and what it costs others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from governance.domain.collusion.circular import Circle
from governance.domain.collusion.graphs import components
from governance.domain.collusion.interactions import Bools, Interactions, Ints
from governance.domain.collusion.promotion import Promotion
from governance.domain.collusion.ties import Ties
from governance.domain.collusion.verdicts import Judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """Agents joined by accused pairs, groups in step and circles, all that joins them listed.

    ``ties`` and ``open_ties`` are places in the judgements, ``chance`` the least probability of
    any of it, ``value_usd`` what moved among the members, ``interactions`` how many those were.
    ``outside_quality`` is the mean verified quality of what members do for others, over
    ``outside_checked`` of them, None for none; ``drawn_usd`` is the net value that members took
    from others.
    """

    members: tuple[int, ...]
    ties: tuple[int, ...]
    open_ties: tuple[int, ...]
    promotions: tuple[Promotion, ...]
    circles: tuple[Circle, ...]
    chance: float
    value_usd: float
    interactions: int
    outside_quality: float | None
    outside_checked: int
    drawn_usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Accusations:
    """Everything that joins agents to rings."""

    ties: Judged
    open_ties: Judged
    promotions: list[Promotion]
    circles: list[Circle]


def rings_of(work: Interactions, ties: Ties, accused: Accusations) -> list[Ring]:
    """Return the rings, the one that moved most value first."""
    edges = [_pairs(ties, accused.ties), _pairs(ties, accused.open_ties)]
    edges += [_chain(each.lockstep.members) for each in accused.promotions]
    edges += [_chain(each.members) for each in accused.circles]
    first, second = np.concatenate(edges, axis=1)
    group = components(first, second, work.agents)
    # Only what touches a member matters below: a small part of all.
    rows = np.flatnonzero((group[work.initiator] >= 0) | (group[work.counterparty] >= 0))
    found = [
        _ring(work, ties, accused, rows, group == each)
        for each in range(int(group.max(initial=-1)) + 1)
    ]
    return sorted(found, key=lambda ring: (-ring.value_usd, ring.members))


def _pairs(ties: Ties, judged: Judged) -> Ints:
    pair = judged.pair[judged.is_accused]
    return np.stack([ties.first[pair], ties.second[pair]])


def _chain(members: Ints) -> Ints:
    return np.stack([np.repeat(members[:1], len(members) - 1), members[1:]])


def _ring(
    work: Interactions,
    ties: Ties,
    accused: Accusations,
    rows: Ints,
    is_member: Bools,
) -> Ring:
    def inside(judged: Judged) -> tuple[int, ...]:
        of = judged.is_accused & is_member[ties.first[judged.pair]]
        return tuple(np.flatnonzero(of).tolist())

    own, other = inside(accused.ties), inside(accused.open_ties)
    promotions = tuple(each for each in accused.promotions if is_member[each.lockstep.members[0]])
    circles = tuple(each for each in accused.circles if is_member[each.members[0]])
    by_member, for_member = is_member[work.initiator[rows]], is_member[work.counterparty[rows]]
    among = rows[by_member & for_member]
    outward, asked = rows[for_member & ~by_member], rows[by_member & ~for_member]
    checked = outward[work.is_verified[outward]]
    return Ring(
        members=tuple(np.flatnonzero(is_member).tolist()),
        ties=own,
        open_ties=other,
        promotions=promotions,
        circles=circles,
        chance=min(
            [
                *accused.ties.chance[list(own)].tolist(),
                *accused.open_ties.chance[list(other)].tolist(),
                *(each.chance for each in promotions),
                *(each.chance for each in circles),
            ]
        ),
        value_usd=float(work.value_usd[among].sum()),
        interactions=len(among),
        outside_quality=float(work.verified[checked].mean()) if len(checked) else None,
        outside_checked=len(checked),
        drawn_usd=float(work.value_usd[outward].sum() - work.value_usd[asked].sum()),
    )
