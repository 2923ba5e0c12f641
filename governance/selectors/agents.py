"""Agents and what they have earned."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from governance.models import Agent
from governance.refusals import MissingError
from governance.selectors.compiled import CompiledQuery

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from governance.models import Fleet

_LOCK = CompiledQuery(
    lambda pk: Agent.objects.select_for_update(no_key=True).only("pk").filter(pk=pk), UUID
)
_LOCK_NAMED = CompiledQuery(
    lambda fleet, name: (
        Agent.objects.select_for_update(no_key=True)
        .only("pk")
        .filter(fleet_id=fleet, external_id=name)
    ),
    UUID,
    str,
)
_STANDING = CompiledQuery(
    lambda pk: Agent.objects.select_related("standing", "fleet").filter(pk=pk), UUID
)


def agent_get(*, fleet: Fleet, external_id: str) -> Agent:
    """Return one agent of the fleet with its standing and owner.

    Raises:
        MissingError: if the fleet has no such agent.
    """
    agents = Agent.objects.select_related("standing", "owner").filter(fleet=fleet)
    agent = agents.filter(external_id=external_id).first()
    if agent is None:
        raise _unknown(fleet, external_id)
    return agent


def agent_called(*, fleet: Fleet, name: str) -> Agent:
    """Return the agent of the fleet with this external id, or else with this id, and its standing.

    Raises:
        MissingError: if the fleet has no such agent.
    """
    named = Q(external_id=name)
    with suppress(ValueError):
        named |= Q(pk=UUID(name))
    agents = list(Agent.objects.select_related("standing", "owner").filter(named, fleet=fleet))
    if not agents:
        raise _unknown(fleet, name)
    return next((agent for agent in agents if agent.external_id == name), agents[0])


def agents_of_name(*, fleet: Fleet, name: str) -> list[Agent]:
    """Return the fleet's agents that people call this, whatever the case, by id; at most ten."""
    called = Agent.objects.select_related("standing", "owner").filter(name__iexact=name)
    return list(called.filter(fleet=fleet).order_by("external_id")[:10])


def agents_to_choose(*, fleet: Fleet, most: int) -> list[tuple[str, str]]:
    """Return external id and name of the fleet's agents, by name; at most ``most``."""
    agents = Agent.objects.filter(fleet=fleet).order_by("name", "external_id")
    return list(agents.values_list("external_id", "name")[:most])


def agent_lock(agent_id: UUID) -> Agent:
    """Return the agent under its row lock, with its standing: first in the lock order.

    Raises:
        Agent.DoesNotExist: if it is gone.
    """
    if _LOCK.first(agent_id) is None:
        raise Agent.DoesNotExist
    return _locked(agent_id)


def agent_shown(agent_id: UUID) -> Agent:
    """Return the agent with its owner, standing and fleet, as people are shown it.

    Raises:
        Agent.DoesNotExist: if there is no such agent.
    """
    return Agent.objects.select_related("owner", "standing", "fleet").get(pk=agent_id)


def agents_named(agent_ids: Collection[str]) -> list[str]:
    """Return the external ids of these agents, in order."""
    names = Agent.objects.filter(pk__in=agent_ids).order_by("external_id")
    return list(names.values_list("external_id", flat=True))


def agent_names(agent_ids: Iterable[str]) -> Mapping[str, str]:
    """Return what these agents are called, by id; one query, none for nobody."""
    wanted = set(agent_ids)
    if not wanted:
        return {}
    rows = Agent.objects.filter(pk__in=wanted).values_list("pk", "name")
    return {str(pk): name for pk, name in rows}


def agent_lock_named(*, fleet: Fleet, external_id: str) -> Agent:
    """Return the named agent as `agent_lock` does.

    Raises:
        MissingError: if the fleet has no such agent.
    """
    found = _LOCK_NAMED.first(fleet.pk, external_id)
    if found is None:
        raise _unknown(fleet, external_id)
    return _locked(found.pk)


def agents_lock(*, fleet: Fleet, names: Collection[str]) -> list[Agent]:
    """Return the named agents under their row locks, by id (the lock order), as `agent_lock`."""
    wanted = Agent.objects.filter(fleet=fleet, external_id__in=names).order_by("pk")
    locked = [agent.pk for agent in wanted.select_for_update(no_key=True).only("pk")]
    # In a statement of its own, as in `_locked`.
    agents = Agent.objects.select_related("standing", "fleet")
    return list(agents.filter(pk__in=locked).order_by("pk"))


def _locked(agent_id: UUID) -> Agent:
    # Read in a statement of its own: whoever waited for the lock would get the joined standing as
    # it was before the wait, and write over what the holder had just stored.
    agent = _STANDING.first(agent_id)
    if agent is None:
        raise Agent.DoesNotExist
    return agent


def _unknown(fleet: Fleet, external_id: str) -> MissingError:
    return MissingError(
        f"Fleet {fleet.slug} has no agent {external_id}.",
        code="agent_unknown",
        field="agent",
        value=external_id,
        allowed="an agent registered with PUT agents/{external_id}",
    )
