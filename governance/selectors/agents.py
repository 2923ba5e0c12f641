"""Agents and what they have earned."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from governance.models import Agent, BreakerTransition, Outcome
from governance.refusals import MissingError

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

    from governance.models import Fleet


def agent_get(*, fleet: Fleet, external_id: str) -> Agent:
    """Return one agent of the fleet with its standing and owner.

    Raises:
        MissingError: if the fleet has no such agent.
    """
    agent = _agents(fleet).filter(external_id=external_id).first()
    if agent is None:
        raise MissingError(
            f"Fleet {fleet.slug} has no agent {external_id}.",
            code="agent_unknown",
            field="agent",
            value=external_id,
            allowed="an agent registered with PUT agents/{external_id}",
        )
    return agent


def agents_of(*, fleet: Fleet) -> list[Agent]:
    """Return the fleet's agents with standing and owner, by external id."""
    return list(_agents(fleet).order_by("external_id"))


def agent_lock(agent_id: UUID) -> Agent:
    """Return the agent under its row lock, with its standing: first in the lock order.

    Raises:
        Agent.DoesNotExist: if it is gone.
    """
    Agent.objects.select_for_update(no_key=True).only("pk").get(pk=agent_id)
    # Read in a statement of its own: whoever waited for the lock would get the joined standing as
    # it was before the wait, and write over what the holder had just stored.
    return Agent.objects.select_related("standing", "fleet__policy").get(pk=agent_id)


def outcomes_last(*, agent: Agent, most: int) -> list[Outcome]:
    """Return the agent's latest outcomes, newest first."""
    return list(Outcome.objects.filter(agent=agent).order_by("-fact")[:most])


def transitions_of(*, agent: Agent, most: int) -> list[BreakerTransition]:
    """Return the breaker's latest moves, newest first."""
    return list(BreakerTransition.objects.filter(agent=agent).order_by("-fact", "-id")[:most])


def _agents(fleet: Fleet) -> QuerySet[Agent]:
    return Agent.objects.select_related("standing", "owner").filter(fleet=fleet)


def agents_lock(*, fleet: Fleet, names: Collection[str]) -> list[Agent]:
    """Return the named agents under their row locks, by id (the lock order), with standings."""
    wanted = Agent.objects.filter(fleet=fleet, external_id__in=names).order_by("pk")
    locked = [agent.pk for agent in wanted.select_for_update(no_key=True).only("pk")]
    # In a statement of its own, as in `agent_lock`.
    return list(Agent.objects.select_related("standing").filter(pk__in=locked).order_by("pk"))
