"""Find tickets whose next level should have been called and was not; call it, and say so.

The sweeper looks every 2 s, so whatever is found here points at a defect or a stopped sweeper.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction

from escalations.domain.lifecycle import TicketState
from escalations.domain.routing import route
from escalations.models import Ticket
from escalations.selectors.escalation import tickets_forgotten, tickets_to_escalate
from escalations.selectors.routing import people_of, route_of, votes_standing
from escalations.selectors.sweeping import SWEEPER_LATE
from escalations.services.escalating import ESCALATION, escalate_step
from escalations.services.holding import tickets_locked
from escalations.services.notice_planning import Called, calls_plan
from governance.events import AuditorMended
from governance.selectors.clock import clock_now
from governance.services.events import events_publish
from governance.services.sweeping import moved_or_logged

if TYPE_CHECKING:
    from uuid import UUID

ACTOR = "auditor"
MENDED_AT_ONCE = 200


def escalations_mend() -> int:
    """Call the levels that the sweeper left, and return for how many tickets."""
    now = clock_now()
    late = tickets_to_escalate(until=now - SWEEPER_LATE, now=now)
    suspects = [
        *late.order_by("escalate_at", "id").values_list("pk", flat=True)[:MENDED_AT_ONCE],
        *tickets_forgotten(now=now).order_by("id").values_list("pk", flat=True)[:MENDED_AT_ONCE],
    ]
    trouble = "ticket %s is with the wrong level and cannot be escalated"
    return sum(moved_or_logged(partial(_mend, pk), trouble, pk) for pk in suspects)


@transaction.atomic
def _mend(ticket_id: UUID) -> bool:
    now = clock_now()
    ticket: Ticket | None = (
        tickets_locked(skip_locked=True)
        .filter(pk=ticket_id, state=TicketState.PENDING.value, decide_by__gt=now)
        .first()
    )
    if ticket is None:
        return False
    due = ticket.escalate_at
    people = people_of(fleet=ticket.fleet)
    votes = votes_standing(ticket=ticket)
    routing = route(tuple(people.values()), route_of(ticket=ticket, votes=votes, people=people))
    escalated = escalate_step(ticket, routing, actor=ACTOR, now=now)
    ticket.save(update_fields=ESCALATION)
    calls_plan([Called(ticket, routing)] if escalated else [], now=now)
    if not escalated and due is not None:
        # It was only to be looked at again, and those called may still decide.
        return False
    trouble = (
        "had lost its next step of escalation"
        if due is None
        else f"was {(now - due).total_seconds():.0f} s late to be escalated"
    )
    sentence = f"Ticket #{ticket.number} {trouble}; it is with level {ticket.escalation_level} now."
    events_publish(
        *escalated,
        AuditorMended(fleet_id=ticket.fleet_id, actor=ACTOR, sentence=sentence),
        now=now,
    )
    return True
