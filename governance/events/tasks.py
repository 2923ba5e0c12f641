"""Facts about tasks and the permissions to run them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from governance.events.base import FleetEvent


@dataclass(frozen=True, kw_only=True)
class TaskEscalated(FleetEvent, wire_name="task.escalated", required=True):
    """A task waits for people; what they must see and how many must agree."""

    task_id: UUID
    agent_id: UUID
    level: str
    approvals_needed: int
    needs_manager: bool
    practice: bool


@dataclass(frozen=True, kw_only=True)
class AttemptDenied(FleetEvent, wire_name="task.attempt_denied", required=True):
    """A dangerous attempt was denied outright and a person should know."""

    task_id: UUID
    agent_id: UUID
    level: str
    practice: bool


@dataclass(frozen=True, kw_only=True)
class TaskOverdue(FleetEvent, wire_name="task.overdue", required=True):
    """A waiting task was read or started after its time to answer had passed."""

    task_id: UUID
    agent_id: UUID


@dataclass(frozen=True, kw_only=True)
class TaskResolved(FleetEvent, wire_name="task.resolved"):
    """A waiting task got its answer: READY, DENIED, EXPIRED, or PENDING again: undone, reopened."""

    task_id: UUID
    agent_id: UUID
    state: str


@dataclass(frozen=True, kw_only=True)
class TaskAnswerRead(FleetEvent, wire_name="task.answer_read"):
    """The caller was told that the task does not run; the answer is final from here on."""

    task_id: UUID
    agent_id: UUID


@dataclass(frozen=True, kw_only=True)
class TaskCancelled(FleetEvent, wire_name="task.cancelled"):
    """The caller withdrew a task before it ended."""

    task_id: UUID
    agent_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class TaskSuperseded(FleetEvent, wire_name="task.superseded"):
    """``successor`` took the place of a waiting task: its caller asks with other arguments now."""

    task_id: UUID
    agent_id: UUID
    successor_id: UUID
    successor: str


@dataclass(frozen=True, kw_only=True)
class TaskStarted(FleetEvent, wire_name="task.started"):
    """A task that people approved has started; its grant is consumed."""

    task_id: UUID
    agent_id: UUID


@dataclass(frozen=True, kw_only=True)
class TaskFinished(FleetEvent, wire_name="task.finished"):
    """A task that people approved has an outcome."""

    task_id: UUID
    agent_id: UUID
    result: str


@dataclass(frozen=True, kw_only=True)
class TaskStopRequested(FleetEvent, wire_name="task.stop_requested"):
    """A running task left its envelope or its agent was frozen; it is told to stop."""

    task_id: UUID
    agent_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class GrantRevoked(FleetEvent, wire_name="grant.revoked"):
    """An unused permission was taken back."""

    task_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class GrantLapsed(FleetEvent, wire_name="grant.lapsed"):
    """A permission was not used in time: approved, never started."""

    task_id: UUID
