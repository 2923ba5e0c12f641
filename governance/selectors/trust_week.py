"""How an agent's trust went lately: the scores that were kept, and what its breaker did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.collusion.states import RingVerdict
from governance.domain.outcome_fact import failure_of
from governance.domain.types import Result
from governance.events import CollusionSettled
from governance.models import BreakerTransition, Outcome
from governance.selectors.records import agent_ring_events

if TYPE_CHECKING:
    from datetime import datetime

    from governance.models import Agent

_COUNTED = [result.value for result in Result if failure_of(result) is not None]
SCORES_MOST, MOVES_MOST, RINGS_MOST = 2_000, 200, 20


def scores_since(*, agent: Agent, since: datetime) -> list[tuple[datetime, float | None]]:
    """Return when outcomes finished and the score after each, oldest first.

    None where nothing was measured. Outcomes that count neither way are left out. At most the
    ``SCORES_MOST`` latest.
    """
    rows = Outcome.objects.filter(agent=agent, finished_at__gte=since, result__in=_COUNTED)
    latest = rows.order_by("-finished_at", "-fact").values_list("finished_at", "trust_after")
    return list(latest[:SCORES_MOST])[::-1]


def transitions_since(
    *, agent: Agent, since: datetime, most: int = MOVES_MOST
) -> list[BreakerTransition]:
    """Return the moves of the agent's breaker, oldest first; at most the latest ``most``."""
    rows = BreakerTransition.objects.filter(agent=agent, created_at__gte=since)
    return list(rows.order_by("-fact", "-id")[:most])[::-1]


def penalties_since(*, agent: Agent, since: datetime) -> list[datetime]:
    """Return when people confirmed a ring that the agent is in."""
    events = agent_ring_events(agent=agent, names=[CollusionSettled.wire_name], most=RINGS_MOST)
    return [
        event.created_at
        for event in events
        if event.created_at >= since and event.payload["verdict"] == RingVerdict.CONFIRM
    ]
