"""Open the ticket that asks about a ring, and add to it what is found while it waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.domain.deadlines import is_expired
from escalations.domain.lifecycle import TicketKind, TicketState
from escalations.models import Ticket
from escalations.selectors.tickets import WHY_AGAIN
from escalations.services.expiry import ticket_expire_step
from escalations.services.findings import shown_anew_step
from escalations.services.holding import HeldTicket, tickets_locked
from escalations.services.storing import LONGEST_TITLE, opened_events, ticket_store
from escalations.services.withdrawing import PRACTICE_OVER, ticket_withdraw_step
from governance.domain.phrases import list_words
from governance.domain.types import BlastLevel
from governance.selectors.collusion import ring_snapshot
from governance.selectors.fleets import fleet_get
from governance.selectors.policies import policy_in_force

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from escalations.services.findings import Finding
    from governance.events import FleetEvent


def collusion_ticket_open(
    *,
    ring_id: UUID,
    finding: Finding,
    practice: bool,
    actor: str,
    now: datetime,
    why_again: str = "",
) -> tuple[FleetEvent, ...]:
    """Ask whether a ring is real; return the events to publish.

    The caller holds its members. One question a ring: while it waits, new evidence is added to
    what people are shown; once it is settled, new evidence asks again. Owners of members are
    barred. ``why_again`` says why they are asked another time, if nothing new was found.
    """
    shown = ring_snapshot(ring_id=ring_id)
    asked = tickets_locked().filter(
        kind=TicketKind.COLLUSION.value, subject=ring_id, state=TicketState.PENDING.value
    )
    ended: tuple[FleetEvent, ...] = ()
    for ticket in asked:
        if is_expired(ticket.decide_by, now=now):
            ended = ticket_expire_step(HeldTicket(ticket=ticket), now=now)
        elif ticket.practice and not practice:
            ended = (ticket_withdraw_step(ticket, actor=actor, reason=PRACTICE_OVER, now=now),)
        else:
            kept = {name: ticket.snapshot[name] for name in [WHY_AGAIN] if name in ticket.snapshot}
            grown = {**shown, **kept, "findings": [finding.shown(now=now)]}
            return shown_anew_step(ticket, grown, finding, actor=actor, now=now)
    fleet = fleet_get(shown["fleet_id"])
    version, _ = policy_in_force(fleet=fleet)
    again = {WHY_AGAIN: why_again} if why_again else {}
    ticket = ticket_store(
        Ticket(
            fleet=fleet,
            kind=TicketKind.COLLUSION.value,
            risk_level=BlastLevel.HIGH.value,
            subject=ring_id,
            policy=version,
            title=f"Collusion? {list_words(shown['agents'])}"[:LONGEST_TITLE],
            snapshot={**shown, **again, "findings": [finding.shown(now=now)]},
            approvals_needed=1,
            needs_manager=True,
            practice=practice,
        ),
        now,
    )
    return (*ended, *opened_events(ticket, actor))
