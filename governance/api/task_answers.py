"""A task as its caller is told about it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from governance.domain.money import usd_text
from governance.domain.types import GrantState

if TYPE_CHECKING:
    from governance.api.shown import DecisionShown, GrantShown, LimitsShown, StartedShown, TaskShown
    from governance.models import Decision, Grant, Task


def task_shown(task: Task, decision: Decision, grant: Grant | None = None) -> TaskShown:
    """Return a task with the gate's first answer, and what people said where they were asked.

    ``usable_from`` and ``grant`` are there while an approval can be used; ``resolution.answer``
    tells denied, expired, withdrawn and blocked apart. ``arguments`` are there once people edited
    them: what the digest binds from then on.
    """
    limits = _limits(decision.limits)
    return {
        "id": task.pk,
        "external_id": task.external_id,
        "state": task.state,
        "agent": task.agent.external_id,
        "environment": task.environment,
        "task_type": task.task_type,
        "level": task.level,
        "title": task.title,
        "decision": decision_shown(decision),
        "limits": limits,
        "ticket": task.escalation,
        "answer_by": task.answer_by,
        "resolution": task.resolution,
        "action_digest": task.action_digest,
        "edited": bool(task.arguments_asked),
        "arguments": _arguments(task) if task.arguments_asked else None,
        "usable_from": None if grant is None else grant.usable_from,
        "grant": None if grant is None else _grant(grant),
        "progress": {
            # A task that was never saved still has its default, a plain 0.
            "spent_usd": usd_text(Decimal(task.spent_usd)),
            "steps": task.steps,
            "tools_used": task.tools_used,
            "agents_spawned": task.agents_spawned,
        },
        "created_at": task.created_at,
        "started_at": task.started_at,
        "finished_at": task.finished_at,
        "stop_requested_at": task.stop_requested_at,
    }


def started_shown(task: Task, decision: Decision) -> StartedShown:
    """Return the go: the canonical arguments as stored, digested and approved, byte for byte."""
    return {
        "id": task.pk,
        "external_id": task.external_id,
        "state": task.state,
        "verdict": decision.verdict,
        "operation": task.operation,
        "tool": task.tool,
        "target": task.target,
        "arguments": _arguments(task),
        "edited": bool(task.arguments_asked),
        "action_digest": task.action_digest,
        "spend_cap_usd": _amount(task.spend_cap_usd),
        "level": task.level,
        "is_probe": task.is_probe,
        "started_at": task.started_at,
        "reasons": [reason["sentence"] for reason in decision.reasons],
    }


def decision_shown(decision: Decision) -> DecisionShown:
    """Return one answer of the gate with everything that decided it."""
    blast = decision.blast
    return {
        "verdict": decision.verdict,
        "would_be": decision.would_be,
        "enforced": all(reason["enforced"] for reason in decision.reasons),
        "reasons": decision.reasons,
        "retry_after_s": decision.limits.get("retry_after_s"),
        "tier": decision.tier,
        "task_type": decision.task_type,
        "preset": decision.preset,
        "level": decision.level,
        "vector": decision.vector,
        "blast": {
            "points": blast["points"],
            "headline": blast["headline"],
            "parts": blast["parts"],
            "floors": blast["floors"],
            "missing": blast["missing"],
        },
        "limits": _limits(decision.limits),
        "policy_version": decision.policy.number,
        "decided_at": decision.created_at,
    }


def _limits(limits: dict[str, Any]) -> LimitsShown:
    start_by_s = limits.get("start_by_s")
    return {
        "budget_usd": _amount(limits["budget_usd"]),
        "parallel": limits["parallel"],
        "audit_probability": limits["audit_probability"],
        "tax_share": limits["tax_share"],
        "approval": limits["approval"],
        "approvals": limits["approvals"],
        "needs_manager": limits["needs_manager"],
        "start_by": None if start_by_s is None else datetime.fromtimestamp(start_by_s, UTC),
    }


def _arguments(task: Task) -> msgspec.Raw:
    return msgspec.Raw(task.arguments.encode())


def _grant(grant: Grant) -> GrantShown:
    return {
        "state": grant.state,
        "usable_from": grant.usable_from,
        "expires_at": grant.expires_at,
        "is_used": grant.state == GrantState.CONSUMED,
        "envelope_level": grant.envelope_level,
        "spend_cap_usd": _amount(grant.spend_cap_usd),
    }


def _amount(amount: Decimal | str | None) -> str | None:
    return None if amount is None else usd_text(Decimal(amount))
