"""What a scan found, piece by piece of evidence, as numbers that people and programs can check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from governance.domain.collusion.circular import Circle
from governance.domain.collusion.integrity import Evidence, Integrity
from governance.domain.collusion.interactions import Floats, Interactions
from governance.domain.collusion.promotion import Promotion
from governance.domain.collusion.rings import Ring
from governance.domain.collusion.scan import Scan
from governance.domain.collusion.verdicts import Door, Judged

# A kind of evidence is told beside the decisive one if it is this unlikely by itself.
_TOLD_BELOW = 0.01


class FindingKind(StrEnum):
    """What a finding is about; the first four are those of `Integrity`."""

    OVER_RATED = "over_rated"
    FAVOURED = "favoured"
    WAVED_THROUGH = "waved_through"
    JOINT_BENEFIT = "joint_benefit"
    LOCKSTEP = "lockstep"
    CIRCULAR = "circular"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One piece of evidence against the agents of a pair or group.

    ``interactions`` are all among them, ``expected`` what would be usual (pairs only). ``counted``
    of them have the fields; ``seen`` is their mean and ``usual`` what unrelated parties would have
    led us to expect: ratings, verified quality, accepted shares, joint payoffs, inflows passed on.
    ``rating`` is the mean rating of what counts. ``effect`` is how far the mean lies beyond usual,
    ``chance`` the probability of so much by luck after all corrections. ``door`` says what was
    taken together, ``begun_by`` which of a pair began all that counts, None for both, ``targets``
    who was called on in step.
    """

    kind: FindingKind
    agents: tuple[int, ...]
    interactions: int
    expected: float | None
    counted: int
    seen: float
    usual: float
    rating: float | None
    effect: float
    chance: float
    door: Door | None = None
    begun_by: int | None = None
    targets: tuple[int, ...] = ()


def ring_findings(scan: Scan, ring: Ring) -> list[Finding]:
    """Return all evidence that joins a ring, the least likely by luck first."""
    found = [
        *_ties(scan, scan.accused.ties, ring.ties),
        *_ties(scan, scan.accused.open_ties, ring.open_ties),
        *(_in_step(each) for each in ring.promotions),
        *(_circular(each) for each in ring.circles),
    ]
    return sorted(found, key=lambda each: (each.chance, -each.effect, each.agents))


def severity(ring: Ring, findings: list[Finding]) -> float:
    """Return value moved among the members times the mean size of effect, in dollars."""
    counted = sum(each.counted for each in findings)
    if not counted:
        return 0.0
    return ring.value_usd * sum(each.effect * each.counted for each in findings) / counted


def _ties(scan: Scan, judged: Judged, places: tuple[int, ...]) -> Iterator[Finding]:
    for place in places:
        chances = judged.chances[:, place]
        decisive = _decisive(judged, place)
        for number, sums in enumerate(judged.sums):
            if number == decisive or chances[number] < _TOLD_BELOW:
                found = _tie(scan, judged, place, sums.evidence)
                own = replace(found, chance=float(chances[number]), door=Door.TIE)
                yield found if number == decisive else own


def _decisive(judged: Judged, place: int) -> int:
    """Return the kind that speaks loudest: of the tie itself, else the one that leans furthest."""
    chances = judged.chances[:, place]
    if chances.min() < 1.0:
        return int(chances.argmin())
    means = [each.total[place] / max(1.0, each.count[place]) for each in judged.sums]
    return int(np.argmax(means))


def _tie(scan: Scan, judged: Judged, place: int, evidence: Evidence) -> Finding:
    work, pair, rows = scan.work, int(judged.pair[place]), scan.ties.rows(judged.pair[place])
    counted = rows[evidence.counts[rows]]
    rated = counted[work.is_rated[counted]]
    begun = np.unique(work.initiator[counted])
    return Finding(
        kind=FindingKind(evidence.kind.value),
        agents=(int(scan.ties.first[pair]), int(scan.ties.second[pair])),
        interactions=len(rows),
        expected=float(scan.ties.expected[pair]),
        counted=len(counted),
        seen=_mean(_values(work, evidence.kind)[counted]),
        usual=_mean(evidence.usual[counted]),
        rating=_mean(work.rating[rated]) if len(rated) else None,
        effect=_mean(evidence.excess[counted]) + evidence.margin,
        chance=float(judged.chance[place]),
        door=judged.door_of(place),
        begun_by=int(begun[0]) if len(begun) == 1 else None,
    )


def _values(work: Interactions, kind: Integrity) -> Floats:
    return {
        Integrity.OVER_RATED: work.verified,
        Integrity.FAVOURED: work.rating,
        Integrity.WAVED_THROUGH: work.accepted,
        Integrity.JOINT_BENEFIT: work.payoff,
    }[kind]


def _in_step(promotion: Promotion) -> Finding:
    return Finding(
        kind=FindingKind.LOCKSTEP,
        agents=tuple(promotion.lockstep.members.tolist()),
        interactions=len(promotion.lockstep.rows),
        expected=None,
        counted=promotion.ratings,
        seen=promotion.rating,
        usual=promotion.rating - promotion.deviation,
        rating=promotion.rating,
        effect=abs(promotion.deviation),
        chance=promotion.chance,
        targets=tuple(promotion.targets.tolist()),
    )


def _circular(circle: Circle) -> Finding:
    return Finding(
        kind=FindingKind.CIRCULAR,
        agents=tuple(circle.members.tolist()),
        interactions=len(circle.rows),
        expected=None,
        counted=len(circle.rows),
        seen=float(circle.matches),
        usual=circle.expected,
        rating=None,
        effect=circle.returned,
        chance=circle.chance,
    )


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else 0.0
