"""The agents of a fleet as a list that people filter, sort and page through."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db.models import Case, Count, F, IntegerField, Q, Value, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import Lower

from governance.domain.types import BreakerMode, BreakerState, Enforcement, Hold, Tier
from governance.models import Agent
from governance.refusals import MissingError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User
    from django.db.models import QuerySet

    from governance.models import Fleet


class AgentCondition(StrEnum):
    """What a list of agents can be narrowed to.

    The first five exclude each other and leave none out; an agent in any of them may be paused or
    in shadow besides.
    """

    LATCHED = "latched"
    FROZEN = "frozen"
    SUPERVISED = "supervised"
    PROBATION = "probation"
    CLOSED = "closed"
    PAUSED = "paused"
    SHADOW = "shadow"


class RosterOrder(StrEnum):
    """What a list of agents can be sorted by."""

    STATE = "state"
    NAME = "name"
    TRUST = "trust"
    OWNER = "owner"
    SEEN = "seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterQuery:
    """Which agents, in which order; an empty or missing field narrows nothing.

    ``owner`` is a user name, ``search`` a part of name, external id, template or model.
    """

    condition: AgentCondition | None = None
    tier: Tier | None = None
    owner: str = ""
    search: str = ""
    order: RosterOrder = RosterOrder.STATE
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """One page of the list, and how many agents the query matches in all."""

    agents: tuple[Agent, ...]
    matching: int


_HELD = Q(standing__hold=Hold.LATCHED.value)
_SUPERVISED = Q(standing__hold=Hold.SUPERVISED.value)
_FORCED = Q(standing__hold=Hold.FORCED_OPEN.value)
_FREE = Q(standing__hold=Hold.NONE.value)


# The place of those that run freely, behind the five states that do not.
FREELY = 5


def _conditions(fleet: Fleet, now: datetime) -> Mapping[AgentCondition, Q]:
    """Return each condition as a filter, the one that needs a look most first."""
    in_state = {state: _FREE & Q(standing__breaker_state=state.value) for state in BreakerState}
    shadow = Q(enforcement=Enforcement.SHADOW.value) | ~Q(
        standing__breaker_mode=BreakerMode.ENFORCE.value
    )
    if fleet.enforcement == Enforcement.SHADOW:
        shadow |= Q(enforcement="")
    return {
        AgentCondition.LATCHED: _HELD,
        AgentCondition.FROZEN: _FORCED | in_state[BreakerState.OPEN],
        AgentCondition.SUPERVISED: _SUPERVISED,
        AgentCondition.PROBATION: in_state[BreakerState.HALF_OPEN],
        AgentCondition.CLOSED: in_state[BreakerState.CLOSED],
        AgentCondition.PAUSED: paused_at(now),
        AgentCondition.SHADOW: shadow,
    }


def paused_at(now: datetime) -> Q:
    """Return the filter of agents whose pause lasts at ``now``."""
    return Q(paused_at__isnull=False) & (Q(pause_until=None) | Q(pause_until__gt=now))


def roster(*, fleet: Fleet, query: RosterQuery, now: datetime, offset: int, most: int) -> Roster:
    """Return one page of the fleet's agents with standing and owner; two queries.

    Tiers and scores are filtered and sorted as of each agent's last outcome. Ties go by external
    id, so that the order is the same at every look.
    """
    found = _matching(fleet, query, now)
    ordered = found.select_related("standing", "owner").order_by(
        _order(query, fleet, now), "external_id"
    )
    return Roster(agents=tuple(ordered[offset : offset + most]), matching=found.count())


def roster_ids(*, fleet: Fleet, query: RosterQuery, now: datetime) -> list[UUID]:
    """Return which agents a whole list has, in its order (`roster`)."""
    ordered = _matching(fleet, query, now).order_by(_order(query, fleet, now), "external_id")
    return list(ordered.values_list("pk", flat=True))


def agents_listed(*, agent_ids: Sequence[UUID]) -> list[Agent]:
    """Return these agents with standing and owner, in this order; one that is gone is left out."""
    found = Agent.objects.select_related("standing", "owner").in_bulk(list(agent_ids))
    return [found[agent_id] for agent_id in agent_ids if agent_id in found]


def roster_counts(*, fleet: Fleet, now: datetime) -> Mapping[str, int]:
    """Return how many agents are in each condition, ``all`` of them, and how many ``run_freely``:
    closed and not paused. One query."""
    conditions = _conditions(fleet, now)
    freely = conditions[AgentCondition.CLOSED] & ~paused_at(now)
    counts: dict[str, int] = Agent.objects.filter(fleet=fleet).aggregate(
        all=Count("pk"),
        run_freely=Count("pk", filter=freely),
        **{name.value: Count("pk", filter=holds) for name, holds in conditions.items()},
    )
    return counts


def agents_named(*, fleet: Fleet, search: str) -> list[UUID]:
    """Return the fleet's agents with this in their name or external id."""
    named = Q(name__icontains=search) | Q(external_id__icontains=search)
    return list(Agent.objects.filter(named, fleet=fleet).values_list("pk", flat=True))


def roster_owners(*, fleet: Fleet) -> list[User]:
    """Return everyone who owns an agent of the fleet, by user name."""
    owning = Agent.objects.filter(fleet=fleet).values("owner_id")
    return list(get_user_model().objects.filter(pk__in=owning).order_by("username"))


def agent_listed(*, fleet: Fleet, agent_id: UUID) -> Agent:
    """Return one agent of the fleet with standing, owner and what it began with.

    Raises:
        MissingError: agent_unknown, for another fleet's too.
    """
    agents = Agent.objects.select_related("standing", "owner", "beginning")
    agent = agents.filter(fleet=fleet, pk=agent_id).first()
    if agent is None:
        sentence = f"Fleet {fleet.slug} has no such agent."
        raise MissingError(sentence, code="agent_unknown", field="agent", value=str(agent_id))
    return agent


def _matching(fleet: Fleet, query: RosterQuery, now: datetime) -> QuerySet[Agent]:
    agents = Agent.objects.filter(fleet=fleet)
    if query.condition is not None:
        agents = agents.filter(_conditions(fleet, now)[query.condition])
    if query.tier is not None:
        agents = agents.filter(_tier_in_force(query.tier, now))
    if query.owner:
        agents = agents.filter(owner__username=query.owner)
    for word in query.search.split():
        agents = agents.filter(
            Q(name__icontains=word)
            | Q(external_id__icontains=word)
            | Q(template__icontains=word)
            | Q(model__icontains=word)
        )
    return agents


def _tier_in_force(tier: Tier, now: datetime) -> Q:
    """Return the filter of agents whose limits this tier sets: low while a penalty stands."""
    earned, penal = Q(standing__tier=tier.value), Q(penal_until__gt=now)
    return earned | penal if tier is Tier.LOW else earned & ~penal


def _order(query: RosterQuery, fleet: Fleet, now: datetime) -> OrderBy:
    columns: Mapping[RosterOrder, Case | F | Lower] = {
        RosterOrder.STATE: standing_place(fleet, now),
        RosterOrder.NAME: Lower("name"),
        RosterOrder.TRUST: F("standing__trust"),
        RosterOrder.OWNER: Lower("owner__last_name"),
        RosterOrder.SEEN: F("last_seen_at"),
    }
    # What is not known stands last either way round.
    return OrderBy(columns[query.order], descending=query.descending, nulls_last=True)


def standing_place(fleet: Fleet, now: datetime) -> Case:
    """Return how soon an agent's state needs a look, 0 the soonest, `FREELY` where it is free."""
    conditions = _conditions(fleet, now)
    places = (
        AgentCondition.LATCHED,
        AgentCondition.FROZEN,
        AgentCondition.SUPERVISED,
        AgentCondition.PROBATION,
        AgentCondition.PAUSED,
    )
    return Case(
        *(When(conditions[name], then=Value(place)) for place, name in enumerate(places)),
        default=Value(FREELY),
        output_field=IntegerField(),
    )
