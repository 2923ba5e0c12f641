"""Find tickets that should have moved and did not; mend them, and say so.

Every move is made in the transaction of its cause, and the sweeper runs every 2 s, so whatever is
found here points at a defect or a stopped sweeper.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from escalations.domain.lifecycle import TicketKind, TicketState
from escalations.models import Ticket
from escalations.selectors.sweeping import SWEEPER_LATE
from escalations.services.escalation_audit import escalations_mend
from escalations.services.expiry import ticket_expire_if_due
from escalations.services.holding import ticket_hold_free
from escalations.services.rings_again import rings_ask
from escalations.services.unasked import findings_ask
from escalations.services.withdrawing import ticket_withdraw_step
from governance.domain.types import TaskState
from governance.events import AuditorMended
from governance.selectors.clock import clock_now
from governance.services.events import events_publish

if TYPE_CHECKING:
    from uuid import UUID

    from escalations.services.holding import HeldTicket

ACTOR = "auditor"
MENDED_AT_ONCE = 200


def escalations_audit() -> int:
    """Expire tickets the sweeper left, withdraw those nobody waits for, call the levels it did not
    and open what is missing; return how many."""
    now = clock_now()
    pending = Ticket.objects.filter(state=TicketState.PENDING.value, fleet__archived_at=None)
    overdue = pending.filter(decide_by__lt=now - SWEEPER_LATE)
    orphaned = pending.filter(kind=TicketKind.TASK.value, practice=False).exclude(
        task__state=TaskState.PENDING.value
    )
    suspects = (overdue | orphaned).order_by("decide_by", "id").values_list("pk", flat=True)
    mended = sum(_mend(ticket_id) for ticket_id in suspects[:MENDED_AT_ONCE])
    return mended + escalations_mend() + findings_ask() + rings_ask()


@transaction.atomic
def _mend(ticket_id: UUID) -> bool:
    held = ticket_hold_free(ticket_id=ticket_id)
    if held is None or held.ticket.state != TicketState.PENDING:
        return False
    return _expired_late(held) or _withdrawn(held)


def _expired_late(held: HeldTicket) -> bool:
    now, ticket = clock_now(), held.ticket
    late_s = (now - ticket.decide_by).total_seconds()
    if not ticket_expire_if_due(held, now=now):
        return False
    sentence = f"Ticket #{ticket.number} was {late_s:.0f} s past its deadline; it is expired now."
    events_publish(AuditorMended(fleet_id=ticket.fleet_id, actor=ACTOR, sentence=sentence), now=now)
    return True


def _withdrawn(held: HeldTicket) -> bool:
    now, ticket, task = clock_now(), held.ticket, held.task
    if task is None or ticket.practice or task.state == TaskState.PENDING:
        return False
    reason = f"The task waits no longer: it is {task.state}."
    sentence = f"Ticket #{ticket.number} asked about a task that is {task.state}; it is withdrawn."
    events_publish(
        ticket_withdraw_step(ticket, actor=ACTOR, reason=reason, now=now),
        AuditorMended(fleet_id=ticket.fleet_id, actor=ACTOR, sentence=sentence),
        now=now,
    )
    return True
