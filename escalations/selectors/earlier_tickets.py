"""What people answered before about the same work: for the one who is asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F

from escalations.domain.lifecycle import TicketKind, TicketState
from escalations.models import Ticket
from governance.domain.types import GrantState
from governance.selectors.earlier_runs import LOOKS_BACK

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from governance.models import Task


def ticket_used_last(*, task: Task, before: datetime) -> Ticket | None:
    """Return the latest ticket about such work of the agent whose approval was used, with its task.

    Such work: the same operation with the same tool. An approval that was never used, was taken
    back or lapsed let nothing run.

    Args:
        task: the one that is asked about.
        before: only what had started by then; at most ``LOOKS_BACK`` earlier.
    """
    used = _tickets_like(task).filter(
        task__tool=task.tool,
        task__grants__authority=F("pk"),
        task__grants__state=GrantState.CONSUMED.value,
        task__started_at__lte=before,
        opened_at__gte=before - LOOKS_BACK,
    )
    return (
        used.select_related("fleet", "task__outcome")
        .order_by("-task__started_at", "-number")
        .first()
    )


def tickets_decided_last(*, task: Task, before: datetime, most: int) -> tuple[list[Ticket], int]:
    """Return how the agent's tasks of the same operation were answered, and how many there are.

    The newest first, at most ``most``, each with its task and that task's outcome. What expired
    counts as well: nobody answered, and nothing ran. What was withdrawn or superseded does not.

    Args:
        task: the one that is asked about.
        before: only what was settled by then.
        most: how many are returned.
    """
    decided = _tickets_like(task).filter(
        state__in=(TicketState.RESOLVED.value, TicketState.EXPIRED.value),
        resolved_at__lte=before,
    )
    shown = decided.select_related("fleet", "task__outcome").order_by("-resolved_at", "-number")
    return list(shown[:most]), decided.count()


def tickets_waiting_of_run(*, task: Task, now: datetime, most: int) -> tuple[list[Ticket], int]:
    """Return what else of the task's run waits for people, and how many; what ends first, first.

    A run is all tasks of one root. The tickets come with their agents, at most ``most`` of them.
    """
    waiting = Ticket.objects.filter(
        fleet_id=task.fleet_id,
        task__root_id=task.root_id,
        state=TicketState.PENDING.value,
        decide_by__gt=now,
        practice=False,
    ).exclude(task_id=task.pk)
    shown = waiting.select_related("fleet", "agent").order_by("decide_by", "number")
    return list(shown[:most]), waiting.count()


def _tickets_like(task: Task) -> QuerySet[Ticket]:
    """Return what people were asked about the agent's other tasks of the same operation."""
    return Ticket.objects.filter(
        fleet_id=task.fleet_id,
        agent_id=task.agent_id,
        kind=TicketKind.TASK.value,
        task__operation=task.operation,
        practice=False,
    ).exclude(task_id=task.pk)
