"""Store a new ticket and say that it is open: what every kind of question has alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.domain.deadlines import decide_by
from escalations.domain.lifecycle import TicketKind, TicketState
from escalations.domain.routing import route
from escalations.events import TicketOpened, TicketUnroutable
from escalations.selectors.routing import people_of, route_of
from escalations.services.escalating import ESCALATION, escalate_step, escalation_copy
from escalations.services.flooding import flood_signal
from escalations.services.notice_planning import Called, calls_plan
from escalations.services.telling import told_of
from governance.domain.types import BlastLevel
from governance.selectors.policies import policy_of
from governance.services.fleets import ticket_number_next

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from escalations.models import Ticket
    from governance.events import FleetEvent

LONGEST_TITLE = 300


def ticket_store(ticket: Ticket, now: datetime, *, within: timedelta | None = None) -> Ticket:
    """Number, date and store a ticket; the policy it is opened under sets its deadline.

    Args:
        ticket: not stored yet.
        now: the time of the transaction.
        within: a time to decide that no policy changes.
    """
    ticket.state = TicketState.PENDING.value
    ticket.opened_at = now
    ticket.decide_by = (
        now + within
        if within is not None
        else decide_by(
            now,
            kind=TicketKind(ticket.kind),
            level=BlastLevel(ticket.risk_level),
            timing=policy_of(ticket.policy).tickets,
        )
    )
    ticket.number = ticket_number_next(ticket.fleet_id)
    escalation_copy(ticket)
    ticket.save(force_insert=True)
    return ticket


def opened_events(ticket: Ticket, actor: str) -> tuple[FleetEvent, ...]:
    """Return that the ticket is open, and the alerts: too few people may decide it, a flood.

    Where nobody on the first level may decide it, the next one is called with it.
    """
    about = told_of(ticket, actor=actor)
    flooded, signals = flood_signal(ticket)
    opened = TicketOpened(
        **about,
        kind=ticket.kind,
        level=ticket.risk_level,
        approvals_needed=ticket.approvals_needed,
        decide_by=ticket.decide_by.isoformat(),
        practice=ticket.practice,
        flooded=flooded,
    )
    if ticket.practice or ticket.preapproval_id is not None:
        return opened, *signals
    people = people_of(fleet=ticket.fleet)
    routing = route(tuple(people.values()), route_of(ticket=ticket, votes=(), people=people))
    escalated = escalate_step(ticket, routing, actor=actor, now=ticket.opened_at)
    if escalated:
        ticket.save(update_fields=ESCALATION)
    calls_plan([Called(ticket, routing)], now=ticket.opened_at, flooded=flooded)
    if routing.unroutable is None:
        return opened, *signals, *escalated
    unroutable = TicketUnroutable(**about, sentence=routing.unroutable)
    return opened, *signals, *escalated, unroutable
