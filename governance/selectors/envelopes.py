"""What an earlier answer allowed: the envelope a task must stay inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.facts import Envelope
from governance.domain.types import Approval, BlastLevel, TaskType
from governance.selectors.tasks import decision_first

if TYPE_CHECKING:
    from governance.models import Task


def envelope_of(*, task: Task) -> Envelope:
    """Return level, type, approval and spend cap of the task's first decision."""
    return Envelope(
        level=BlastLevel(task.level),
        task_type=TaskType(task.task_type),
        approval=Approval(decision_first(task=task).limits["approval"]),
        spend_cap_usd=task.spend_cap_usd,
    )
