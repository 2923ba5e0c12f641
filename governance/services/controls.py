"""What a person does to an agent from the console, and what it did: one answer for every control.

The moves themselves are those of `services.breakers`; this adds who may, what was stopped by it,
and, for whoever comes second, who was first.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from governance.domain.holds import is_unexplained
from governance.domain.permissions import Action
from governance.domain.transitions import BreakerMove
from governance.domain.types import BreakerMode, GrantState, TaskState
from governance.events import AgentResumed, FreezeExplained
from governance.models import Grant, Task
from governance.refusals import ConflictError, done_first
from governance.selectors.agents import agent_lock
from governance.selectors.clock import clock_now
from governance.selectors.people import person_require
from governance.selectors.records import agent_events, transitions_last
from governance.selectors.roster import agent_listed
from governance.services.breakers import (
    agent_freeze,
    agent_pause,
    agent_release,
    agent_resume,
)
from governance.services.events import events_publish
from governance.services.mandates import mandate_restore
from governance.services.modes import agent_mode_set, bypass_agree, bypass_ask
from governance.services.reasons import reason_require

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

    from governance.models import Agent, Fleet

_FROZE = (BreakerMove.FORCED_OPEN.value,)
_FREED = (
    BreakerMove.RELEASED.value,
    BreakerMove.RELEASED_EARLY.value,
    BreakerMove.PROBATION_STARTED.value,
    BreakerMove.CLOSED.value,
)


class AgentControl(StrEnum):
    """What a person can do to an agent."""

    FREEZE = "freeze"
    RELEASE = "release"
    PAUSE = "pause"
    RESUME = "resume"
    EXPLAIN = "explain"
    ENFORCE = "enforce"
    RECORD = "record"
    BYPASS = "bypass"
    AGREE = "agree"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Controlled:
    """What a control did: in force since ``at``; running tasks stopped, approved ones ended."""

    agent: Agent
    at: datetime
    stopped: int = 0
    ended: int = 0


_ACTIONS = {
    AgentControl.FREEZE: Action.AGENT_FREEZE,
    AgentControl.EXPLAIN: Action.AGENT_FREEZE,
    AgentControl.PAUSE: Action.AGENT_PAUSE,
    AgentControl.RELEASE: Action.AGENT_RELEASE,
    AgentControl.RESUME: Action.AGENT_RESUME,
    AgentControl.ENFORCE: Action.BREAKER_MODE,
    AgentControl.RECORD: Action.BREAKER_MODE,
    AgentControl.BYPASS: Action.BREAKER_MODE,
    AgentControl.AGREE: Action.BREAKER_MODE,
    AgentControl.RESTORE: Action.AGENT_REGISTER,
}
# What speaks for itself: a freeze must be quick, and whoever agrees has read the reason.
_NEEDS_NO_REASON = {AgentControl.FREEZE, AgentControl.AGREE}
_SAYS_WHAT = {
    AgentControl.ENFORCE: "let the breaker act",
    AgentControl.RECORD: "let the breaker only record",
    AgentControl.BYPASS: "pass the breaker over",
    AgentControl.RESTORE: "give the mandate back",
}


@transaction.atomic
def agent_control(
    *, fleet: Fleet, agent_id: UUID, control: AgentControl, user: User, reason: str
) -> Controlled:
    """Do one of the controls to an agent, as a person.

    Raises:
        MissingError: for an agent of another fleet.
        ForbiddenError: if the person's role is too low, or the person owns the agent.
        ConflictError: if somebody did it already; ``current`` says who, what, when and why.
        InvalidFieldError: without a reason where one is needed.
    """
    person_require(user=user, fleet=fleet, action=_ACTIONS[control])
    agent_listed(fleet=fleet, agent_id=agent_id)
    if control not in _NEEDS_NO_REASON:
        what = _SAYS_WHAT.get(control, f"{control.value} an agent")
        reason_require(reason, missing=f"To {what} needs a reason.")
    # Held until the end, so that what is counted below was done here and by nobody else.
    agent = agent_lock(agent_id)
    since = clock_now()
    _check_first(agent, control)
    _make(fleet, agent, control, user, reason.strip())
    return Controlled(
        agent=agent,
        at=clock_now(),
        stopped=Task.objects.filter(
            agent=agent, state=TaskState.RUNNING.value, stop_requested_at__gte=since
        ).count(),
        # A freeze takes back unused approvals, one grant each.
        ended=Grant.objects.filter(
            task__agent=agent, state=GrantState.REVOKED.value, ended_at__gte=since
        ).count(),
    )


def freeze_unexplained(agent: Agent) -> bool:
    """Return whether a person froze the agent and nobody has said why yet."""
    if not agent.standing.is_frozen_by_person:
        return False
    froze = transitions_last(agent_ids=[agent.pk], moves=_FROZE).get(agent.pk)
    if froze is None or not is_unexplained(froze.reason):
        return False
    told = agent_events(agent=agent, names={FreezeExplained.wire_name}, most=1)
    return not told or told[0].created_at < froze.created_at


def _make(fleet: Fleet, agent: Agent, control: AgentControl, user: User, reason: str) -> None:
    name, actor = agent.external_id, user.get_username()
    match control:
        case AgentControl.FREEZE:
            agent_freeze(fleet=fleet, agent_external_id=name, actor=actor, reason=reason)
        case AgentControl.RELEASE:
            agent_release(fleet=fleet, agent_external_id=name, user=user, reason=reason)
        case AgentControl.PAUSE:
            agent_pause(fleet=fleet, agent_external_id=name, actor=actor, reason=reason)
        case AgentControl.RESUME:
            agent_resume(fleet=fleet, agent_external_id=name, user=user, reason=reason)
        case AgentControl.EXPLAIN:
            told = FreezeExplained(fleet_id=fleet.pk, actor=actor, agent_id=agent.pk, reason=reason)
            events_publish(told, now=clock_now())
        case _:
            _tune(fleet, name, control, user, reason)


def _tune(fleet: Fleet, name: str, control: AgentControl, user: User, reason: str) -> None:
    """Change what an agent's breaker and mandate are, rather than what they do now."""
    match control:
        case AgentControl.BYPASS:
            bypass_ask(fleet=fleet, agent_external_id=name, user=user, reason=reason)
        case AgentControl.AGREE:
            bypass_agree(fleet=fleet, agent_external_id=name, user=user)
        case AgentControl.RESTORE:
            mandate_restore(fleet=fleet, agent_external_id=name, user=user, reason=reason)
        case _:
            enforces = control is AgentControl.ENFORCE
            mode = BreakerMode.ENFORCE if enforces else BreakerMode.SHADOW
            agent_mode_set(fleet=fleet, agent_external_id=name, mode=mode, user=user, reason=reason)


def _check_first(agent: Agent, control: AgentControl) -> None:
    """Refuse what somebody has done already, and say who."""
    match control:
        case AgentControl.FREEZE if agent.standing.is_frozen_by_person:
            raise _second(agent, "already_frozen", "is frozen already", _froze(agent))
        case AgentControl.RELEASE if not agent.standing.is_frozen:
            raise _second(agent, "not_frozen", "is not frozen", _freed(agent))
        case AgentControl.PAUSE if agent.paused_at is not None:
            raise _second(agent, "already_paused", "is paused already", _paused(agent))
        case AgentControl.RESUME if agent.paused_at is None:
            raise _second(agent, "not_paused", "is not paused", _resumed(agent))
        case AgentControl.EXPLAIN if not freeze_unexplained(agent):
            raise _second(agent, "already_explained", "has its reason already", {})
        case _:
            return


def _second(agent: Agent, code: str, state: str, current: dict[str, Any]) -> ConflictError:
    sentence = f"{agent.name} {state}."
    if not current:
        return ConflictError(sentence, code=code)
    return ConflictError(sentence, code=code, current=current)


def _froze(agent: Agent) -> dict[str, Any]:
    return _moved(agent, _FROZE, "froze it")


def _freed(agent: Agent) -> dict[str, Any]:
    return _moved(agent, _FREED, "moved it on")


def _moved(agent: Agent, moves: tuple[str, ...], what: str) -> dict[str, Any]:
    last = transitions_last(agent_ids=[agent.pk], moves=moves).get(agent.pk)
    if last is None:
        return {}
    return done_first(what, last.actor, last.created_at, last.reason)


def _paused(agent: Agent) -> dict[str, Any]:
    return done_first("paused it", agent.paused_by, agent.paused_at, agent.pause_reason)


def _resumed(agent: Agent) -> dict[str, Any]:
    told = agent_events(agent=agent, names={AgentResumed.wire_name}, most=1)
    if not told:
        return {}
    last = told[0]
    return done_first("resumed it", last.actor, last.created_at, last.payload["reason"])
