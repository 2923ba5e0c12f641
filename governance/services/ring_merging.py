"""Rings that a scan finds to be one: the oldest takes over the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.collusion.states import (
    RingState,
    RingVerdict,
    ScanSlice,
    ring_absorbing,
    ring_after,
)
from governance.domain.phrases import list_words
from governance.events import CollusionMerged

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from governance.models import CollusionRing


# What a scan measured of a ring.
MEASURED = ("kind", "chance", "value_usd", "severity_usd", "figures", "last_scan")


def rings_merge_step(
    rings: Sequence[CollusionRing], *, actor: str, now: datetime
) -> tuple[CollusionRing, tuple[CollusionMerged, ...]]:
    """Return the oldest of these rings, which takes over the others, and the events to publish.

    The caller holds the members of all, and stores the ring that is returned. Whoever was accused
    in one of them is accused in that ring. What a confirmation imposed stays as it is and is taken
    back with that ring: its penalties and the checks asked for it are that ring's from now on.
    """
    first, *others = sorted(rings, key=lambda ring: (ring.opened_at, ring.pk))
    return first, tuple(_absorb(first, other, actor=actor, now=now) for other in others)


def _absorb(
    ring: CollusionRing, other: CollusionRing, *, actor: str, now: datetime
) -> CollusionMerged:
    agents = list(other.agents.order_by("name"))
    before = list(ring.agents.order_by("name").values_list("name", flat=True))
    was, held = RingState(other.state), RingState(ring.state)
    if was is RingState.CONFIRMED and held is not RingState.CONFIRMED:
        ring.settled_at, ring.settled_by = other.settled_at, other.settled_by
        ring.reason = other.reason
    ring.state = ring_absorbing(held, was).value
    ring.enforced = ring.enforced or other.enforced
    ring.findings = [*ring.findings, *other.findings]
    ring.circles, other.circles = [*ring.circles, *other.circles], []
    ring.penalties, other.penalties = [*ring.penalties, *other.penalties], []
    if other.last_scan.slice == ScanSlice.FULL and ring.last_scan.slice == ScanSlice.RECENT:
        # Fines follow the window that was read: the longer one counts.
        for name in MEASURED:
            setattr(ring, name, getattr(other, name))
    ring.agents.add(*agents)
    other.checks.update(ring=ring)
    other.state = ring_after(was, RingVerdict.MERGE).value
    other.merged_into, other.merged_at = ring, now
    other.save(update_fields=["state", "circles", "penalties", "merged_into", "merged_at"])
    sentence = (
        f"{list_words([agent.name for agent in agents])} were found to be one ring with"
        f" {list_words(before)}: that ring is judged, with all of them."
    )
    return CollusionMerged(
        fleet_id=ring.fleet_id,
        actor=actor,
        ring_id=other.pk,
        into=ring.pk,
        sentence=sentence,
        agents=tuple(str(agent.pk) for agent in agents),
    )
