"""What unrelated parties say: how kindly each agent rates, and how good each one's work is.

Only interactions off the excess ties count, so that a ring cannot vouch for itself; quality that
was checked from outside anchors what ratings alone would say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from governance.domain.collusion.interactions import (
    Bools,
    Floats,
    Interactions,
    Ints,
    group_sums,
)
from governance.domain.collusion.ties import Ties

_ROUNDS = 4
# Ratings that an agent is assumed to have had beside its own.
_SHRINKAGE = 5.0
# One rating may not move a mean by more than this.
_LIMIT = 0.5
# Spread of quality between agents, between an agent's verified jobs, and of an agent's own level.
_BETWEEN, _WITHIN_LEAST, _LEVEL_DOUBT = 0.08, 0.12, 0.03
_USUAL_RATING = 0.8
# Fewer unrelated ratings than this say less than all ratings do.
_LEAST_UNRELATED = 20
_LEAST_BOTH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Baselines:
    """What ratings mean where nobody is suspected; arrays by agent, shape (agents,).

    ``leniency`` is how much above others an agent rates, with ``leniency_variance``: who rated one
    agent only may be strict, or that agent poor. ``level`` is the rating an agent's work usually
    gets, with ``level_variance``. ``middle`` is the fleet's median rating, ``offset`` how much
    ratings lie above verified quality. ``unrelated`` marks the interactions that count here.
    """

    leniency: Floats
    leniency_variance: Floats
    level: Floats
    level_variance: Floats
    middle: float
    offset: float
    unrelated: Bools


def baselines_of(work: Interactions, ties: Ties) -> Baselines:
    """Return the baselines of ``work``; without any rating they say nothing."""
    apart = ~ties.is_excess[ties.of_row]
    unrelated = apart & work.is_rated
    if unrelated.sum() < _LEAST_UNRELATED:
        unrelated = work.is_rated
    if not unrelated.any():
        flat = np.zeros(work.agents)
        return Baselines(
            leniency=flat,
            leniency_variance=flat,
            level=flat + _USUAL_RATING,
            level_variance=flat + _BETWEEN**2,
            middle=_USUAL_RATING,
            offset=0.0,
            unrelated=unrelated,
        )
    rater, rated = work.initiator[unrelated], work.counterparty[unrelated]
    middle = float(np.median(work.rating[unrelated]))
    deviation = np.clip(work.rating[unrelated] - middle, -_LIMIT, _LIMIT)
    leniency, above = _two_way(rater, rated, deviation, work.agents)
    count = np.bincount(rated, minlength=work.agents)
    noise = float(np.mean((deviation - leniency[rater] - above[rated]) ** 2))
    doubt = _SHRINKAGE / (count + _SHRINKAGE)
    level = middle + above
    variance = noise * count / (count + _SHRINKAGE) ** 2 + (_BETWEEN * doubt) ** 2
    offset = 0.0
    if work.is_verified.any():
        offset = _offset(work, leniency)
        level, variance = _anchored(work, level, variance, offset)
    return Baselines(
        leniency=leniency,
        leniency_variance=_BETWEEN**2 * _concentration(rater, rated, work.agents),
        level=level,
        level_variance=variance,
        middle=middle,
        offset=offset,
        unrelated=unrelated,
    )


def _two_way(rater: Ints, rated: Ints, deviation: Floats, agents: int) -> tuple[Floats, Floats]:
    """Return how kindly each agent rates and how well it is rated, by shrunken means in turn."""
    gave = np.bincount(rater, minlength=agents) + _SHRINKAGE
    got = np.bincount(rated, minlength=agents) + _SHRINKAGE
    leniency, above = np.zeros(agents), np.zeros(agents)
    for _ in range(_ROUNDS):
        leniency = group_sums(rater, deviation - above[rated], agents) / gave
        above = group_sums(rated, deviation - leniency[rater], agents) / got
    return leniency, above


def _concentration(rater: Ints, rated: Ints, agents: int) -> Floats:
    """Return how much of each agent's ratings went to the same agents, in [0, 1], 1 for one.

    Source: the Herfindahl-Hirschman index; its inverse is the effective number of agents rated.
    """
    pair, count = np.unique(rater * agents + rated, return_counts=True)
    given = np.bincount(rater, minlength=agents)
    squares = group_sums(pair // agents, count.astype(float) ** 2, agents)
    share: Floats = squares / np.maximum(given, 1).astype(float) ** 2
    return share


def _offset(work: Interactions, leniency: Floats) -> float:
    both = work.is_rated & work.is_verified
    if both.sum() < _LEAST_BOTH:
        return 0.0
    over = work.rating[both] - work.verified[both] - leniency[work.initiator[both]]
    return float(np.median(over))


def _anchored(
    work: Interactions, level: Floats, variance: Floats, offset: float
) -> tuple[Floats, Floats]:
    """Return level and variance with verified quality weighed in, by inverse variance."""
    seen, quality = work.counterparty[work.is_verified], work.verified[work.is_verified]
    count = np.bincount(seen, minlength=work.agents)
    mean = group_sums(seen, quality, work.agents) / np.maximum(count, 1) + offset
    within = max(_WITHIN_LEAST, float(np.std(quality))) ** 2
    trusted = np.where(count > 0, 1.0 / (within / np.maximum(count, 1) + _LEVEL_DOUBT**2), 1e-6)
    rated = 1.0 / np.maximum(variance, 1e-6)
    return (trusted * mean + rated * level) / (trusted + rated), 1.0 / (trusted + rated)
