"""Deadlines: a ticket nobody decided in time counts as no, and nobody is said to have denied it.

Worked by the sweeper, and enforced wherever a ticket is answered or its task used, so that a
stopped sweeper only delays what is shown.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction

from escalations.domain.deadlines import is_expired
from escalations.domain.guards import TicketFacts
from escalations.domain.lifecycle import PENDING, Move, TicketKind, TicketState, apply
from escalations.events import TicketExpired
from escalations.models import Ticket
from escalations.services.effects import claim_clear
from escalations.services.emergency import review_again_step
from escalations.services.holding import HeldTicket, ticket_hold_free, tickets_locked
from escalations.services.telling import told_of
from governance.domain.audits import AuditVerdict
from governance.domain.types import TaskState
from governance.selectors.clock import clock_now
from governance.selectors.tasks import task_lock
from governance.services.audits import audit_settle_step
from governance.services.events import events_publish
from governance.services.resolutions import task_expire_step
from governance.services.sweeping import moved_or_logged

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from governance.events import FleetEvent
    from governance.models import Task

EXPIRED_AT_ONCE = 200
ACTOR = "deadline"
UNJUDGED = "Nobody judged the work in time."


def ticket_expire_if_due(held: HeldTicket, *, now: datetime) -> bool:
    """Expire a locked ticket whose time is over, and publish it; return whether it was due."""
    if not _is_due(held.ticket, now):
        return False
    events_publish(*ticket_expire_step(held, now=now), now=now)
    return True


def ticket_expire_step(held: HeldTicket, *, now: datetime) -> tuple[FleetEvent, ...]:
    """Expire a locked, due ticket and with it its waiting task; return the events to publish.

    An audit that nobody judged ends without a verdict, so that it takes up no place any longer.
    The review of an emergency is asked for again.
    """
    ticket = held.ticket
    facts = TicketFacts(now=now, decide_by=ticket.decide_by)
    ticket.state = apply(TicketKind(ticket.kind), PENDING, Move.EXPIRE, facts).state.value
    ticket.resolved_at = now
    ticket.version += 1
    claim_clear(ticket)
    ticket.save()
    expired = TicketExpired(
        **told_of(ticket, actor=ACTOR),
        votes=ticket.votes.filter(withdrawn_at=None).count(),
    )
    if ticket.kind == TicketKind.AUDIT:
        return (expired, *_audit_end(held, now))
    if ticket.kind == TicketKind.INCIDENT:
        return (expired, *review_again_step(ticket, now=now))
    if held.task is None or held.task.state != TaskState.PENDING:
        return (expired,)
    return (expired, *task_end_unanswered(held.task, now=now))


def task_overdue_step(*, task_id: UUID, agent_id: UUID, now: datetime) -> tuple[FleetEvent, ...]:
    """Expire a task, whose row the caller holds, with the ticket that asked about it.

    Nothing follows if the task got its answer while the caller waited for the row.
    """
    task = task_lock(task_id=task_id, agent_id=agent_id)
    if task.state != TaskState.PENDING:
        return ()
    asked = tickets_locked().filter(
        task_id=task_id, kind=TicketKind.TASK.value, state=TicketState.PENDING.value
    )
    for ticket in asked:
        return ticket_expire_step(HeldTicket(ticket=ticket, task=task), now=now)
    return task_end_unanswered(task, now=now)


def task_end_unanswered(task: Task, *, now: datetime) -> tuple[FleetEvent, ...]:
    """Expire a locked task that waits for an answer nobody gave; return the events to publish."""
    until = f" by {task.answer_by:%Y-%m-%d %H:%M:%S} UTC" if task.answer_by else " in time"
    resolution = {
        "answer": "expired",
        "by": "",
        "at": now.isoformat(),
        "reason_code": "expired",
        "reason_text": f"Nobody decided{until}. Nothing was run.",
    }
    return task_expire_step(task=task, resolution=resolution, actor=ACTOR)


def _audit_end(held: HeldTicket, now: datetime) -> tuple[FleetEvent, ...]:
    if held.agent is None or held.ticket.subject is None:
        return ()
    return audit_settle_step(
        outcome_id=held.ticket.subject,
        agent=held.agent,
        verdict=AuditVerdict.UNCLEAR,
        actor=ACTOR,
        reason=UNJUDGED,
        now=now,
    )


def tickets_expire_due() -> int:
    """Expire the tickets that are due, oldest deadline first, and return how many.

    One transaction each: what cannot be locked at once is passed over until the next sweep, and
    a ticket that cannot be expired is logged and holds up no other.
    """
    due = Ticket.objects.filter(
        state=TicketState.PENDING.value, decide_by__lte=clock_now(), fleet__archived_at=None
    )
    found = list(due.order_by("decide_by", "id").values_list("pk", flat=True)[:EXPIRED_AT_ONCE])
    trouble = "ticket %s is overdue and cannot be expired"
    return sum(moved_or_logged(partial(_expire_free, pk), trouble, pk) for pk in found)


@transaction.atomic
def _expire_free(ticket_id: UUID) -> bool:
    held = ticket_hold_free(ticket_id=ticket_id)
    return held is not None and ticket_expire_if_due(held, now=clock_now())


def _is_due(ticket: Ticket, now: datetime) -> bool:
    return ticket.state == TicketState.PENDING and is_expired(ticket.decide_by, now=now)
