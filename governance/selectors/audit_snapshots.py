"""What a person is shown to judge finished work: the work, and nothing of what its agent earned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.models import Outcome
from governance.selectors.snapshots import Plain, asked_snapshot, identity_snapshot, usd_shown

if TYPE_CHECKING:
    from uuid import UUID


def audit_snapshot(*, outcome_id: UUID) -> tuple[Outcome, Plain]:
    """Return an outcome with its task and agent, and what a person must see to judge the work.

    What was asked, to the byte, and what was reported of it. Neither the agent's score is in here
    nor the gate's answer, which names its tier: who knows how far an agent is trusted judges its
    work by that, and the score would confirm itself.

    Raises:
        Outcome.DoesNotExist: if there is no such outcome.
    """
    found = Outcome.objects.select_related(
        "fleet", "task__parent", "agent__owner", "agent__standing", "reporter"
    )
    outcome = found.get(pk=outcome_id)
    shown: Plain = {"agent": identity_snapshot(outcome.agent), "outcome": _reported(outcome)}
    if outcome.task is not None:
        shown["task"] = asked_snapshot(outcome.task)
    return outcome, shown


def _reported(outcome: Outcome) -> Plain:
    task = outcome.task
    started_at = task.started_at if task else None
    return {
        "task": outcome.task_external_id,
        "result": outcome.result,
        "reporter": outcome.reporter.name,
        "self_report": outcome.self_report,
        "started_at": started_at and started_at.isoformat(),
        "finished_at": outcome.finished_at.isoformat(),
        "duration_s": outcome.duration_s,
        "cost_usd": usd_shown(outcome.cost_usd),
        "budget_usd": usd_shown(outcome.budget_usd),
        "value_usd": usd_shown(outcome.value_usd),
        "error_code": outcome.error_code,
        "verified_quality": outcome.verified_quality,
        "verified_by": outcome.verified_by,
        "steps": task.steps if task else 0,
        "tools_used": task.tools_used if task else [],
        "agents_spawned": task.agents_spawned if task else 0,
    }
