"""Agents and tools as callers are told about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.collusion.penalties import tier_in_force
from governance.domain.ledger import Totals
from governance.domain.mcp_hints import hint_words
from governance.domain.money import usd_text
from governance.domain.types import TaskType, Tier
from governance.selectors.clock import clock_now
from governance.selectors.collusion import rings_imposing
from governance.selectors.ledger import account_of, totals_of
from governance.selectors.policies import policy_in_force

if TYPE_CHECKING:
    from governance.api.shown_agents import (
        AccountShown,
        AgentShown,
        BreakerShown,
        FleetShown,
        PauseShown,
        PenaltyShown,
        PresetShown,
        ToolShown,
    )
    from governance.domain.collusion.penalties import Penalty
    from governance.domain.policy import Policy
    from governance.models import Agent, AgentAccount, Fleet, Standing, Tool


def agent_shown(agent: Agent, fleet: Fleet) -> AgentShown:
    """Return an agent with its trust, account, breaker and the limits of each task type."""
    version, policy = policy_in_force(fleet=fleet)
    standing, penalty = agent.standing, agent.penalty(clock_now())
    tier = tier_in_force(Tier(standing.tier), penalty)
    return {
        "id": agent.pk,
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
        "budget_usd": None if agent.budget_usd is None else usd_text(agent.budget_usd),
        "trust": {
            "score": standing.trust,
            "low": standing.trust_low,
            "high": standing.trust_high,
            "outcomes": standing.outcomes,
        },
        "tier": tier.value,
        "penalty": None if penalty is None else _penalty(agent, penalty),
        "account": _account(account_of(agent=agent)),
        "breaker": _breaker(standing),
        "paused": _pause(agent),
        "limits": _limits(policy, tier),
        "policy_version": version.number,
        "last_seen_at": agent.last_seen_at,
        "created_at": agent.created_at,
    }


def tool_shown(tool: Tool) -> ToolShown:
    """Return a tool: what was proposed, and what is in force since an admin confirmed it."""
    return {
        "id": tool.pk,
        "name": tool.name,
        "status": tool.status,
        "sha256": tool.proposed_sha256,
        "proposed": tool.proposed,
        "confirmed": tool.confirmed,
        "hints": list(hint_words(tool.proposed.get("annotations") or {})),
        "confirmed_by": tool.confirmed_by or None,
        "confirmed_at": tool.confirmed_at,
        "updated_at": tool.updated_at,
    }


def fleet_shown(fleet: Fleet) -> FleetShown:
    """Return whether the fleet is halted, by whom and why."""
    return {
        "fleet": fleet.slug,
        "is_halted": fleet.halted_at is not None,
        "halted_at": fleet.halted_at,
        "halted_by": fleet.halted_by or None,
        "reason": fleet.halt_reason or None,
    }


def _account(account: AgentAccount | None) -> AccountShown:
    totals = Totals() if account is None else totals_of(account)
    return {
        "balance_usd": usd_text(totals.balance),
        "earned_usd": usd_text(totals.earned),
        "received_usd": usd_text(totals.received),
        "spent_usd": usd_text(totals.spent),
        "sent_usd": usd_text(totals.sent),
        "taxed_usd": usd_text(totals.taxed),
        "penalised_usd": usd_text(totals.penalised),
        "entries": totals.entries,
        "since": None if account is None else account.since_at,
    }


def _penalty(agent: Agent, penalty: Penalty) -> PenaltyShown:
    return {
        "until": penalty.until,
        "budget_share": penalty.budget_share,
        "ring_id": rings_imposing(agents=[agent]).get(agent.pk),
    }


def _breaker(standing: Standing) -> BreakerShown:
    return {
        "state": standing.breaker_state,
        "hold": standing.hold,
        "hold_origin": standing.hold_origin,
        "mode": standing.breaker_mode,
        "level": standing.breaker_level,
        "frozen_until": standing.frozen_until,
    }


def _pause(agent: Agent) -> PauseShown | None:
    if agent.paused_at is None:
        return None
    return {
        "at": agent.paused_at,
        "by": agent.paused_by,
        "reason": agent.pause_reason,
        "until": agent.pause_until,
    }


def _limits(policy: Policy, tier: Tier) -> dict[str, PresetShown]:
    found: dict[str, PresetShown] = {}
    for task_type in TaskType:
        preset = policy.matrix.cell(task_type, tier)
        limits = policy.presets.limits(preset)
        found[task_type.value] = {
            "preset": preset.value,
            "budget_factor": limits.budget_factor,
            "parallel": limits.parallel_max,
            "audit_probability": limits.audit_probability,
            "tax_share": limits.tax_share,
        }
    return found
