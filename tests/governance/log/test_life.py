"""Nothing that the product does itself changes what is sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.models import Ticket, Vote
from escalations.services.undoing import ticket_undo
from governance.models import Event
from governance.services.auditor import governance_audit
from governance.services.ledger import ledger_book
from governance.services.refolding import agent_refold
from governance.services.refresh import fleets_refresh
from governance.services.rollups import fleet_roll_up
from tests.escalations.answering import approve
from tests.governance.log.world import checked, seal

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator


def test_undoing_folding_booking_and_summing_leave_sealed_rows_alone(
    shop: Orchestrator, clock: Clock
) -> None:
    asked = shop.ask("refund").task
    ticket = Ticket.objects.get(task=asked)
    approve(ticket, shop.crew.rita)
    ticket.refresh_from_db()
    approve(ticket, shop.crew.mona)
    seal(shop)

    ticket.refresh_from_db()
    ticket_undo(ticket_id=ticket.pk, user=shop.crew.rita, expected_version=ticket.version)
    Event.objects.update(pushed_at=clock.now)
    agent_refold(agent_id=shop.agent.pk)
    fleets_refresh()
    ledger_book(fleet_id=shop.fleet.pk)
    fleet_roll_up(fleet_id=shop.fleet.pk)
    governance_audit()

    assert Vote.objects.exclude(withdrawn_at=None).exists()
    assert checked(shop) == []
    seal(shop)
    assert checked(shop) == []
