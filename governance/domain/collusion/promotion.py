"""Whether a group in step rates those it calls on as nobody else does, for better or worse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from governance.domain.collusion.baselines import Baselines
from governance.domain.collusion.bounds import plain_chance
from governance.domain.collusion.interactions import Bools, Floats, Interactions, Ints
from governance.domain.collusion.lockstep import Lockstep
from governance.domain.policy.collusion import CollusionPolicy

_LEAST_RATINGS = 6
# How far the levels of agents lie apart, and how well one is known at best.
_BETWEEN, _DOUBT = 0.08, 0.02
_WITHIN_LEAST, _WITHIN_UNKNOWN = 0.12, 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """What a group in step gives its targets.

    ``ratings`` were given in step, ``rating`` on average, which lies ``deviation`` above what
    others say (below zero: running down). ``targets`` are the agents concerned, ``chance`` the
    probability of so much.
    """

    lockstep: Lockstep
    ratings: int
    rating: float
    deviation: float
    targets: Ints
    chance: float


class Outsiders:
    """What everybody outside a group, and verification, say of an agent."""

    def __init__(self, work: Interactions, baselines: Baselines) -> None:
        """Sort the interactions by the agent that was called on."""
        self._work, self._baselines = work, baselines
        self._by_target = np.argsort(work.counterparty, kind="stable")
        self._targets = work.counterparty[self._by_target]
        verified = work.verified[work.is_verified]
        rated = work.rating[baselines.unrelated]
        self._within = (
            max(_WITHIN_LEAST, float(np.std(verified))) ** 2 if len(verified) else _WITHIN_UNKNOWN
        )
        self._noise = float(np.var(rated))

    def plain_rating(self, rows: Ints) -> Floats:
        """Return ratings as an agent that is no kinder than others would have given them."""
        raters = self._work.initiator[rows]
        rating: Floats = self._work.rating[rows] - self._baselines.leniency[raters]
        return rating

    def level(self, target: int, is_member: Bools) -> tuple[float, float]:
        """Return the rating that a target's work deserves without the group, and its variance."""
        work, baselines = self._work, self._baselines
        low, high = np.searchsorted(self._targets, [target, target + 1])
        rows = self._by_target[low:high]
        trust = 1.0 / _BETWEEN**2
        total = baselines.middle * trust
        outside = rows[~is_member[work.initiator[rows]] & work.is_rated[rows]]
        if len(outside):
            weight = 1.0 / (self._noise / len(outside) + _DOUBT**2)
            total += weight * float(self.plain_rating(outside).mean())
            trust += weight
        checked = rows[work.is_verified[rows]]
        if len(checked):
            weight = 1.0 / (self._within / len(checked) + _DOUBT**2)
            total += weight * (float(work.verified[checked].mean()) + baselines.offset)
            trust += weight
        return total / trust, 1.0 / trust


def promotions(
    work: Interactions, groups: list[Lockstep], baselines: Baselines, policy: CollusionPolicy
) -> list[Promotion]:
    """Return what each group in step that rates often enough gives its targets."""
    if not groups or not work.is_rated.any():
        return []
    outsiders = Outsiders(work, baselines)
    usual = _unrelated(work, baselines)
    found = (_promotion(work, each, outsiders, usual, policy) for each in groups)
    return [each for each in found if each is not None]


def _promotion(
    work: Interactions,
    group: Lockstep,
    outsiders: Outsiders,
    usual: Floats,
    policy: CollusionPolicy,
) -> Promotion | None:
    rows = group.rows[work.is_rated[group.rows]]
    if len(rows) < _LEAST_RATINGS:
        return None
    is_member = np.zeros(work.agents, dtype=bool)
    is_member[group.members] = True
    given = outsiders.plain_rating(rows)
    targets, place, count = np.unique(
        work.counterparty[rows], return_inverse=True, return_counts=True
    )
    levels = np.array([outsiders.level(int(each), is_member) for each in targets])
    mean = float(np.mean(given - levels[place, 0]))
    variance = float((count**2 * (levels[:, 1] + policy.pair_spread**2)).sum())
    excess = len(rows) * (abs(mean) - policy.margin_lockstep)
    chance = 1.0
    if excess > 0.0:
        # Two sides were looked at.
        one_side = plain_chance(np.sign(mean) * usual, len(rows), excess, variance)
        chance = min(1.0, 2.0 * one_side)
    return Promotion(
        lockstep=group,
        ratings=len(rows),
        rating=float(work.rating[rows].mean()),
        deviation=mean,
        targets=targets,
        chance=chance,
    )


def _unrelated(work: Interactions, baselines: Baselines) -> Floats:
    rows = baselines.unrelated
    usual = baselines.leniency[work.initiator[rows]] + baselines.level[work.counterparty[rows]]
    residual: Floats = work.rating[rows] - usual
    return residual
