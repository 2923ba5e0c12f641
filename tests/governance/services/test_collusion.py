from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from escalations.models import Ticket
from governance.domain.collusion.states import RingState, RingVerdict, ScanSlice
from governance.models import (
    Agent,
    AgentAccount,
    CollusionRing,
    CollusionScan,
    DeclaredTeam,
    Event,
    Interaction,
)
from governance.refusals import ConflictError, ForbiddenError, InvalidFieldError, MissingError
from governance.selectors.clock import clock_now
from governance.selectors.collusion import agents_lock, ring_of, ring_partner
from governance.services.collusion_scans import scan_ask, scan_run
from governance.services.events import events_publish
from governance.services.ring_verdicts import members_mark, ring_clear, ring_settle_step
from tests.escalations.finding import answer
from tests.factories import FleetFactory
from tests.governance.services.colluding import (
    colluding,
    favours_new,
    full_scan,
    members,
    members_set,
)
from tests.waiting import behind

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew
    from tests.governance.services.orchestrator import Orchestrator


def events(fleet: Fleet, name: str) -> list[Event]:
    return list(Event.objects.filter(fleet=fleet, name=name).order_by("seq"))


@pytest.fixture
def ticket(fleet: Fleet, crew: Crew) -> Ticket:
    colluding(fleet)
    full_scan(fleet)
    return Ticket.objects.get(kind="collusion")


def test_people_are_asked_once_a_ring(fleet: Fleet, crew: Crew) -> None:
    colluding(fleet)

    full_scan(fleet)
    full_scan(fleet)

    ticket = Ticket.objects.get(kind="collusion")
    assert ticket.title == "Collusion? Broker and Buyer"
    assert ticket.snapshot["agents"] == ["Broker", "Buyer"]
    assert len(events(fleet, "collusion.found")) == 1
    assert len(events(fleet, "collusion.scanned")) == 2


def test_a_suspected_ring_needs_two_people_for_work_handed_on_inside(
    fleet: Fleet, crew: Crew
) -> None:
    buyer, broker = colluding(fleet)
    stranger = Agent.objects.get(name="Agent 3")
    full_scan(fleet)
    buyer.refresh_from_db()
    stranger.refresh_from_db()

    assert ring_partner(agent=buyer, other_id=broker.pk) == "Broker"
    assert ring_partner(agent=buyer, other_id=stranger.pk) is None
    assert ring_partner(agent=stranger, other_id=buyer.pk) is None


def test_confirming_puts_members_to_tier_low_and_cuts_their_budget(
    ticket: Ticket, crew: Crew, clock: Clock
) -> None:
    answer(ticket, crew.mona, "confirm")

    ring = CollusionRing.objects.get()
    assert ring.state == RingState.CONFIRMED
    assert ring.settled_by == crew.mona.get_username()
    for agent in ring.agents.all():
        assert agent.penal_until == clock_now() + timedelta(days=14)
        assert agent.penal_budget_share == 0.5
    (settled,) = events(ticket.fleet, "collusion.settled")
    assert "tier low and 50 % of the budget until" in settled.payload["sentence"]
    assert "in all for what they received inside the ring." in settled.payload["sentence"]


def test_a_ring_in_which_nothing_moved_is_fined_nothing_and_told_so(
    ticket: Ticket, crew: Crew
) -> None:
    Interaction.objects.update(value_usd=None)

    answer(ticket, crew.mona, "confirm")

    (settled,) = events(ticket.fleet, "collusion.settled")
    assert "; no value moved inside the ring to be fined." in settled.payload["sentence"]
    (penalty,) = CollusionRing.objects.get().penalties
    assert (penalty["usd"], penalty["transactions"]) == ("0", [])


def test_members_are_fined_what_they_received_and_get_it_back_to_the_cent(
    ticket: Ticket, crew: Crew
) -> None:
    buyer, broker = Agent.objects.get(name="Buyer"), Agent.objects.get(name="Broker")
    pays = Interaction.objects.filter(initiator=broker, counterparty=buyer)
    received = sum(row.value_usd or Decimal(0) for row in pays)

    answer(ticket, crew.mona, "confirm")
    account = AgentAccount.objects.get(agent=buyer)
    assert (account.penalised, account.balance) == (received, -received)

    ring = CollusionRing.objects.get()
    ring_clear(fleet=ticket.fleet, ring_id=ring.pk, user=crew.mona, reason="Wrong checks.")
    account.refresh_from_db()
    assert (account.penalised, account.balance) == (Decimal(0), Decimal(0))


def test_dismissing_gives_everything_back_and_declares_a_team(ticket: Ticket, crew: Crew) -> None:
    answer(ticket, crew.mona, "dismiss")

    assert CollusionRing.objects.get().state == RingState.DISMISSED
    assert not Agent.objects.filter(in_ring=True).exists()
    team = DeclaredTeam.objects.get()
    assert set(team.agents.values_list("name", flat=True)) == {"Buyer", "Broker"}


def test_a_declared_team_is_silent_until_its_time_is_over(
    ticket: Ticket, crew: Crew, clock: Clock
) -> None:
    answer(ticket, crew.mona, "dismiss")

    full_scan(ticket.fleet)
    assert CollusionRing.objects.exclude(state=RingState.DISMISSED.value).count() == 0

    DeclaredTeam.objects.update(until=clock_now() - timedelta(seconds=1))
    full_scan(ticket.fleet)
    assert CollusionRing.objects.filter(state=RingState.SUSPECTED.value).count() == 1
    assert Ticket.objects.filter(kind="collusion", state="PENDING").count() == 1


def test_asking_for_checks_leaves_the_ring_suspected(ticket: Ticket, crew: Crew) -> None:
    answer(ticket, crew.mona, "verify")

    ring = CollusionRing.objects.get()
    assert (ring.state, ring.settled_at) == (RingState.SUSPECTED, None)
    (settled,) = events(ticket.fleet, "collusion.settled")
    assert settled.payload["sentence"] == "The next 8 jobs between Broker and Buyer are checked."


def test_an_appeal_clears_a_confirmed_ring(ticket: Ticket, crew: Crew) -> None:
    answer(ticket, crew.mona, "confirm")
    ring = CollusionRing.objects.get()

    ring_clear(fleet=ticket.fleet, ring_id=ring.pk, user=crew.mona, reason="Wrong checks.")

    ring.refresh_from_db()
    assert ring.state == RingState.DISMISSED
    assert not Agent.objects.exclude(penal_until=None).exists()


def test_only_a_confirmed_ring_is_cleared(ticket: Ticket, crew: Crew) -> None:
    ring = CollusionRing.objects.get()

    with pytest.raises(ConflictError) as refused:
        ring_clear(fleet=ticket.fleet, ring_id=ring.pk, user=crew.mona, reason="Wrong.")

    assert refused.value.code == "move_not_possible"


def test_to_clear_a_ring_needs_a_reason_and_a_manager(ticket: Ticket, crew: Crew) -> None:
    ring = CollusionRing.objects.get()

    with pytest.raises(InvalidFieldError):
        ring_clear(fleet=ticket.fleet, ring_id=ring.pk, user=crew.mona, reason=" ")
    with pytest.raises(ForbiddenError):
        ring_clear(fleet=ticket.fleet, ring_id=ring.pk, user=crew.rita, reason="Wrong.")


def test_a_reviewer_does_not_judge_a_ring(ticket: Ticket, crew: Crew) -> None:
    with pytest.raises(ForbiddenError) as refused:
        answer(ticket, crew.rita, "confirm")

    assert refused.value.code == "role_too_low"


def test_who_owns_a_member_does_not_judge_its_ring(ticket: Ticket, crew: Crew) -> None:
    Ticket.objects.update(snapshot={**ticket.snapshot, "owners": [crew.mona.get_username()]})

    with pytest.raises(ForbiddenError) as refused:
        answer(ticket, crew.mona, "dismiss")

    assert refused.value.code == "owns_agent"


def test_in_shadow_a_ring_is_only_practice(fleet: Fleet, crew: Crew) -> None:
    fleet.enforcement = "shadow"
    fleet.save()
    buyer, _ = colluding(fleet)

    full_scan(fleet)

    buyer.refresh_from_db()
    ring = CollusionRing.objects.get()
    assert (ring.enforced, ring.circles) == (False, [])
    assert (Ticket.objects.get(kind="collusion").practice, buyer.in_ring) == (True, False)


def test_a_ring_of_another_fleet_is_unknown(ticket: Ticket, crew: Crew) -> None:
    ring = CollusionRing.objects.get()

    with pytest.raises(MissingError):
        ring_of(fleet=FleetFactory(slug="other"), ring_id=ring.pk)


def test_new_members_grow_the_ring_and_its_ticket(ticket: Ticket, crew: Crew, clock: Clock) -> None:
    third, buyer = Agent.objects.get(name="Agent 1"), Agent.objects.get(name="Buyer")
    favours_new(third, buyer, mark="third")

    full_scan(ticket.fleet)

    assert members(CollusionRing.objects.get()) == {"Buyer", "Broker", "Agent 1"}
    ticket.refresh_from_db()
    assert ticket.version == 2
    assert ticket.snapshot["agents"] == ["Agent 1", "Broker", "Buyer"]


def test_the_gate_holds_a_penal_agent_at_tier_low(
    shop: Orchestrator, fleet: Fleet, crew: Crew
) -> None:
    shop.load(["success"] * 100)
    Agent.objects.filter(pk=shop.agent.pk).update(
        penal_until=clock_now() + timedelta(days=1), penal_budget_share=0.5
    )

    decision = shop.ask().decision

    assert decision.tier == "low"
    assert any(reason["code"] == "ring_penalty" for reason in decision.reasons)


def test_work_taken_over_from_a_partner_asks_two_people(
    shop: Orchestrator, fleet: Fleet, crew: Crew
) -> None:
    partner = shop.agent_new("partner")
    shop.load(["success"] * 100)
    first = shop.ask(agent="partner").task
    colluding(fleet)
    ring = _ring_of(full_scan(fleet), shop.agent, partner)

    alone, handed_on = shop.ask(), shop.ask(parent=first.external_id)

    assert alone.decision.verdict == "allow"
    assert handed_on.decision.verdict == "escalate"
    assert handed_on.decision.reasons[0]["code"] == "ring_work"
    assert handed_on.decision.limits["approvals"] == 2
    ring.agents.clear()
    members_mark(fleet_id=fleet.pk)
    assert shop.ask(parent=first.external_id).decision.verdict == "allow"


def _ring_of(scan: CollusionScan, *agents: Agent) -> CollusionRing:
    """Return the ring that a scan found with other agents in it."""
    ring = CollusionRing.objects.get(last_scan=scan)
    members_set(ring, *agents)
    return ring


def test_the_latest_day_does_not_narrow_what_a_ring_is_fined_for(
    ticket: Ticket, crew: Crew, clock: Clock
) -> None:
    before = CollusionRing.objects.get()
    Interaction.objects.filter(external_id__lt="job-2").update(occurred_at=clock_now())
    clock.forward(minutes=1)

    scan_run(scan_id=scan_ask(fleet=ticket.fleet, part=ScanSlice.RECENT, actor="scan").pk)

    ring = CollusionRing.objects.get()
    assert (ring.last_scan_id, ring.value_usd) == (before.last_scan_id, before.value_usd)


def test_who_owns_a_member_does_not_clear_its_ring(ticket: Ticket, crew: Crew) -> None:
    answer(ticket, crew.mona, "confirm")
    Agent.objects.filter(name="Buyer").update(owner=crew.mona)
    ring = CollusionRing.objects.get()

    with pytest.raises(ForbiddenError) as refused:
        ring_clear(fleet=ticket.fleet, ring_id=ring.pk, user=crew.mona, reason="Wrong checks.")

    assert refused.value.code == "owns_agent"


def test_a_ring_confirmed_anew_is_fined_once(ticket: Ticket, crew: Crew) -> None:
    answer(ticket, crew.mona, "confirm")
    ring = CollusionRing.objects.get()
    once = AgentAccount.objects.get(agent__name="Buyer").penalised
    events_publish(
        *ring_settle_step(
            ring=ring,
            agents=list(ring.agents.all()),
            verdict=RingVerdict.CONFIRM,
            actor="mona",
            reason="Grown.",
            now=clock_now(),
        ),
        now=clock_now(),
    )

    assert AgentAccount.objects.get(agent__name="Buyer").penalised == once
    ring_clear(fleet=ticket.fleet, ring_id=ring.pk, user=crew.mona, reason="Wrong checks.")
    assert AgentAccount.objects.get(agent__name="Buyer").penalised == Decimal(0)


def test_what_was_found_in_shadow_is_asked_in_earnest_once_the_fleet_enforces(
    fleet: Fleet, crew: Crew
) -> None:
    fleet.enforcement = "shadow"
    fleet.save()
    colluding(fleet)
    full_scan(fleet)
    fleet.refresh_from_db()
    fleet.enforcement = "enforce"
    fleet.save()

    full_scan(fleet)

    assert CollusionRing.objects.get().enforced
    states = Ticket.objects.filter(kind="collusion").values_list("practice", "state")
    assert set(states) == {(True, "CANCELLED"), (False, "PENDING")}
    assert Agent.objects.filter(in_ring=True).count() == 2


@pytest.mark.django_db(transaction=True)
def test_an_appeal_clears_a_member_that_joined_while_it_waited(ticket: Ticket, crew: Crew) -> None:
    answer(ticket, crew.mona, "confirm")
    ring, joined = CollusionRing.objects.get(), Agent.objects.get(name="Agent 1")

    def join() -> None:
        ring.agents.add(joined)
        Agent.objects.filter(pk=joined.pk).update(in_ring=True)

    cleared = behind(
        lambda: agents_lock(ring.agents.all()),
        lambda: ring_clear(fleet=ticket.fleet, ring_id=ring.pk, user=crew.mona, reason="Wrong."),
        then=join,
    )

    assert (cleared.waited, cleared.answer) == (True, ring)
    joined.refresh_from_db()
    assert not joined.in_ring
    assert DeclaredTeam.objects.get().agents.count() == 3
