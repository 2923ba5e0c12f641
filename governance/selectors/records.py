"""What is on record about one agent, newest first: outcomes, decisions, breaker moves, events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.models import BreakerTransition, Decision, Event, Outcome, Task
from governance.models.event import AgentKey

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from governance.models import Agent

# How far back an agent's events are searched for the few kinds that tell of it.
EVENTS_SEARCHED = 500


def outcomes_recent(*, agent: Agent, most: int) -> list[Outcome]:
    """Return the agent's latest outcomes with their tasks."""
    outcomes = Outcome.objects.select_related("task").filter(agent=agent)
    return list(outcomes.order_by("-fact")[:most])


def decisions_recent(*, agent: Agent, most: int) -> list[Decision]:
    """Return the gate's latest decisions about the agent's latest ``most`` tasks.

    Found through the tasks, whose order is indexed; an older task that was looked at again just
    now is not among them.
    """
    latest = Task.objects.filter(agent=agent).order_by("-created_at").values("pk")[:most]
    decisions = Decision.objects.select_related("task", "policy").filter(task__in=list(latest))
    return list(decisions.order_by("-created_at", "-id")[:most])


def transitions_recent(*, agent: Agent, most: int) -> list[BreakerTransition]:
    """Return the breaker's latest moves with the policy each was made by."""
    moves = BreakerTransition.objects.select_related("policy").filter(agent=agent)
    return list(moves.order_by("-fact", "-id")[:most])


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
    """Return the latest events of these names about the agent, among its last 500 events."""
    about = Event.objects.filter(fleet_id=agent.fleet_id).alias(about=AgentKey())
    seqs = about.filter(about=str(agent.pk)).order_by("-seq").values_list("seq", flat=True)
    searched = list(seqs[:EVENTS_SEARCHED])
    if not searched:
        return []
    told = about.filter(about=str(agent.pk), seq__gte=searched[-1], name__in=names)
    return list(told.order_by("-seq")[:most])
