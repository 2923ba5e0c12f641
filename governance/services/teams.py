"""Declared teams: agents that people know to work closely together, until a time."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from governance.domain.collusion.states import RingState
from governance.domain.permissions import Action
from governance.domain.phrases import count_words, duration_words, list_words
from governance.events import TeamDeclared, TeamEnded
from governance.models import Agent, DeclaredTeam
from governance.refusals import ConflictError, ForbiddenError, InvalidFieldError
from governance.selectors.clock import clock_now
from governance.selectors.collusion import agents_lock, rings_standing
from governance.selectors.people import person_require
from governance.selectors.policies import policy_in_force
from governance.selectors.teams import team_of
from governance.services.events import events_publish
from governance.services.reasons import reason_require

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User
    from django.db.models import QuerySet

    from governance.models import CollusionRing, Fleet

MEMBERS_LEAST, MEMBERS_MOST = 2, 20
NAME_LONGEST = 120
_TIME = "%Y-%m-%d %H:%M"


@transaction.atomic
def team_declare(
    *,
    fleet: Fleet,
    user: User,
    name: str,
    members: Sequence[str],
    reason: str,
    until: datetime,
) -> DeclaredTeam:
    """Declare that agents work closely together: they are neither watched nor accused for it.

    Args:
        fleet: whose agents they are.
        user: who declares it, and owns none of them.
        name: of the workflow that brings them together.
        members: names of agents, or their ids.
        reason: why that is known.
        until: from when on it counts no longer, at most as far ahead as the policy says.

    Raises:
        ForbiddenError: role_too_low, or owns_agent.
        InvalidFieldError: naming ``name``, ``member``, ``reason`` or ``until``.
        ConflictError: ring_stands, if such a ring is suspected or confirmed.
    """
    now = clock_now()
    person_require(user=user, fleet=fleet, action=Action.COLLUSION_TEAM)
    _name_require(name)
    _until_require(until, policy_in_force(fleet=fleet)[1].collusion.team_days, now)
    reason_require(reason, missing="To declare a team needs a reason.")
    agents = agents_lock(_members(fleet, members))
    if any(agent.owner_id == user.pk for agent in agents):
        raise ForbiddenError(
            "You own one of the agents; somebody else must declare the team.", code="owns_agent"
        )
    _accusation_refuse(fleet, agents)
    team, told = team_store_step(
        fleet=fleet,
        ring=None,
        name=name.strip(),
        agents=agents,
        actor=user.get_username(),
        reason=reason,
        until=until,
        now=now,
    )
    events_publish(told, now=now)
    return team


@transaction.atomic
def team_end(*, fleet: Fleet, team_id: UUID, user: User, reason: str) -> DeclaredTeam:
    """End a declared team before its time: the next scan may watch and accuse its members.

    Raises:
        MissingError: for a team the fleet does not have.
        ForbiddenError: role_too_low.
        InvalidFieldError: without a reason.
        ConflictError: team_over, if it counts no longer.
    """
    now = clock_now()
    person_require(user=user, fleet=fleet, action=Action.COLLUSION_TEAM)
    reason_require(reason, missing="To end a team needs a reason.")
    team = team_of(fleet=fleet, team_id=team_id)
    # A scan reads teams while it holds their members.
    agents = agents_lock(team.agents.all())
    team.refresh_from_db()
    if not team.is_in_force(now):
        over = team.ended_at or team.until
        raise ConflictError(f"The team ended {over:{_TIME}} UTC.", code="team_over")
    team.ended_at, team.ended_by, team.end_reason = now, user.get_username(), reason
    team.save(update_fields=["ended_at", "ended_by", "end_reason"])
    names, early_s = list_words(_names(agents)), (team.until - now).total_seconds()
    told = TeamEnded(
        fleet_id=fleet.pk,
        actor=user.get_username(),
        team_id=team.pk,
        reason=reason,
        sentence=(
            f"{names} are no declared team any longer, {duration_words(early_s)} before its time:"
            " the next scan may watch and accuse them."
        ),
        agents=tuple(str(agent.pk) for agent in agents),
    )
    events_publish(told, now=now)
    return team


def team_store_step(
    *,
    ring: CollusionRing | None,
    fleet: Fleet,
    name: str,
    agents: Sequence[Agent],
    actor: str,
    reason: str,
    until: datetime,
    now: datetime,
) -> tuple[DeclaredTeam, TeamDeclared]:
    """Store a declared team of locked agents (a step; the caller publishes)."""
    team = DeclaredTeam.objects.create(
        fleet=fleet,
        ring=ring,
        name=name,
        reason=reason,
        declared_by=actor,
        declared_at=now,
        until=until,
    )
    team.agents.set(agents)
    told = TeamDeclared(
        fleet_id=fleet.pk,
        actor=actor,
        team_id=team.pk,
        reason=reason,
        sentence=f"{list_words(_names(agents))} count as a team until {until:{_TIME}} UTC.",
        agents=tuple(str(agent.pk) for agent in agents),
    )
    return team, told


def _names(agents: Sequence[Agent]) -> list[str]:
    return sorted(agent.name for agent in agents)


def _name_require(name: str) -> None:
    if not name.strip() or len(name) > NAME_LONGEST or "\x00" in name:
        allowed = f"1 to {NAME_LONGEST} characters, without U+0000"
        raise InvalidFieldError(
            f"Name the workflow that brings them together: {allowed}.",
            field="name",
            value=name,
            allowed=allowed,
        )


def _until_require(until: datetime, days: int, now: datetime) -> None:
    latest = now + timedelta(days=days)
    if not now < until <= latest:
        problem = (
            f"A team counts until a time to come; {until:{_TIME}} UTC is over."
            if until <= now
            else f"A team counts for at most {count_words(days, 'day')}, so until"
            f" {latest:{_TIME}} UTC; {until:{_TIME}} UTC is later."
        )
        raise InvalidFieldError(
            problem,
            field="until",
            value=until.isoformat(),
            allowed=f"after {now:{_TIME}} UTC, at most {latest:{_TIME}} UTC",
        )


def _members(fleet: Fleet, named: Collection[str]) -> QuerySet[Agent]:
    """Return the agents that are named, by name or id."""
    known = defaultdict(set)
    found = Agent.objects.filter(Q(name__in=named) | Q(external_id__in=named), fleet=fleet)
    for pk, name, external_id in found.values_list("pk", "name", "external_id"):
        known[name].add(pk)
        known[external_id].add(pk)
    for name in named:
        if len(known[name]) != 1:
            raise InvalidFieldError(
                f"{fleet.name} has no agent {name}."
                if not known[name]
                else f"{len(known[name])} agents are called {name}: give the id of one.",
                field="member",
                value=name,
                allowed="the name or the id of one agent of the fleet",
            )
    members = {pk for name in named for pk in known[name]}
    if not MEMBERS_LEAST <= len(members) <= MEMBERS_MOST:
        allowed = f"{MEMBERS_LEAST} to {MEMBERS_MOST} different agents"
        raise InvalidFieldError(
            f"A team has {allowed}; {count_words(len(members), 'agent')} named.",
            field="member",
            value=list(named),
            allowed=allowed,
        )
    return Agent.objects.filter(pk__in=members)


def _accusation_refuse(fleet: Fleet, agents: Sequence[Agent]) -> None:
    """Refuse to settle by a team what the ring's own ticket asks about.

    The caller holds the agents, as does a scan that stores a ring of them.
    """
    team = {agent.pk for agent in agents}
    for ring in rings_standing(fleet=fleet).prefetch_related("agents"):
        members = list(ring.agents.all())
        if team.issuperset(agent.pk for agent in members):
            first = (
                "answer its ticket"
                if ring.state == RingState.SUSPECTED
                else "clear it on its page before they are declared a team"
            )
            raise ConflictError(
                f"{list_words(_names(members))} are a ring that is {ring.state.lower()}: {first}.",
                code="ring_stands",
            )
