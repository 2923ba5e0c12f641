"""In shadow every question about a finding is practice: outside the queue, answered by nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from escalations.models import Ticket
from escalations.selectors.tickets import tickets_waiting
from escalations.services.auditor import escalations_audit
from governance.models import Agent, Cascade, Event, Fleet
from governance.refusals import ConflictError
from governance.selectors.clock import clock_now
from tests.escalations.finding import answer, cascade, drift
from tests.governance.services.auditing import audit_everything

if TYPE_CHECKING:
    from tests.escalations.people import Crew
    from tests.governance.services.orchestrator import Orchestrator


def agent_watched(enforcement: str = "shadow") -> None:
    """Put the one agent in shadow, or back."""
    Agent.objects.update(enforcement=enforcement)


def fleet_watched(enforcement: str = "shadow") -> None:
    Fleet.objects.update(enforcement=enforcement)


def drift_found(shop: Orchestrator) -> Ticket:
    return drift(shop)


def audit_drawn(shop: Orchestrator) -> Ticket:
    audit_everything(shop.fleet)
    shop.report(shop.ask().task)
    return Ticket.objects.get(kind="audit")


@pytest.mark.parametrize("watch", [agent_watched, fleet_watched])
@pytest.mark.parametrize("find", [drift_found, audit_drawn])
def test_what_is_found_in_shadow_is_practice_and_waits_for_nobody(
    shop: Orchestrator, crew: Crew, watch: Any, find: Any
) -> None:
    watch()

    ticket = find(shop)

    assert ticket.practice
    assert not tickets_waiting(now=clock_now()).exists()
    assert Event.objects.get(name="ticket.opened").payload["practice"]
    with pytest.raises(ConflictError, match="is practice: nothing was held back"):
        answer(ticket, crew.rita, "pause" if ticket.kind == "drift" else "pass")


@pytest.mark.parametrize("find", [drift_found, audit_drawn])
def test_an_agent_that_acts_in_a_fleet_in_shadow_is_asked_about(
    shop: Orchestrator, find: Any
) -> None:
    fleet_watched()
    agent_watched("enforce")

    assert not find(shop).practice


@pytest.mark.parametrize("find", [drift_found, audit_drawn])
def test_the_auditor_asks_nobody_about_what_was_found_in_shadow(
    shop: Orchestrator, find: Any
) -> None:
    agent_watched()
    find(shop)
    Ticket.objects.update(state="EXPIRED")

    assert escalations_audit() == 0
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("find", [drift_found, audit_drawn])
def test_once_the_agent_acts_the_auditor_asks_in_earnest(shop: Orchestrator, find: Any) -> None:
    agent_watched()
    find(shop)
    agent_watched("enforce")

    escalations_audit()

    rehearsed, real = Ticket.objects.order_by("number")
    assert (rehearsed.state, real.state) == ("CANCELLED", "PENDING")
    assert rehearsed.reason_text == "Asked in earnest now, with a ticket of its own."
    assert (rehearsed.practice, real.practice) == (True, False)


def test_a_further_alarm_in_shadow_grows_the_practice_ticket(shop: Orchestrator) -> None:
    agent_watched()
    drift(shop)

    grown = drift(shop, signal="cost_usd")

    assert (grown.practice, grown.version) == (True, 2)


def test_a_cascade_that_was_only_recorded_is_asked_about_once_it_holds_something(
    shop: Orchestrator,
) -> None:
    fleet_watched()
    shop.key.fleet.refresh_from_db()
    rehearsed, _ = cascade(shop)
    fleet_watched("enforce")
    shop.key.fleet.refresh_from_db()

    root = Cascade.objects.get().root
    read = shop.ask(parent=root.external_id, agent="reader").task
    draft = shop.ask(parent=read.external_id, agent="writer").task
    check = shop.ask(parent=draft.external_id).task
    shop.start(read)
    shop.start(draft)
    shop.report(read, "failure")
    shop.report(draft, "failure")

    rehearsed.refresh_from_db()
    check.refresh_from_db()
    real = Ticket.objects.get(kind="cascade", practice=False)
    assert (rehearsed.practice, rehearsed.state, check.state) == (True, "CANCELLED", "HELD")
    assert (real.state, real.subject) == ("PENDING", Cascade.objects.get().pk)
    assert Cascade.objects.get().enforced
