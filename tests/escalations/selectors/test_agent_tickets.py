from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.selectors.agent_tickets import release_tickets_of
from tests.escalations.freezing import latch, release_ticket
from tests.factories import AgentFactory

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


def test_only_a_release_that_is_waited_for_is_found(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    held = AgentFactory(fleet=fleet, owner=crew.lena, external_id="refund-bot")
    watched = AgentFactory(
        fleet=fleet, owner=crew.lena, external_id="mail-bot", enforcement="shadow"
    )
    latch(held)
    latch(watched)

    found = release_tickets_of(agent_ids=[held.pk, watched.pk], now=clock())

    assert release_ticket(watched).practice
    assert found == {held.pk: release_ticket(held)}
