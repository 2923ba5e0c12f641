"""Asking the gate again about a task it knows: before a start, after an edit, while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from governance.domain.gate import gate_recheck
from governance.selectors.envelopes import envelope_of
from governance.selectors.policies import policy_in_force
from governance.selectors.questions import gate_question
from governance.services.decisions import decision_row

if TYPE_CHECKING:
    from datetime import datetime

    from governance.domain.facts import GateRequest, Progress
    from governance.domain.gate import Decision, Moment
    from governance.domain.policy import Policy
    from governance.models import Decision as DecisionRow
    from governance.models import PolicyVersion, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck:
    """What the gate says of a task now, and what it was asked."""

    task: Task
    moment: Moment
    question: GateRequest
    decision: Decision
    version: PolicyVersion
    policy: Policy
    now: datetime

    def row(self) -> DecisionRow:
        """Return the unsaved record of the decision."""
        return decision_row(
            task=self.task,
            moment=self.moment.value,
            decision=self.decision,
            question=self.question,
            policy=self.version,
            now=self.now,
        )


def task_recheck(
    *, task: Task, moment: Moment, now: datetime, progress: Progress | None = None
) -> Recheck:
    """Ask the gate about a locked task; ``progress`` is what it has reported since its start."""
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
        progress=progress,
    )
    return Recheck(
        task=task,
        moment=moment,
        question=question,
        decision=gate_recheck(question, policy, moment=moment, now_s=now.timestamp()),
        version=version,
        policy=policy,
        now=now,
    )
