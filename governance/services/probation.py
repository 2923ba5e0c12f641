"""Probation: probes are leased, freezes end, probation that nobody feeds ends too."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from governance.domain.engine import agent_due, supervision_review
from governance.domain.probation import probe_leased, probe_returned
from governance.domain.types import BreakerState, Hold
from governance.models import Agent, Fleet, Standing
from governance.selectors.clock import clock_now
from governance.selectors.load import DEFAULT_TIME_LIMIT_S
from governance.selectors.policies import policy_in_force
from governance.services.events import events_publish
from governance.services.frozen_share import frozen_share
from governance.services.standing import engine_policy, jitter_of, settled_store, state_of
from governance.services.sweeping import moved_or_logged

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from governance.domain.breaker_state import Probation
    from governance.domain.engine import AgentState, Settled
    from governance.models import Task

SWEPT_AT_ONCE = 200
ACTOR = "sweeper"


def probe_lease(*, agent: Agent, fleet: Fleet, task: Task, now: datetime) -> None:
    """Take the one probe place of a locked agent for ``task`` (a step of its submission).

    The lease names the task. It ends with the task, or when its time limit is well over.
    """
    state = state_of(agent.standing)
    probation = probe_leased(
        state.breaker.probation,
        str(task.pk),
        now_s=now.timestamp(),
        time_limit_s=float(task.time_limit_s or DEFAULT_TIME_LIMIT_S),
        policy=policy_in_force(fleet=fleet)[1].breaker,
    )
    _store(agent, fleet, state, probation, now)


def probe_give_back(*, task: Task, now: datetime) -> None:
    """Free the place of a locked task that ends without an outcome (a step of its end).

    Nothing happens for a task that is no probe, or whose place another one has taken since.
    """
    if not task.is_probe:
        return
    state = state_of(task.agent.standing)
    probation = probe_returned(state.breaker.probation, str(task.pk))
    if probation is not state.breaker.probation:
        _store(task.agent, task.agent.fleet, state, probation, now)


def _store(
    agent: Agent, fleet: Fleet, state: AgentState, probation: Probation, now: datetime
) -> None:
    settled_store(
        agent=agent,
        fleet=fleet,
        state=state.with_breaker(state.breaker._replace(probation=probation)),
        transitions=(),
        actor=ACTOR,
        now=now,
    )


def breakers_sweep() -> int:
    """Make every breaker move that time alone makes (B4, B8, B13); return how many were made."""
    now = clock_now()
    freeze_over = Q(
        breaker_state=BreakerState.OPEN.value,
        hold=Hold.NONE.value,
        frozen_until__lte=now,
        awaits_release=False,
    )
    long_on_probation = Q(
        breaker_state=BreakerState.HALF_OPEN.value,
        hold=Hold.NONE.value,
        half_open_since__lte=now - timedelta(hours=1),
    )
    supervised = Q(hold=Hold.SUPERVISED.value)
    # Each kind has its own share, and supervised agents their turns by chance, because few of them
    # move at all: a crowd of those must not keep others from their time.
    agents = [
        *_due(freeze_over, "frozen_until"),
        *_due(long_on_probation, "half_open_since"),
        *_due(supervised, "?"),
    ]
    trouble = "breaker of agent %s is due and cannot be moved"
    return sum(moved_or_logged(partial(breaker_sweep, agent_id=pk), trouble, pk) for pk in agents)


def _due(condition: Q, order: str) -> list[UUID]:
    found = Standing.objects.filter(condition, agent__fleet__archived_at=None).order_by(order)
    return list(found.values_list("agent_id", flat=True)[:SWEPT_AT_ONCE])


@transaction.atomic
def breaker_sweep(*, agent_id: UUID) -> bool:
    """Move one breaker if its time has come, looked at again under its lock."""
    free = Agent.objects.select_for_update(no_key=True, skip_locked=True).only("pk")
    if free.filter(pk=agent_id).first() is None:
        return False
    # In a statement of its own: read with the lock, a standing could be older than the lock.
    agent = Agent.objects.select_related("standing").get(pk=agent_id)
    now = clock_now()
    fleet = Fleet.objects.get(pk=agent.fleet_id)
    settled = _settled(agent, fleet, now)
    if settled is None:
        return False
    agent.standing.facts += 1
    events = settled_store(
        agent=agent,
        fleet=fleet,
        state=settled.state,
        transitions=settled.transitions,
        actor=ACTOR,
        now=now,
    )
    events_publish(*events, now=now)
    return True


def _settled(agent: Agent, fleet: Fleet, now: datetime) -> Settled | None:
    policy = engine_policy(policy_in_force(fleet=fleet)[1])
    state, now_s = state_of(agent.standing), now.timestamp()
    jitter = jitter_of(agent, agent.standing.facts + 1)
    if state.breaker.hold is Hold.SUPERVISED:
        share = frozen_share(agent=agent, now=now)
        return supervision_review(
            state,
            policy,
            frozen=share.frozen,
            eligible=share.eligible,
            now_s=now_s,
            jitter=jitter,
        )
    blocked = agent.standing.awaits_release
    return agent_due(state, policy, now_s=now_s, jitter=jitter, blocked=blocked)
