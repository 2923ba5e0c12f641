"""Questions as governance raises them: rows as the gate writes them, then the event it publishes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from escalations.models import Ticket
from governance.domain.types import BlastLevel
from governance.events import AttemptDenied, TaskEscalated
from governance.selectors.clock import clock_now
from governance.services.events import events_publish
from tests.factories import AgentFactory, DecisionFactory, TaskFactory

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from governance.models import Fleet, Task


def task_asked(
    fleet: Fleet,
    owner: User,
    *,
    level: BlastLevel = BlastLevel.HIGH,
    approvals: int = 1,
    needs_manager: bool = False,
    practice: bool = False,
    **fields: Any,
) -> Ticket:
    """Return the ticket of a task that the gate has just escalated."""
    agent = fields.pop("agent", None) or AgentFactory(fleet=fleet, owner=owner)
    task = TaskFactory(agent=agent, level=level.value, **fields)
    DecisionFactory(task=task)
    task_escalate(task, approvals=approvals, needs_manager=needs_manager, practice=practice)
    return Ticket.objects.get(task=task)


@transaction.atomic
def task_escalate(
    task: Task, *, approvals: int = 1, needs_manager: bool = False, practice: bool = False
) -> None:
    events_publish(
        TaskEscalated(
            fleet_id=task.fleet_id,
            actor="key:orchestrator",
            task_id=task.pk,
            agent_id=task.agent_id,
            level=task.level,
            approvals_needed=approvals,
            needs_manager=needs_manager,
            practice=practice,
        ),
        now=clock_now(),
    )


def attempt_denied(fleet: Fleet, owner: User, **fields: Any) -> Ticket:
    """Return the incident of a task that the gate has just denied outright."""
    agent = AgentFactory(fleet=fleet, owner=owner)
    task = TaskFactory(
        agent=agent, state="DENIED", **{"level": BlastLevel.CRITICAL.value, **fields}
    )
    DecisionFactory(task=task, verdict="deny", would_be="deny")
    attempt_tell(task)
    return Ticket.objects.get(task=task)


@transaction.atomic
def attempt_tell(task: Task) -> None:
    """Publish what the gate publishes about an attempt it has denied."""
    events_publish(
        AttemptDenied(
            fleet_id=task.fleet_id,
            actor="key:orchestrator",
            task_id=task.pk,
            agent_id=task.agent_id,
            level=task.level,
            practice=False,
        ),
        now=clock_now(),
    )
