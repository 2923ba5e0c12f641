"""Which ticket asked about a task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.models import Ticket

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID


def task_ticket_numbers(*, task_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """Return the number of the latest ticket about each task that has one; one query."""
    tickets = Ticket.objects.filter(task__in=task_ids).order_by("number")
    return dict(tickets.values_list("task_id", "number"))
