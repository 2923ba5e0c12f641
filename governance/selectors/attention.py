"""Which agents of a fleet people should look at, and why."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db.models.fields.json import KT

from governance.domain.collusion.states import RingState
from governance.domain.types import Tier
from governance.events import TierChanged
from governance.models import Agent, CollusionRing, Event
from governance.models.event import AgentKey
from governance.selectors.roster import FREELY, standing_place

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from governance.models import Fleet

_FELL_WITHIN = timedelta(hours=24)
_RANK = {Tier.LOW: 0, Tier.MEDIUM: 1, Tier.HIGH: 2}


class Look(NamedTuple):
    """An agent to look at.

    ``held`` says that it does not run freely, ``in_ring`` that a ring of it waits for people,
    ``drifting`` that an alarm of drift does; ``fell_from`` is the tier it had 24 h ago where it has
    a lower one now, else None.
    """

    agent_id: UUID
    held: bool
    in_ring: bool
    drifting: bool
    fell_from: Tier | None


def agents_to_look_at(*, fleet: Fleet, now: datetime) -> list[Look]:
    """Return the agents that need a look, the worst first; three queries.

    First those that are held, as the list of agents sorts them; then members of rings, drifting
    ones and those that only fell.
    """
    rings = CollusionRing.objects.filter(
        fleet=fleet, state=RingState.SUSPECTED.value, enforced=True, merged_into=None
    )
    members = set(rings.values_list("agents", flat=True))
    earlier = _tiers_before(fleet, now)
    agents = Agent.objects.filter(fleet=fleet).annotate(place=standing_place(fleet, now))
    rows = agents.order_by("place", "external_id").values_list(
        "pk", "place", "standing__drifting", "standing__tier"
    )
    looks = [
        Look(
            pk,
            held=place < FREELY,
            in_ring=pk in members,
            drifting=bool(drifting),
            fell_from=_fallen(earlier.get(str(pk)), tier),
        )
        for pk, place, drifting, tier in rows
    ]
    # The sort is stable: those that are held keep their order.
    return sorted((look for look in looks if _badness(look) < _NONE), key=_badness)


_NONE = 4


def _badness(look: Look) -> int:
    reasons = (look.held, look.in_ring, look.drifting, look.fell_from is not None)
    return reasons.index(True) if any(reasons) else _NONE


def _tiers_before(fleet: Fleet, now: datetime) -> Mapping[str, Tier]:
    """Return the tier before the first change of each agent within 24 h, by its id."""
    changes = Event.objects.filter(
        fleet=fleet,
        name=TierChanged.wire_name,
        created_at__gt=now - _FELL_WITHIN,
        created_at__lte=now,
    ).annotate(about=AgentKey(), tier=KT("payload__before"))
    first = changes.order_by("about", "seq").distinct("about")
    return {about: Tier(tier) for about, tier in first.values_list("about", "tier")}


def _fallen(before: Tier | None, tier: str | None) -> Tier | None:
    if before is None or tier is None:
        return None
    return before if _RANK[Tier(tier)] < _RANK[before] else None
