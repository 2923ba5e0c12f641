"""What is on record about one agent or ring: outcomes, decisions, breaker moves, events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.models import BreakerTransition, Decision, Event, Outcome, Task
from governance.models.event import AgentKey

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.models import Agent, CollusionRing


def outcomes_recent(*, agent: Agent, most: int) -> list[Outcome]:
    """Return the agent's latest outcomes with their tasks."""
    outcomes = Outcome.objects.select_related("task").filter(agent=agent)
    return list(outcomes.order_by("-fact")[:most])


def outcomes_all(*, agent: Agent) -> QuerySet[Outcome]:
    """Return every outcome of the agent with its task, the newest first."""
    return agent.outcomes.select_related("task").order_by("-fact")


def decisions_recent(*, agent: Agent, most: int) -> list[Decision]:
    """Return the gate's latest decisions about the agent's latest ``most`` tasks.

    Found through the tasks, whose order is indexed; an older task that was looked at again just
    now is not among them.
    """
    latest = (
        Task.objects.filter(agent=agent).order_by("-created_at").values_list("pk", flat=True)[:most]
    )
    decisions = Decision.objects.select_related("task", "policy").filter(task__in=list(latest))
    return list(decisions.order_by("-created_at", "-id")[:most])


def transitions_last(
    *, agent_ids: Collection[UUID], moves: Collection[str]
) -> Mapping[UUID, BreakerTransition]:
    """Return each agent's latest move of these kinds, by agent; one query."""
    found = (
        BreakerTransition.objects.filter(agent_id__in=agent_ids, move__in=moves)
        .order_by("agent_id", "-fact", "-id")
        .distinct("agent_id")
    )
    return {move.agent_id: move for move in found}


def agent_events(*, agent: Agent, names: Collection[str], most: int) -> list[Event]:
    """Return the latest events of these names about the agent.

    Ask for rare names: all of the agent's events of these names are looked at.
    """
    about = Event.objects.filter(fleet_id=agent.fleet_id, name__in=names).alias(about=AgentKey())
    return list(about.filter(about=str(agent.pk)).order_by("-seq")[:most])


def agent_ring_events(*, agent: Agent, names: Collection[str], most: int) -> list[Event]:
    """Return the latest events of these names about a ring the agent is a member of."""
    rings = agent.rings.values_list("pk", flat=True)
    return list(_about_rings(agent.fleet_id, rings, names).order_by("-seq")[:most])


def ring_events(*, ring: CollusionRing, names: Collection[str]) -> list[Event]:
    """Return the events of these names about the ring, oldest first."""
    return list(_about_rings(ring.fleet_id, [ring.pk], names).order_by("seq"))


def _about_rings(fleet_id: UUID, rings: Iterable[UUID], names: Collection[str]) -> QuerySet[Event]:
    """Return events about no one agent but a ring of these; all of the names are looked at."""
    named = Event.objects.filter(fleet_id=fleet_id, name__in=names).alias(about=AgentKey())
    return named.filter(about__isnull=True, ids__ring__in=[str(ring) for ring in rings])
