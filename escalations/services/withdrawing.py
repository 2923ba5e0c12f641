"""Questions that nobody needs answered any longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.domain.guards import TicketFacts
from escalations.domain.lifecycle import PENDING, Move, TicketKind, apply
from escalations.events import TicketSuperseded, TicketWithdrawn
from escalations.models import Ticket
from escalations.services.effects import claim_clear
from escalations.services.holding import tickets_locked
from escalations.services.telling import told_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from governance.events import FleetEvent

PRACTICE_OVER = "Asked in earnest now, with a ticket of its own."


def tickets_withdraw_step(
    *,
    kind: TicketKind,
    actor: str,
    reason: str,
    now: datetime,
    task_id: UUID | None = None,
    agent_id: UUID | None = None,
    subject: UUID | None = None,
) -> tuple[TicketWithdrawn, ...]:
    """Cancel the pending tickets about a task, an agent or a finding that the caller holds."""
    named = {"task_id": task_id, "agent_id": agent_id, "subject": subject}
    about = {name: value for name, value in named.items() if value is not None}
    asked = tickets_locked().filter(kind=kind.value, state=PENDING.state.value, **about)
    return tuple(
        ticket_withdraw_step(ticket, actor=actor, reason=reason, now=now)
        for ticket in asked.order_by("id")
    )


def ticket_withdraw_step(
    ticket: Ticket, *, actor: str, reason: str, now: datetime
) -> TicketWithdrawn:
    """Cancel a locked, pending ticket; it stays to be read, and later answers get 410."""
    _end(ticket, Move.CANCEL, actor=actor, reason=reason, now=now)
    return TicketWithdrawn(
        **told_of(ticket, actor=actor),
        reason=reason,
    )


def tickets_supersede_step(
    *, task_id: UUID, successor: str, actor: str, now: datetime
) -> tuple[TicketSuperseded, ...]:
    """End the pending ticket of a task that another took the place of; the caller holds the task.

    Its votes stay with it: they were about other arguments.
    """
    reason = f"Superseded by task {successor}: the agent changed its arguments."
    asked = tickets_locked().filter(
        task_id=task_id, kind=TicketKind.TASK.value, state=PENDING.state.value
    )
    events = []
    for ticket in asked.order_by("id"):
        _end(ticket, Move.SUPERSEDE, actor=actor, reason=reason, now=now)
        told = told_of(ticket, actor=actor)
        events.append(TicketSuperseded(**told, successor=successor, reason=reason))
    return tuple(events)


def practice_end_step(
    kind: TicketKind, subject: UUID, *, practice: bool, actor: str, now: datetime
) -> tuple[FleetEvent, ...] | None:
    """Return what ends so that the finding can be asked about; None if it is asked about already.

    A practice ticket gives way to a real one.
    """
    asked = Ticket.objects.filter(kind=kind.value, subject=subject, state=PENDING.state.value)
    # Locked only where it is practice, which nobody claims: the caller may hold the fleet.
    rehearsed = (
        asked.none()
        if practice
        else tickets_locked().filter(
            pk__in=asked.filter(practice=True).values("pk"), state=PENDING.state.value
        )
    )
    for ticket in rehearsed:
        return (ticket_withdraw_step(ticket, actor=actor, reason=PRACTICE_OVER, now=now),)
    return None if asked.exists() else ()


def _end(ticket: Ticket, move: Move, *, actor: str, reason: str, now: datetime) -> None:
    facts = TicketFacts(now=now, decide_by=ticket.decide_by)
    ticket.state = apply(TicketKind(ticket.kind), PENDING, move, facts).state.value
    ticket.resolved_at, ticket.resolved_by, ticket.reason_text = now, actor, reason
    ticket.version += 1
    claim_clear(ticket)
    ticket.save()
