"""Buyer and Broker trade favours, and so do Agent 1 and Agent 2; then the pairs trade too."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import pytest
from django.db.models import Sum

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
    LedgerEntry,
)
from governance.selectors.clock import clock_now
from governance.selectors.collusion import ring_cleared_at
from governance.services.events import events_publish
from governance.services.ring_merging import rings_merge_step
from governance.services.ring_verdicts import ring_clear, ring_settle_step
from tests.escalations.finding import answer
from tests.governance.services.colluding import favours_new, full_scan, members, two_pairs

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew

ALL = ["Agent 1", "Agent 2", "Broker", "Buyer"]


class Pairs(NamedTuple):
    """The ring of Buyer and Broker, which is the older, and that of Agent 1 and Agent 2."""

    older: CollusionRing
    younger: CollusionRing


def agent(name: str) -> Agent:
    return Agent.objects.get(name=name)


@pytest.fixture
def pairs(fleet: Fleet, crew: Crew, clock: Clock) -> Pairs:
    return Pairs(*two_pairs(fleet, clock))


def joined(fleet: Fleet, clock: Clock) -> None:
    """Let the pairs trade with each other, and scan."""
    clock.forward(minutes=61)
    favours_new(agent("Buyer"), agent("Agent 1"), mark="across")
    favours_new(agent("Broker"), agent("Agent 2"), mark="athwart")
    full_scan(fleet)


def ticket_of(ring: CollusionRing) -> Ticket:
    return Ticket.objects.filter(kind="collusion", subject=ring.pk).latest("number")


def fined() -> dict[str, Decimal]:
    """Return what stands as fined by name."""
    return dict(
        AgentAccount.objects.filter(agent__name__in=ALL).values_list("agent__name", "penalised")
    )


def received(*names: str) -> dict[str, Decimal]:
    """Return what each of these agents received from the others."""
    among = Interaction.objects.filter(initiator__name__in=names, counterparty__name__in=names)
    sums = among.values_list("counterparty__name").annotate(Sum("value_usd"))
    return dict(sums.order_by("counterparty__name"))


def test_a_ring_seen_on_the_latest_day_takes_over_the_whole_window_of_another(
    pairs: Pairs,
) -> None:
    older, younger = pairs
    CollusionScan.objects.filter(pk=older.first_scan_id).update(slice=ScanSlice.RECENT.value)
    CollusionRing.objects.filter(pk=older.pk).update(last_scan=older.first_scan_id)
    older, younger = CollusionRing.objects.select_related("last_scan").order_by("opened_at")

    merged, _ = rings_merge_step([younger, older], actor="scan", now=clock_now())

    assert (merged, merged.last_scan) == (older, younger.last_scan)
    assert merged.value_usd == younger.value_usd


def test_the_older_ring_takes_over_the_younger_one_and_people_are_asked_once(
    fleet: Fleet, pairs: Pairs, clock: Clock
) -> None:
    joined(fleet, clock)

    for ring in pairs:
        ring.refresh_from_db()
    older, younger = pairs
    assert members(older) == set(ALL)
    assert (older.state, younger.state) == (RingState.SUSPECTED, RingState.MERGED)
    assert (younger.merged_into, younger.merged_at) == (older, clock_now())
    waiting = Ticket.objects.get(kind="collusion", state="PENDING")
    assert (waiting.subject, waiting.snapshot["agents"]) == (older.pk, ALL)
    told = Event.objects.get(name="collusion.merged").payload["sentence"]
    assert told == (
        "Agent 1 and Agent 2 were found to be one ring with Broker and Buyer: that ring is judged,"
        " with all of them."
    )
    withdrawn = ticket_of(younger)
    assert (withdrawn.state, withdrawn.reason_text) == ("CANCELLED", told)
    assert Agent.objects.filter(in_ring=True).count() == 4


def test_merged_rings_count_between_the_pairs_from_when_they_were_found_to_be_one(
    fleet: Fleet, pairs: Pairs, clock: Clock
) -> None:
    joined(fleet, clock)

    ring = CollusionRing.objects.get(pk=pairs.older.pk)
    counted = {
        circle["since"]: {Agent.objects.get(pk=pk).name for pk in circle["agents"]}
        for circle in ring.circles
    }
    assert counted == {
        pairs.older.opened_at.isoformat(): {"Buyer", "Broker"},
        pairs.younger.opened_at.isoformat(): {"Agent 1", "Agent 2"},
        clock_now().isoformat(): set(ALL),
    }


def test_merged_rings_stay_merged(fleet: Fleet, pairs: Pairs, clock: Clock) -> None:
    joined(fleet, clock)
    full_scan(fleet)

    states = CollusionRing.objects.order_by("opened_at").values_list("state", flat=True)
    assert list(states) == [RingState.SUSPECTED, RingState.MERGED]
    assert Ticket.objects.filter(kind="collusion", state="PENDING").count() == 1


@pytest.mark.parametrize("first", [("older",), ("younger",), ("older", "younger")])
def test_no_dollar_is_fined_twice_and_a_dismissal_gives_all_back(
    fleet: Fleet, crew: Crew, pairs: Pairs, clock: Clock, first: tuple[str, ...]
) -> None:
    names = {"older": ("Buyer", "Broker"), "younger": ("Agent 1", "Agent 2")}
    before: dict[str, Decimal] = {}
    for which in first:
        answer(ticket_of(getattr(pairs, which)), crew.mona, "confirm")
        before |= received(*names[which])
    assert fined() == before

    joined(fleet, clock)
    ring = CollusionRing.objects.get(pk=pairs.older.pk)
    assert ring.state == RingState.CONFIRMED
    assert fined() == before

    answer(ticket_of(ring), crew.mona, "confirm")
    assert fined() == received(*ALL)
    assert ring_cleared_at(ring_id=pairs.younger.pk) is None
    assert not LedgerEntry.objects.exclude(mirrors=None).exists()

    ring_clear(fleet=fleet, ring_id=ring.pk, user=crew.mona, reason="Wrong checks.")
    accounts = AgentAccount.objects.filter(agent__name__in=ALL)
    assert {(each.penalised, each.balance) for each in accounts} == {(Decimal(0), Decimal(0))}
    assert not Agent.objects.exclude(penal_until=None).exists()
    assert not Agent.objects.filter(in_ring=True).exists()
    assert ring_cleared_at(ring_id=pairs.younger.pk) == clock_now()
    assert DeclaredTeam.objects.get().agents.count() == 4


def test_a_dismissal_of_the_ticket_takes_back_what_the_younger_ring_imposed(
    fleet: Fleet, crew: Crew, pairs: Pairs, clock: Clock
) -> None:
    answer(ticket_of(pairs.younger), crew.mona, "confirm")
    joined(fleet, clock)

    answer(ticket_of(pairs.older), crew.mona, "dismiss")

    assert set(fined().values()) == {Decimal(0)}
    assert not Agent.objects.exclude(penal_until=None).exists()
    assert CollusionRing.objects.get(pk=pairs.younger.pk).state == RingState.MERGED


def test_the_fine_says_what_an_earlier_verdict_fined(
    fleet: Fleet, crew: Crew, pairs: Pairs, clock: Clock
) -> None:
    answer(ticket_of(pairs.younger), crew.mona, "confirm")
    joined(fleet, clock)

    answer(ticket_of(pairs.older), crew.mona, "confirm")

    earlier = sum(received("Agent 1", "Agent 2").values())
    more = sum(received(*ALL).values()) - earlier
    sentence = Event.objects.filter(name="collusion.settled").latest("seq").payload["sentence"]
    assert (
        f"fined ${more:,.2f} in all for what they received inside the ring, beyond"
        f" ${earlier:,.2f} that an earlier verdict fined."
    ) in sentence


def test_a_ring_confirmed_anew_is_fined_for_what_came_since_only(
    fleet: Fleet, crew: Crew, pairs: Pairs, clock: Clock
) -> None:
    answer(ticket_of(pairs.older), crew.mona, "confirm")
    clock.forward(days=100)
    favours_new(agent("Buyer"), agent("Broker"), mark="later")
    Interaction.objects.filter(external_id__startswith="later").update(occurred_at=clock_now())
    # What was fined has left the window by now, and stays fined.
    CollusionScan.objects.update(since=clock_now() - timedelta(days=90))
    ring, agents = CollusionRing.objects.get(pk=pairs.older.pk), list(pairs.older.agents.all())

    told = ring_settle_step(
        ring=ring,
        agents=agents,
        verdict=RingVerdict.CONFIRM,
        actor="mona",
        reason="It goes on.",
        now=clock_now(),
    )

    events_publish(*told, now=clock_now())
    assert fined() == received("Buyer", "Broker")
