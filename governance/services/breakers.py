"""What people and operating keys do to an agent: freeze, release, pause, resume."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.holds import (
    breaker_force_open,
    breaker_release,
    breaker_release_early,
    freeze_sentence,
    release_requirement,
)
from governance.domain.permissions import Action
from governance.domain.settling import frozen_by
from governance.domain.types import BreakerState
from governance.events import AgentPaused, AgentResumed
from governance.models import Agent
from governance.refusals import ConflictError, ForbiddenError, InvalidFieldError
from governance.selectors.agents import agent_lock_named
from governance.selectors.clock import clock_now
from governance.selectors.people import person_require
from governance.selectors.policies import policy_in_force
from governance.services.events import events_publish
from governance.services.reasons import reason_require
from governance.services.standing import settled_store, state_of
from governance.services.stops import agent_stop
from governance.services.sweeping import moved_or_logged

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User

    from governance.domain.breaker_moves import Moved
    from governance.events import FleetEvent
    from governance.models import Fleet


SWEPT_AT_ONCE = 200
SWEEPER = "sweeper"
PAUSE_OVER = "The time for which it was paused has ended."
_PAUSE = ["paused_at", "paused_by", "pause_reason", "pause_until"]


@transaction.atomic
def agent_freeze(*, fleet: Fleet, agent_external_id: str, actor: str, reason: str = "") -> Agent:
    """Freeze an agent by hand (B10): denied at the gate from this commit on.

    Its unused grants are revoked and its running tasks are told to stop. Freezing it again
    changes nothing; the reason may follow within minutes, so it may be empty.
    """
    now = clock_now()
    agent = agent_lock_named(fleet=fleet, external_id=agent_external_id)
    if agent.standing.is_frozen_by_person:
        return agent
    moved = breaker_force_open(
        state_of(agent.standing).breaker, freeze_sentence(actor, reason), now_s=now.timestamp()
    )
    events = breaker_apply(agent=agent, fleet=fleet, moved=moved, actor=actor, now=now)
    events_publish(*events, *agent_stop(agent=agent, actor=actor, now=now), now=now)
    return agent


@transaction.atomic
def agent_release(*, fleet: Fleet, agent_external_id: str, user: User, reason: str) -> Agent:
    """End a freeze: early (B5), or a hold that one person may lift (B11); into probation.

    Raises:
        ForbiddenError: if the person's role is too low, or the person owns the agent.
        ConflictError: not_frozen; or two_people_needed, because a latch is lifted by its ticket.
        InvalidFieldError: without a reason.
    """
    now = clock_now()
    agent = agent_lock_named(fleet=fleet, external_id=agent_external_id)
    _release_check(agent, fleet, user, reason, now)
    events = breaker_release_step(
        agent=agent, fleet=fleet, actor=user.get_username(), reason=reason, now=now
    )
    events_publish(*events, now=now)
    return agent


def breaker_release_step(
    *, agent: Agent, fleet: Fleet, actor: str, reason: str, now: datetime
) -> tuple[FleetEvent, ...]:
    """Lift the freeze of a locked agent; the caller has checked who may, and publishes.

    Raises:
        ConflictError: not_frozen, if there is nothing to release.
    """
    breaker = state_of(agent.standing).breaker
    sentence = f"Released by {actor}: {reason}"
    if breaker.is_person_held:
        moved = breaker_release(breaker, sentence, now_s=now.timestamp())
    elif breaker.state is BreakerState.OPEN:
        moved = breaker_release_early(breaker, sentence, now_s=now.timestamp())
    else:
        raise ConflictError(f"Agent {agent.external_id} is not frozen.", code="not_frozen")
    return breaker_apply(agent=agent, fleet=fleet, moved=moved, actor=actor, now=now)


@transaction.atomic
def agent_pause(
    *,
    fleet: Fleet,
    agent_external_id: str,
    actor: str,
    reason: str,
    until: datetime | None = None,
) -> Agent:
    """Pause an agent for operational reasons; pausing it again changes nothing.

    Args:
        fleet: whose.
        agent_external_id: which agent.
        actor: who.
        reason: why.
        until: when the pause ends by itself; None where a person ends it.

    Raises:
        InvalidFieldError: if ``until`` has passed.
    """
    now = clock_now()
    if until is not None and until <= now:
        raise InvalidFieldError(
            "A pause ends in the future, or without until once a person resumes the agent.",
            field="until",
            value=until.isoformat(),
            allowed=f"after {now.isoformat()}",
        )
    agent = agent_lock_named(fleet=fleet, external_id=agent_external_id)
    told = agent_pause_step(agent=agent, actor=actor, reason=reason, until=until, now=now)
    events_publish(*told, now=now)
    return agent


def agent_pause_step(
    *, agent: Agent, actor: str, reason: str, now: datetime, until: datetime | None = None
) -> tuple[FleetEvent, ...]:
    """Pause a locked agent (a step; the caller publishes); a paused one stays as it is."""
    if agent.is_paused(now):
        return ()
    agent.paused_at, agent.paused_by, agent.pause_reason = now, actor, reason
    agent.pause_until = until
    agent.save(update_fields=_PAUSE)
    paused = AgentPaused(
        fleet_id=agent.fleet_id,
        actor=actor,
        agent_id=agent.pk,
        reason=reason,
        until=None if until is None else until.isoformat(),
    )
    return (paused,)


@transaction.atomic
def agent_resume(*, fleet: Fleet, agent_external_id: str, user: User, reason: str) -> Agent:
    """End a pause.

    Raises:
        ForbiddenError: unless the person may resume agents.
        ConflictError: not_paused.
    """
    now = clock_now()
    person_require(user=user, fleet=fleet, action=Action.AGENT_RESUME)
    agent = agent_lock_named(fleet=fleet, external_id=agent_external_id)
    if agent.paused_at is None:
        raise ConflictError(f"Agent {agent.external_id} is not paused.", code="not_paused")
    events_publish(_resumed(agent, user.get_username(), reason), now=now)
    return agent


def pauses_sweep() -> int:
    """End every pause whose time has come; return how many ended."""
    due = Agent.objects.filter(pause_until__lte=clock_now(), fleet__archived_at=None)
    found = due.order_by("pause_until").values_list("pk", flat=True)[:SWEPT_AT_ONCE]
    trouble = "the pause of agent %s is over and cannot be ended"
    return sum(moved_or_logged(partial(pause_end, agent_id=pk), trouble, pk) for pk in found)


@transaction.atomic
def pause_end(*, agent_id: UUID) -> bool:
    """End one pause if its time has come, looked at again under its lock; return whether."""
    now = clock_now()
    free = Agent.objects.select_for_update(no_key=True, skip_locked=True)
    agent = free.filter(pk=agent_id, pause_until__lte=now).first()
    if agent is None:
        return False
    events_publish(_resumed(agent, SWEEPER, PAUSE_OVER), now=now)
    return True


def _resumed(agent: Agent, actor: str, reason: str) -> AgentResumed:
    agent.paused_at, agent.paused_by, agent.pause_reason, agent.pause_until = None, "", "", None
    agent.save(update_fields=_PAUSE)
    return AgentResumed(fleet_id=agent.fleet_id, actor=actor, agent_id=agent.pk, reason=reason)


def breaker_apply(
    *, agent: Agent, fleet: Fleet, moved: Moved, actor: str, now: datetime
) -> tuple[FleetEvent, ...]:
    """Store a person's move on the locked agent as a new fact (a step; the caller publishes)."""
    agent.standing.facts += 1
    settled = frozen_by(state_of(agent.standing).with_breaker(moved.breaker), moved.record)
    return settled_store(
        agent=agent,
        fleet=fleet,
        state=settled.state,
        transitions=settled.transitions,
        actor=actor,
        now=now,
    )


def _release_check(agent: Agent, fleet: Fleet, user: User, reason: str, now: datetime) -> None:
    reason_require(reason, missing="A release needs a reason.")
    if agent.owner_id == user.pk:
        raise ForbiddenError(
            f"You own {agent.external_id}; somebody else must release it.", code="own_agent"
        )
    policy = policy_in_force(fleet=fleet)[1]
    needed = release_requirement(
        state_of(agent.standing).breaker, policy.breaker, now_s=now.timestamp()
    )
    person_require(user=user, fleet=fleet, action=needed.action)
    if needed.people > 1:
        raise ConflictError(
            f"{agent.external_id} is latched: {needed.people} people must release it, by its"
            " release ticket.",
            code="two_people_needed",
        )
