"""The question put to the gate: rows of the database as the plain values its rules take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.agent_state import state_from_plain
from governance.domain.asking import breaker_asked, probe_asked, standing_asked
from governance.domain.collusion.penalties import budget_left
from governance.domain.facts import (
    Envelope,
    GateRequest,
    Lineage,
    Mandate,
    MoneyFacts,
    Plan,
    Progress,
    TaskFacts,
)
from governance.domain.types import (
    BreakerMode,
    Enforcement,
    Environment,
    TaskType,
)
from governance.models import Bypass
from governance.selectors.cascades import tainted_above, was_resumed
from governance.selectors.collusion import ring_partner
from governance.selectors.known_work import known_work
from governance.selectors.load import NO_STAKE, agent_load, lineage_load, owner_load

if TYPE_CHECKING:
    from datetime import datetime

    from governance.domain.policy import Policy
    from governance.models import Agent, Fleet, Standing, Task


def gate_question(
    *,
    fleet: Fleet,
    agent: Agent,
    task: Task,
    policy: Policy,
    now: datetime,
    declared_type: TaskType | None,
    envelope: Envelope | None = None,
    progress: Progress | None = None,
) -> GateRequest:
    """Return everything the gate decides by; at most five queries, read under the agent's lock,
    and two more in a lineage with tainted output.

    Args:
        fleet: as read in this transaction, for halt and enforcement.
        agent: locked, with its standing.
        task: may be unsaved; its id leaves it out of the sums.
        policy: in force; an idle agent's tier decays by it until ``now``.
        now: the transaction's time.
        declared_type: what the caller called it; can only tighten.
        envelope: what was allowed before, at start and heartbeat.
        progress: totals a running task has reported.
    """
    load = agent_load(task=task, agent=agent, now=now)
    # What spends nothing adds nothing to its owner's day, so the day is not summed for it.
    stakes = _stakes(task, agent, progress)
    owner = owner_load(task=task, agent=agent, now=now) if stakes else NO_STAKE
    lineage = lineage_load(task=task, now=now)
    state, penal = state_from_plain(agent.standing.state), agent.penal_until
    tool_entry, history = known_work(fleet=fleet, agent=agent, task=task)
    return GateRequest(
        standing=standing_asked(
            state,
            policy.trust,
            trust=agent.standing.trust,
            penal_until_s=None if penal is None else penal.timestamp(),
            now_s=now.timestamp(),
        ),
        breaker=breaker_asked(
            state,
            mode=_mode(agent.standing, now),
            is_paused=agent.is_paused(now),
            paused_until_s=None if agent.pause_until is None else agent.pause_until.timestamp(),
        ),
        task=TaskFacts(
            environment=Environment(task.environment),
            operation=task.operation,
            tool=task.tool,
            title=task.title,
            tool_entry=tool_entry,
            declared_type=declared_type,
            declared_blast=task.declared_blast,
            plan=Plan(**task.plan),
            history=history,
            lineage=Lineage(
                agents=1 + lineage.other_agents,
                steps=lineage.steps,
                tainted_input=_tainted_input(task, policy) if lineage.is_tainted else None,
                ring_partner=_ring_partner(task, agent),
            ),
            progress=progress,
        ),
        money=MoneyFacts(
            task_budget_usd=task.budget_usd,
            month_budget_usd=budget_left(agent.budget_usd, agent.penalty(now)),
            month_spent_usd=load.month_spent_usd,
            lineage_spent_usd=lineage.day_usd,
            owner_spent_usd=owner.day_usd,
            owner_budget_usd=owner.budget_usd or None,
        ),
        mandate=Mandate(
            tools=tuple(agent.mandate_tools),
            environments=tuple(Environment(name) for name in agent.mandate_environments),
            level=agent.level_alone,
        ),
        running=load.parallel,
        probe_available=probe_asked(state, str(task.pk), now_s=now.timestamp()),
        fleet_halted=fleet.halted_at is not None,
        enforcement=Enforcement(agent.enforcement or fleet.enforcement),
        envelope=envelope,
    )


def _tainted_input(task: Task, policy: Policy) -> str | None:
    """Return what tainted output the task builds on, unless a person knew and let it go on."""
    if task.parent_id is None or was_resumed(task_id=task.pk):
        return None
    return tainted_above(parent_id=task.parent_id, depth=policy.cascade.depth_most)


def _stakes(task: Task, agent: Agent, progress: Progress | None) -> bool:
    if agent.budget_usd is None or task.budget_usd is None:
        return False
    return max(task.budget_usd, progress.spent_usd if progress else task.budget_usd) > 0


def _ring_partner(task: Task, agent: Agent) -> str | None:
    """Return the agent of the same accused ring whose work the task goes on with."""
    if not agent.in_ring or task.parent is None:
        return None
    return ring_partner(agent=agent, other_id=task.parent.agent_id)


def _mode(standing: Standing, now: datetime) -> BreakerMode:
    """Return the breaker's mode; a bypass ends at its time, swept or not."""
    mode = BreakerMode(standing.breaker_mode)
    if mode is not BreakerMode.BYPASS:
        return mode
    in_time = Bypass.objects.filter(agent_id=standing.agent_id, ends_at__gt=now)
    return mode if in_time.exists() else BreakerMode.ENFORCE
