"""Asking the gate again about a task it knows: before a start, and after an edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.gate import gate_recheck
from governance.selectors.envelopes import envelope_of
from governance.selectors.policies import policy_in_force
from governance.selectors.questions import gate_question
from governance.services.decisions import decision_row

if TYPE_CHECKING:
    from datetime import datetime

    from governance.domain.gate import Decision, Moment
    from governance.models import Decision as DecisionRow
    from governance.models import Task


def task_recheck(*, task: Task, moment: Moment, now: datetime) -> tuple[Decision, DecisionRow]:
    """Return what the gate says of a locked task now, and the unsaved record of it."""
    fleet = task.agent.fleet
    version, policy = policy_in_force(fleet=fleet)
    question = gate_question(
        fleet=fleet,
        agent=task.agent,
        task=task,
        policy=policy,
        now=now,
        declared_type=None,
        envelope=envelope_of(task=task),
    )
    decision = gate_recheck(question, policy, moment=moment, now_s=now.timestamp())
    row = decision_row(
        task=task,
        moment=moment.value,
        decision=decision,
        question=question,
        policy=version,
        now=now,
    )
    return decision, row
