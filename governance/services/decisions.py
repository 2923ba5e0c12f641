"""Decisions as rows: the answer with everything it rested on, so that it can be decided again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from governance.domain.facts import GateRequest
from governance.models import Decision as DecisionRow

if TYPE_CHECKING:
    from datetime import datetime

    from governance.domain.gate import Decision
    from governance.models import PolicyVersion, Task


def decision_row(
    *,
    task: Task,
    moment: str,
    decision: Decision,
    question: GateRequest,
    policy: PolicyVersion,
    now: datetime,
) -> DecisionRow:
    """Return the unsaved record of one answer of the gate.

    Args:
        task: the task in question, which may be unsaved as well.
        moment: ``submit``, ``edit``, ``start`` or ``heartbeat``.
        decision: the answer.
        question: all it rests on.
        policy: the version in force.
        now: the transaction's time.
    """
    return DecisionRow(
        fleet_id=task.fleet_id,
        agent_id=task.agent_id,
        task=task,
        moment=moment,
        verdict=decision.verdict.value,
        would_be=decision.would_be.value,
        enforcement=question.enforcement.value,
        reasons=_plain(decision.reasons),
        tier=decision.tier.value,
        task_type=decision.task_type.value,
        preset=decision.preset.value,
        level=decision.level.value,
        vector=decision.vector,
        blast=_plain(decision.blast),
        # Kept with the limits: the caller of a repeated request is told it again.
        limits={**_plain(decision.limits), "retry_after_s": decision.retry_after_s},
        inputs=_plain(question),
        policy=policy,
        created_at=now,
    )


def _plain(value: object) -> Any:
    return msgspec.to_builtins(value)
