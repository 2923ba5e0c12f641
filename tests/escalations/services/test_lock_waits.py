"""Nobody waits for a ticket while holding the fleet: who claims the ticket waits for the fleet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from escalations.models import Ticket
from escalations.services.holding import tickets_locked
from governance.domain.types import Result
from governance.models import Audit, Event
from governance.selectors.clock import clock_now
from governance.selectors.fleets import fleet_lock
from governance.services.batches import outcomes_load
from governance.services.schemas import OutcomeItem
from tests.escalations.finding import drift, drifting
from tests.governance.services.auditing import audit_everything
from tests.governance.services.orchestrator import Orchestrator
from tests.waiting import behind

if TYPE_CHECKING:
    from collections.abc import Callable

    from governance.models import Fleet
    from tests.escalations.people import Crew
    from tests.waiting import Behind

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(fleet: Fleet, crew: Crew) -> Orchestrator:
    return Orchestrator(fleet, crew)


def met(ticket: Ticket, call: Callable[[], object]) -> Behind:
    """Run ``call`` while somebody claims the ticket: holds it, and takes the fleet once waited for.

    If ``call`` held the fleet by then, the two would wait in a circle and one would be aborted.
    """
    return behind(
        lambda: tickets_locked().get(pk=ticket.pk),
        call,
        then=lambda: fleet_lock(ticket.fleet_id),
    )


def reported(external_id: str, agent: str = "shop-bot") -> OutcomeItem:
    return OutcomeItem(
        task_id=external_id,
        agent=agent,
        finished_at=clock_now(),
        result=Result.SUCCESS,
        requested_by="person:1",
    )


def loaded(shop: Orchestrator, *items: OutcomeItem) -> list[str]:
    return [each.status for each in outcomes_load(key=shop.key, items=items)]


def test_a_drawn_audit_and_a_further_alarm_wait_for_a_claim_without_the_fleet(
    shop: Orchestrator,
) -> None:
    ticket = drift(shop)
    audit_everything(shop.fleet)
    task = shop.ask().task
    items = [*drifting(signal="cost_usd"), reported(task.external_id)]

    found = met(ticket, lambda: loaded(shop, *items))

    ticket.refresh_from_db()
    assert (found.waited, set(found.answer)) == (True, {"stored"})
    assert (ticket.version, Audit.objects.count()) == (2, 1)


def test_alarms_of_two_agents_wait_for_a_claim_without_the_fleet(shop: Orchestrator) -> None:
    shop.agent_new("scout")
    ticket = drift(shop)
    items = [*drifting("scout"), *drifting(signal="cost_usd")]

    found = met(ticket, lambda: loaded(shop, *items))

    ticket.refresh_from_db()
    assert (found.waited, set(found.answer), ticket.version) == (True, {"stored"}, 2)
    assert Ticket.objects.filter(kind="drift", agent__external_id="scout").exists()


def test_the_last_held_task_that_ends_waits_for_a_claim_without_the_fleet(
    shop: Orchestrator,
) -> None:
    shop.load(["success"] * 100)
    begun = shop.ask().task
    for _ in range(4):
        shop.report(shop.ask().task, "failure")
    ticket = Ticket.objects.get(kind="cascade")
    audit_everything(shop.fleet)

    found = met(ticket, lambda: shop.report(begun, "success"))

    ticket.refresh_from_db()
    assert (found.waited, ticket.state, Audit.objects.count()) == (True, "CANCELLED", 1)


def test_a_trip_waits_for_the_claim_of_a_drift_ticket_without_the_fleet(
    shop: Orchestrator,
) -> None:
    ticket = drift(shop)

    found = met(ticket, lambda: shop.load(["failure"] * 12))

    assert found.waited
    assert not isinstance(found.answer, Exception)
    assert Event.objects.filter(name="breaker.tripped").exists()
