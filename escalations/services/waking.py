"""Snoozed tickets come back: when their time has come, and at once on anything new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from escalations.domain.guards import TicketFacts
from escalations.domain.lifecycle import PENDING, Move, TicketKind, TicketState, apply
from escalations.domain.notes import WokenBy
from escalations.domain.notifying import NoticeState
from escalations.events import TicketWoken
from escalations.models import Notice
from escalations.services.effects import snooze_clear
from escalations.services.holding import tickets_locked
from escalations.services.telling import told_of
from governance.selectors.clock import clock_now
from governance.services.events import events_publish

if TYPE_CHECKING:
    from datetime import datetime

    from escalations.models import Ticket

WOKEN_AT_ONCE = 200
ACTOR = "sweeper"


@transaction.atomic
def snoozes_end_due() -> int:
    """Wake the tickets whose snooze is over and return how many; readers ignore it anyway.

    The version stays: whoever is answering the ticket need not read it again for this.
    """
    now = clock_now()
    due = tickets_locked(skip_locked=True).filter(
        state=TicketState.PENDING.value, snoozed_until__lte=now, fleet__archived_at=None
    )
    woken = list(due.order_by("fleet_id", "id")[:WOKEN_AT_ONCE])
    for ticket in woken:
        events_publish(
            *wake_step(ticket, actor=ACTOR, woken_by=WokenBy.TIME, now=now),
            now=now,
        )
    return len(woken)


def wake_step(
    ticket: Ticket, *, actor: str, woken_by: WokenBy, now: datetime
) -> tuple[TicketWoken, ...]:
    """Wake a locked ticket if it is snoozed, and return the event to publish; none if it is not."""
    if ticket.snoozed_until is None:
        return ()
    facts = TicketFacts(now=now, decide_by=ticket.decide_by, is_snoozed=True)
    apply(TicketKind(ticket.kind), PENDING, Move.WAKE, facts)
    # Whoever was to be told while it was put off is told now.
    held = Notice.objects.filter(ticket=ticket, state=NoticeState.WAITING.value)
    held.filter(next_at=ticket.snoozed_until).update(next_at=now)
    snooze_clear(ticket)
    ticket.save(update_fields=["snoozed_until", "snoozed_by"])
    return (TicketWoken(**told_of(ticket, actor=actor), woken_by=woken_by.value),)
