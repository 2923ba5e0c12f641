"""One scan of a fleet: ties, baselines, integrity, lockstep, circular value, rings, ranking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from governance.domain.collusion.baselines import Baselines, baselines_of
from governance.domain.collusion.circular import circles
from governance.domain.collusion.integrity import Evidence, evidence_of
from governance.domain.collusion.interactions import Floats, Interactions
from governance.domain.collusion.lockstep import Lockstep, locksteps
from governance.domain.collusion.promotion import Promotion, promotions
from governance.domain.collusion.ranking import risks
from governance.domain.collusion.rings import Accusations, Ring, rings_of
from governance.domain.collusion.significance import discoveries
from governance.domain.collusion.ties import Ties, ties_of
from governance.domain.collusion.verdicts import excess_judged, open_judged
from governance.domain.policy.collusion import CollusionPolicy

STAGES = ("ties", "baselines", "integrity", "lockstep", "circular", "rings")
# What a pair off the excess ties shows counts a tenth in the ranking.
_OPEN_DISCOUNT = 10.0

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What a scan found.

    ``chance`` is the least probability of evidence against each agent, ``risk`` how much speaks
    against it, proved or not; both of shape (agents,).
    """

    work: Interactions
    ties: Ties
    baselines: Baselines
    evidence: list[Evidence]
    accused: Accusations
    locksteps: list[Lockstep]
    rings: list[Ring]
    chance: Floats
    risk: Floats


def scan(work: Interactions, policy: CollusionPolicy, told: Told = lambda _: None) -> Scan:
    """Return what the interactions of one window show; the same input gives the same result.

    Args:
        work: what agents did for each other.
        policy: margins and rates.
        told: called with each of `STAGES` as it begins.
    """
    told("ties")
    ties = ties_of(work, policy)
    told("baselines")
    baselines = baselines_of(work, ties)
    told("integrity")
    evidence = evidence_of(work, ties, baselines, policy)
    own = excess_judged(work, ties, evidence, policy)
    other = open_judged(ties, evidence, policy)
    told("lockstep")
    in_step = locksteps(work, policy)
    promoted = promotions(work, in_step, baselines, policy)
    is_accused = discoveries(np.array([each.chance for each in promoted]), policy.alarm_rate)
    told("circular")
    circular = circles(work, policy)
    told("rings")
    accused = Accusations(
        ties=own,
        open_ties=other,
        promotions=[each for each, found in zip(promoted, is_accused, strict=True) if found],
        circles=circular,
    )
    chance = _chance(work, ties, accused, promoted)
    return Scan(
        work=work,
        ties=ties,
        baselines=baselines,
        evidence=evidence,
        accused=accused,
        locksteps=in_step,
        rings=rings_of(work, ties, accused),
        chance=chance,
        risk=risks(work, ties, evidence, chance),
    )


def _chance(
    work: Interactions, ties: Ties, accused: Accusations, promoted: list[Promotion]
) -> Floats:
    """Return the least probability of evidence against each agent, convicted or not."""
    chance = np.ones(work.agents)
    own, other = accused.ties, accused.open_ties
    for judged, discount in ((own, 1.0), (other, _OPEN_DISCOUNT)):
        least = np.minimum(1.0, judged.chance * discount)
        np.minimum.at(chance, ties.first[judged.pair], least)
        np.minimum.at(chance, ties.second[judged.pair], least)
    for each in promoted:
        members = each.lockstep.members
        chance[members] = np.minimum(chance[members], each.chance)
    for circle in accused.circles:
        chance[circle.members] = np.minimum(chance[circle.members], circle.chance)
    return chance
