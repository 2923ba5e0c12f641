"""Take a ticket's row lock in the lock order: agent, task, ring, ticket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import OperationalError, connection, transaction
from django.db.models import Q
from psycopg.errors import LockNotAvailable

from escalations.domain.lifecycle import TicketKind, TicketState
from escalations.models import Ticket
from governance.selectors.agents import agent_lock
from governance.selectors.collusion import ring_hold
from governance.selectors.tasks import task_lock

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.models import Agent, CollusionRing, Task


_ABOUT_AGENTS = {TicketKind.RELEASE, TicketKind.DRIFT, TicketKind.AUDIT}


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldTicket:
    """A ticket under its lock, with what an answer to it changes, locked too.

    A task ticket comes with its task, a release, a drift and an audit with their agent; a cascade
    with those of its held tasks that are answered, a collusion with its ring and the members; an
    incident changes nothing.
    """

    ticket: Ticket
    task: Task | None = None
    agent: Agent | None = None
    answered: tuple[Task, ...] = ()
    ring: CollusionRing | None = None
    members: tuple[Agent, ...] = ()


def ticket_hold(*, ticket_id: UUID, answered: Sequence[Task] = ()) -> HeldTicket:
    """Return the ticket locked until the transaction ends.

    Args:
        ticket_id: the ticket.
        answered: the held tasks that the answer to a cascade is about, in the order to settle.

    Raises:
        Ticket.DoesNotExist: if it is gone.
    """
    kind, task_id, agent_id, subject = Ticket.objects.values_list(
        "kind", "task_id", "agent_id", "subject"
    ).get(pk=ticket_id)
    task = agent = ring = None
    members: list[Agent] = []
    if kind == TicketKind.TASK and task_id is not None:
        task = task_lock(task_id=task_id, agent_id=agent_id)
    elif kind in _ABOUT_AGENTS:
        agent = agent_lock(agent_id)
    elif kind == TicketKind.COLLUSION and subject is not None:
        ring, members = ring_hold(subject)
    tasks = _tasks_lock(answered)
    return HeldTicket(
        ticket=tickets_locked().get(pk=ticket_id),
        task=task,
        agent=agent,
        answered=tasks,
        ring=ring,
        members=tuple(members),
    )


def ticket_hold_free(*, ticket_id: UUID) -> HeldTicket | None:
    """Return the ticket locked, or None at once if any of its locks is taken by somebody else.

    What SKIP LOCKED does for one table, over the three in their order.
    """
    try:
        with transaction.atomic():
            _lock_timeout_set("1ms")
            held = ticket_hold(ticket_id=ticket_id)
            _lock_timeout_set("0")
            return held
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return None
        raise


def tickets_locked(*, skip_locked: bool = False) -> QuerySet[Ticket]:
    """Return tickets under row locks; the caller holds what comes before them in the order."""
    # NO KEY: new votes refer to the ticket and need not wait for this lock.
    locked = Ticket.objects.select_for_update(of=("self",), no_key=True, skip_locked=skip_locked)
    # Without the claim's holder: a join is read before the wait for the lock, and would miss
    # whoever claimed the ticket meanwhile.
    return locked.select_related("fleet", "policy", "agent")


def tickets_asked_lock(about: Collection[UUID]) -> None:
    """Lock the pending tickets about these agents and findings, by id.

    Of an agent's tickets those that its own moves change: about its release and its drift.
    """
    of_agent = Q(agent_id__in=about, kind__in=[TicketKind.RELEASE.value, TicketKind.DRIFT.value])
    asked = Ticket.objects.filter(Q(subject__in=about) | of_agent, state=TicketState.PENDING.value)
    list(asked.select_for_update(no_key=True).order_by("id").values_list("pk"))


def _tasks_lock(tasks: Sequence[Task]) -> tuple[Task, ...]:
    """Return the tasks locked, in the order given; agents are taken first, both by id."""
    for agent_id in sorted({task.agent_id for task in tasks}):
        agent_lock(agent_id)
    locked = {
        task.pk: task_lock(task_id=task.pk, agent_id=task.agent_id)
        for task in sorted(tasks, key=lambda task: task.pk)
    }
    return tuple(locked[task.pk] for task in tasks)


def _lock_timeout_set(limit: str) -> None:
    """Bound how long this transaction waits for a lock from here on; 0 is for ever."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [limit])
