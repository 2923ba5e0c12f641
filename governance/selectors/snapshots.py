"""What people are shown when they are asked: plain values, taken once, ready for JSON.

Amounts are decimal text in US dollars, times ISO 8601 in UTC. A caller's own words (title,
description, arguments, target) are in here as they came: untrusted, never to be rendered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from governance.domain.collusion.penalties import tier_in_force
from governance.domain.engine import state_from_plain
from governance.domain.facts import BreakerView
from governance.domain.holds import release_requirement
from governance.domain.ladder import ladder_findings
from governance.domain.money import usd_text
from governance.domain.reasons import ReasonCode
from governance.domain.types import BlastLevel, BreakerMode, BreakerState, Hold, HoldOrigin, Tier
from governance.models import BreakerTransition, Outcome, Standing, Task
from governance.selectors.agents import agent_shown
from governance.selectors.clock import clock_now
from governance.selectors.tasks import decision_first

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal
    from uuid import UUID

    from governance.domain.holds import ReleaseRequirement
    from governance.domain.policy import Policy
    from governance.models import Agent, Decision

OUTCOMES_SHOWN = 10
TRANSITIONS_SHOWN = 5
FROZEN = frozenset({ReasonCode.FORCED_OPEN, ReasonCode.LATCHED, ReasonCode.FROZEN})

Plain = dict[str, Any]


def task_snapshot(*, task_id: UUID) -> tuple[Task, Decision, Plain]:
    """Return a task, the gate's first answer to it, and all that a person must see of both.

    Raises:
        Task.DoesNotExist: if there is no such task.
    """
    task = Task.objects.select_related("agent__owner", "agent__standing", "parent", "fleet").get(
        pk=task_id
    )
    decision = decision_first(task=task)
    shown = {
        "task": asked_snapshot(task),
        "decision": _decision(decision),
        "agent": agent_snapshot(task.agent),
    }
    return task, decision, shown


def release_snapshot(*, agent_id: UUID) -> tuple[Agent, Plain]:
    """Return an agent with owner and standing, and what a person who may release it must see.

    Raises:
        Agent.DoesNotExist: if there is no such agent.
    """
    agent = agent_shown(agent_id)
    moves = BreakerTransition.objects.filter(agent=agent).order_by("-fact", "-id")
    shown = {
        "agent": agent_snapshot(agent),
        "transitions": [_transition(move) for move in moves[:TRANSITIONS_SHOWN]],
    }
    return agent, shown


def agent_snapshot(agent: Agent) -> Plain:
    """Return who the agent is, what it is meant to do, what it has earned, and what it did last."""
    standing = agent.standing
    outcomes = Outcome.objects.select_related("task").filter(agent=agent).order_by("-fact")
    return {
        **identity_snapshot(agent),
        "budget_usd": usd_shown(agent.budget_usd),
        "tier": tier_in_force(Tier(standing.tier), agent.penalty(clock_now())).value,
        "trust": standing.trust,
        "trust_low": standing.trust_low,
        "trust_high": standing.trust_high,
        "outcomes": standing.outcomes,
        "breaker_state": standing.breaker_state,
        "breaker_mode": standing.breaker_mode,
        "breaker_level": standing.breaker_level,
        "hold": standing.hold,
        "frozen_until": standing.frozen_until and standing.frozen_until.isoformat(),
        "last_outcomes": [_outcome(outcome) for outcome in outcomes[:OUTCOMES_SHOWN]],
    }


def identity_snapshot(agent: Agent) -> Plain:
    """Return who the agent is and what it is meant to do, and nothing of what it has earned."""
    return {
        "external_id": agent.external_id,
        "name": agent.name,
        "owner": agent.owner.get_username(),
        "template": agent.template,
        "model": agent.model,
        "mandate": {
            "tools": agent.mandate_tools,
            "environments": agent.mandate_environments,
            "level": agent.level_alone.value,
        },
    }


def asked_snapshot(task: Task) -> Plain:
    """Return what a task asked for, as it was asked, with its parent loaded."""
    return {
        "external_id": task.external_id,
        "title": task.title,
        "description": task.description,
        "operation": task.operation,
        "tool": task.tool,
        "target": task.target,
        "environment": task.environment,
        "arguments": task.arguments,
        "action_digest": task.action_digest,
        "requested_by": task.requested_by,
        "task_type": task.task_type,
        "level": task.level,
        "plan": task.plan,
        "budget_usd": usd_shown(task.budget_usd),
        "spend_cap_usd": usd_shown(task.spend_cap_usd),
        "time_limit_s": task.time_limit_s,
        "parent": task.parent.external_id if task.parent else None,
        "created_at": task.created_at.isoformat(),
    }


def usd_shown(amount: Decimal | None) -> str | None:
    """Return an amount as decimal text; None where there is none."""
    return None if amount is None else usd_text(amount)


def release_needs(*, agent: Agent, policy: Policy, now: datetime) -> ReleaseRequirement:
    """Return how many people, and of what role, it takes to end the agent's freeze now."""
    breaker = state_from_plain(agent.standing.state).breaker
    return release_requirement(breaker, policy.breaker, now_s=now.timestamp())


def stop_sentence(*, agent_id: UUID, level: BlastLevel, now: datetime) -> str:
    """Return why an approval would be in vain, or "": the agent is frozen or held.

    The rungs of the gate's own ladder that people must lift or wait for; read afresh, so that a
    caller who has waited for the agent's lock sees what was written meanwhile.
    """
    standing = Standing.objects.get(pk=agent_id)
    frozen_until = standing.frozen_until
    rungs = ladder_findings(
        BreakerView(
            state=BreakerState(standing.breaker_state),
            hold=Hold(standing.hold),
            hold_origin=HoldOrigin(standing.hold_origin),
            mode=BreakerMode(standing.breaker_mode),
            frozen_until_s=None if frozen_until is None else frozen_until.timestamp(),
        ),
        fleet_halted=False,
        level=level,
        probe_available=False,
        retry_probe_s=0.0,
        now_s=now.timestamp(),
    )
    frozen = [rung for rung in rungs if rung.acts and rung.code in FROZEN]
    return frozen[0].sentence if frozen else ""


def _decision(decision: Decision) -> Plain:
    return {
        "verdict": decision.verdict,
        "would_be": decision.would_be,
        "enforcement": decision.enforcement,
        "reasons": decision.reasons,
        "tier": decision.tier,
        "task_type": decision.task_type,
        "preset": decision.preset,
        "level": decision.level,
        "vector": decision.vector,
        "blast": decision.blast,
        "limits": decision.limits,
        "policy_version": decision.policy.number,
    }


def _outcome(outcome: Outcome) -> Plain:
    return {
        "at": outcome.finished_at.isoformat(),
        "task": outcome.task_external_id,
        "title": outcome.task.title if outcome.task else outcome.task_external_id,
        "result": outcome.result,
        "level": outcome.level,
        "cost_usd": usd_shown(outcome.cost_usd),
    }


def _transition(move: BreakerTransition) -> Plain:
    return {
        "at": move.created_at.isoformat(),
        "move": move.move,
        "actor": move.actor,
        "reason": move.reason,
        "evidence": move.evidence,
        "enforced": move.enforced,
    }
