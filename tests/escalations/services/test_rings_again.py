from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from escalations.models import Ticket
from escalations.services.auditor import escalations_audit
from escalations.services.expiry import tickets_expire_due
from escalations.services.rings_again import rings_ask
from governance.models import CollusionRing, Event, Fleet, TieCheck
from governance.services.ring_verdicts import ring_clear
from tests.escalations.finding import answer
from tests.governance.services.colluding import colluding, full_scan
from tests.governance.services.watching import favour

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.escalations.people import Crew
    from tests.governance.services.orchestrator import Orchestrator


@pytest.fixture
def first(fleet: Fleet, crew: Crew) -> Ticket:
    """Return the ticket about the ring of Buyer and Broker."""
    colluding(fleet)
    full_scan(fleet)
    return Ticket.objects.get(kind="collusion")


def pending() -> Ticket:
    return Ticket.objects.get(kind="collusion", state="PENDING")


def mended() -> list[str]:
    return [event.payload["sentence"] for event in Event.objects.filter(name="auditor.mended")]


def test_a_ring_whose_ticket_expired_is_asked_about_again_and_the_ticket_says_why(
    first: Ticket, crew: Crew, clock: Clock
) -> None:
    clock.now = first.decide_by
    tickets_expire_due()

    assert [escalations_audit(), escalations_audit()] == [1, 0]

    again = pending()
    why = f"Asked again: ticket #{first.number} expired unanswered."
    assert again.snapshot["why_again"] == why
    assert (again.subject, again.title, again.practice) == (first.subject, first.title, False)
    assert mended() == [
        f"A ring of Broker and Buyer waited for people. {why} Ticket #{again.number} asks now."
    ]
    answer(again, crew.mona, "confirm")
    assert CollusionRing.objects.get().state == "CONFIRMED"


def test_more_evidence_does_not_hide_why_people_are_asked_again(
    first: Ticket, crew: Crew, clock: Clock
) -> None:
    clock.now = first.decide_by
    tickets_expire_due()
    rings_ask()
    CollusionRing.objects.update(findings=[])

    full_scan(first.fleet)

    assert (pending().version, "expired" in pending().snapshot["why_again"]) == (2, True)


def test_wanted_checks_are_waited_for_until_all_are_judged(
    first: Ticket, crew: Crew, shop: Orchestrator
) -> None:
    ring = CollusionRing.objects.get()
    ring.agents.set([shop.agent, shop.agent_new("partner")])
    answer(first, crew.mona, "verify")
    TieCheck.objects.update(wanted=1)
    assert rings_ask() == 0

    favour(shop)
    audit = Ticket.objects.get(kind="audit")
    assert rings_ask() == 0

    answer(audit, crew.rita, "pass")
    assert rings_ask() == 1
    assert pending().snapshot["why_again"] == (
        f"Asked again: 1 check judged since ticket #{first.number} wanted them, and none is"
        " missing."
    )


def test_checks_that_never_come_are_waited_for_a_week(
    first: Ticket, crew: Crew, clock: Clock
) -> None:
    answer(first, crew.mona, "verify")
    clock.forward(days=7, seconds=-1)
    assert rings_ask() == 0

    clock.forward(seconds=1)

    assert rings_ask() == 1
    assert pending().snapshot["why_again"] == (
        f"Asked again after 7 days: 0 checks judged since ticket #{first.number} wanted them,"
        " 8 still missing."
    )


def test_a_ring_whose_ticket_is_lost_gets_another(first: Ticket, crew: Crew) -> None:
    first.delete()

    assert rings_ask() == 1
    assert pending().snapshot["why_again"] == "No ticket asked about it."


def test_what_is_settled_or_found_in_shadow_is_left_alone(
    first: Ticket, crew: Crew, clock: Clock
) -> None:
    ring = CollusionRing.objects.get()
    answer(first, crew.mona, "confirm")
    clock.forward(days=30)
    assert rings_ask() == 0

    ring_clear(fleet=first.fleet, ring_id=ring.pk, user=crew.mona, reason="Wrong checks.")
    assert rings_ask() == 0

    CollusionRing.objects.update(state="SUSPECTED", enforced=False)
    first.delete()
    assert rings_ask() == 0


def test_a_confirmed_ring_that_grew_is_asked_about_again_too(
    first: Ticket, crew: Crew, clock: Clock
) -> None:
    answer(first, crew.mona, "confirm")
    CollusionRing.objects.update(findings=[])
    full_scan(first.fleet)
    grown = pending()
    clock.now = grown.decide_by + timedelta(seconds=1)
    tickets_expire_due()

    assert rings_ask() == 1
    assert pending().snapshot["why_again"].endswith(f"ticket #{grown.number} expired unanswered.")
