"""Evidence of damaged integrity: how far each interaction departs from what unrelated parties do.

Four kinds, each an excess minus a tolerated margin: the margin is the policy, and matters more
than any other choice. Without its fields a kind is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.optimize import isotonic_regression

from governance.domain.collusion.baselines import Baselines
from governance.domain.collusion.bounds import ResidualLaw
from governance.domain.collusion.interactions import (
    Bools,
    Floats,
    Interactions,
    Ints,
    group_sums,
)
from governance.domain.collusion.ties import Ties
from governance.domain.policy.collusion import CollusionPolicy

_LEVELS = 12
_POOR_LEVELS = 6
_FLAT_LEVELS = 2
_RATING_BINS = 25
_QUALITY_BINS = 20
# What this share of unrelated work is accepted at is not poor.
_ACCEPTED_ANYWAY = 0.85
_LEAST_BOTH = 50
# Fewer unrelated ones say less than all do, though a ring then vouches for itself.
_LEAST_UNRELATED = 20
_LEAST_IN_BIN = 20
_SHRINKAGE = 5.0
_PAYOFF_LIMIT = 3.0


class Integrity(StrEnum):
    """The kinds of evidence on a tie."""

    OVER_RATED = "over_rated"
    FAVOURED = "favoured"
    WAVED_THROUGH = "waved_through"
    JOINT_BENEFIT = "joint_benefit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One kind of evidence, one element of each array for an interaction.

    ``counts`` marks the interactions that have the fields. ``excess`` is the residual minus the
    ``margin``, ``bin`` the bin of its level in ``law``, ``variance`` that of what it was compared
    with. ``usual`` is what unrelated parties would have led us to expect. ``least`` interactions
    are needed before anybody is accused.
    """

    kind: Integrity
    counts: Bools
    excess: Floats
    margin: float
    usual: Floats
    bin: Ints
    law: ResidualLaw
    variance: Floats
    least: int


def evidence_of(
    work: Interactions, ties: Ties, baselines: Baselines, policy: CollusionPolicy
) -> list[Evidence]:
    """Return the kinds of evidence that the fields of ``work`` allow."""
    apart = ~ties.is_excess[ties.of_row]
    makers: tuple[Callable[..., Iterator[Evidence]], ...] = (
        _favoured,
        _over_rated,
        _waved_through,
        _joint_benefit,
    )
    found = (each for make in makers for each in make(work, apart, baselines, policy))
    return [each for each in found if each.counts.any()]


def _favoured(
    work: Interactions, _apart: Bools, baselines: Baselines, policy: CollusionPolicy
) -> Iterator[Evidence]:
    """Rated above what others give the same agent."""
    if not work.is_rated.any():
        return
    usual = baselines.level[work.counterparty] + baselines.leniency[work.initiator]
    excess = work.rating - usual
    unrelated = baselines.unrelated
    law = ResidualLaw(usual[unrelated], excess[unrelated], _LEVELS)
    yield Evidence(
        kind=Integrity.FAVOURED,
        counts=work.is_rated,
        excess=excess - policy.margin_favoured,
        margin=policy.margin_favoured,
        usual=usual,
        bin=law.bin_of(usual),
        law=law,
        variance=baselines.level_variance[work.counterparty]
        + baselines.leniency_variance[work.initiator],
        least=policy.least_favoured,
    )


def _over_rated(
    work: Interactions, apart: Bools, baselines: Baselines, policy: CollusionPolicy
) -> Iterator[Evidence]:
    """Rated above what such a rating usually means once the work is checked from outside."""
    both = work.is_rated & work.is_verified
    if both.sum() < _LEAST_BOTH:
        return
    unrelated = both & apart
    if unrelated.sum() < _LEAST_UNRELATED:
        unrelated = both
    plain = np.where(work.is_rated, work.rating - baselines.leniency[work.initiator], 0.0)
    place = _bins(plain, _RATING_BINS)
    usual = _quality_by_rating(place[unrelated], work.verified[unrelated])[place]
    over = np.where(both, usual - np.where(work.is_verified, work.verified, 0.0), 0.0)
    rated, agents = work.counterparty[unrelated], work.agents
    # What unrelated parties over-rate this agent too is no favour of its partner.
    common = np.maximum(0.0, group_sums(rated, over[unrelated], agents)) / (
        np.bincount(rated, minlength=agents) + _SHRINKAGE
    )
    common = common[work.counterparty]
    over -= common
    law = ResidualLaw(usual[unrelated], over[unrelated], _LEVELS)
    yield Evidence(
        kind=Integrity.OVER_RATED,
        counts=both,
        excess=over - policy.margin_over_rated,
        margin=policy.margin_over_rated,
        usual=usual - common,
        bin=law.bin_of(usual),
        law=law,
        variance=np.zeros(len(work)),
        least=policy.least_over_rated,
    )


def _waved_through(
    work: Interactions, apart: Bools, _baselines: Baselines, policy: CollusionPolicy
) -> Iterator[Evidence]:
    """Poor work accepted more often than others accept such work."""
    judged = work.is_verified & ~np.isnan(work.accepted)
    if not judged.any():
        return
    unrelated = judged & apart
    if unrelated.sum() < _LEAST_UNRELATED:
        unrelated = judged
    place = _bins(np.where(work.is_verified, work.verified, 0.0), _QUALITY_BINS)
    rate = _accepted_by_quality(place[unrelated], work.accepted[unrelated])
    usual = rate[place]
    poor = judged & (usual < _ACCEPTED_ANYWAY)
    excess = np.where(poor, work.accepted - usual, 0.0)
    seen = poor & unrelated
    # Some poor work is accepted everywhere, also where too little was seen to show it.
    law = ResidualLaw(usual[seen], excess[seen], _POOR_LEVELS, reach=1.0)
    yield Evidence(
        kind=Integrity.WAVED_THROUGH,
        counts=poor,
        excess=excess - policy.margin_waved_through,
        margin=policy.margin_waved_through,
        usual=usual,
        bin=law.bin_of(usual),
        law=law,
        variance=np.zeros(len(work)),
        least=policy.least_waved_through,
    )


def _joint_benefit(
    work: Interactions, apart: Bools, _baselines: Baselines, policy: CollusionPolicy
) -> Iterator[Evidence]:
    """Both gain more from accepted work than others do from work of that quality."""
    paid = ~np.isnan(work.payoff) & work.is_verified & (work.accepted == 1.0)
    if not paid.any():
        return
    payoff = np.where(paid, work.payoff, 0.0)
    place = _bins(np.where(work.is_verified, work.verified, 0.0), _QUALITY_BINS)
    unrelated = paid & apart
    count = np.bincount(place[unrelated], minlength=_QUALITY_BINS)
    mean = group_sums(place[unrelated], payoff[unrelated], _QUALITY_BINS) / np.maximum(count, 1)
    known = paid & (count[place] >= _LEAST_IN_BIN)
    deviation = payoff - mean[place]
    spread = max(float(np.std(deviation[unrelated])), 1e-6) if unrelated.any() else 1.0
    limited = np.clip(deviation / spread, -_PAYOFF_LIMIT, _PAYOFF_LIMIT) / _PAYOFF_LIMIT
    flat = np.zeros(len(work))
    law = ResidualLaw(flat[unrelated], limited[unrelated], _FLAT_LEVELS)
    yield Evidence(
        kind=Integrity.JOINT_BENEFIT,
        counts=known,
        excess=limited - policy.margin_joint_benefit,
        margin=policy.margin_joint_benefit,
        usual=mean[place],
        bin=law.bin_of(flat),
        law=law,
        variance=flat,
        least=policy.least_joint_benefit,
    )


def _quality_by_rating(place: Ints, verified: Floats) -> Floats:
    """Return the verified quality that a rating of each bin usually means, never falling."""
    count = np.bincount(place, minlength=_RATING_BINS) + 0.5
    mean = float(np.mean(verified))
    total = group_sums(place, verified, _RATING_BINS) + 0.5 * mean
    quality: Floats = isotonic_regression(total / count, weights=count).x
    return quality


def _accepted_by_quality(place: Ints, accepted: Floats) -> Floats:
    """Return the share that is usually accepted of each bin of quality, never falling.

    Of a quality that was hardly ever judged no more is known than of the next better one.
    """
    count = np.bincount(place, minlength=_QUALITY_BINS)
    total = group_sums(place, accepted, _QUALITY_BINS)
    rate, better = np.empty(_QUALITY_BINS), 1.0
    for each in reversed(range(_QUALITY_BINS)):
        better = rate[each] = (total[each] + better) / (count[each] + 1.0)
    share: Floats = isotonic_regression(rate, weights=count + 1.0).x
    return share


def _bins(share: Floats, bins: int) -> Ints:
    return np.clip((np.clip(share, 0.0, 1.0) * bins).astype(np.int64), 0, bins - 1)
