"""However many agents fail at once, detectors freeze no more of a fleet than its policy allows."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest
from django.db import connections

from governance.models import BreakerTransition, Event, Standing
from governance.services.batches import outcomes_load
from governance.services.probation import breakers_sweep
from governance.services.schemas import OutcomeItem
from tests.escalations.people import crew_of
from tests.factories import FleetFactory
from tests.governance.services.orchestrator import Orchestrator

if TYPE_CHECKING:
    from tests.clock import Clock

AGENTS, CONNECTIONS = 200, 32
# 30 % of 200.
CAP = 60


def failures(shop: Crowd, agents: list[str], first: int, count: int) -> list[OutcomeItem]:
    now = shop.clock().isoformat()
    return [
        msgspec.convert(
            {
                "task_id": f"{agent}-{number}",
                "agent": agent,
                "finished_at": now,
                "result": "failure",
                "requested_by": f"person:{number % 3}",
            },
            OutcomeItem,
        )
        for agent in agents
        for number in range(first, first + count)
    ]


class Crowd(Orchestrator):
    """A shop with two hundred agents that have failed all they did: the next failure trips."""

    def __init__(self, clock: Clock) -> None:
        fleet = FleetFactory(slug="shop")
        super().__init__(fleet, crew_of(fleet))
        self.clock = clock
        self.names = [f"agent-{number:03}" for number in range(AGENTS)]
        for name in self.names:
            self.agent_new(name)
        stored = outcomes_load(key=self.key, items=failures(self, self.names, 0, 5))
        assert {each.status for each in stored} == {"stored"}

    def fail_once(self, name: str) -> None:
        """Report one more failure over a connection of its own."""
        try:
            (stored,) = outcomes_load(key=self.key, items=failures(self, [name], 5, 1))
            assert stored.status == "stored"
        finally:
            connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_two_hundred_agents_that_trip_at_once_never_exceed_the_cap(clock: Clock) -> None:
    crowd = Crowd(clock)
    assert not Standing.objects.exclude(breaker_state="CLOSED", hold="none").exists()

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(crowd.fail_once, crowd.names))

    standings = Standing.objects.filter(agent__external_id__startswith="agent-")
    found = Counter(standings.values_list("breaker_state", "hold"))
    assert found == {("OPEN", "none"): CAP, ("CLOSED", "SUPERVISED"): AGENTS - CAP}
    # One move each, and each over the cap says what it was measured by.
    made = BreakerTransition.objects.exclude(move="would_trip")
    moves = Counter(made.values_list("move", flat=True))
    assert moves == {"tripped": CAP, "overflow": AGENTS - CAP}
    overflow = BreakerTransition.objects.filter(move="overflow").first()
    assert overflow is not None
    assert "Supervised, not frozen: 60 of 200 agents are frozen." in overflow.reason
    # All two hundred are alike, so that nothing sets those apart that failed.
    assert overflow.reason.endswith("No model, tool, owner or template stands out among them.")
    assert Event.objects.filter(name="breaker.overflow").count() == AGENTS - CAP


def standing(name: str) -> Standing:
    return Standing.objects.get(agent__external_id=name)


def failing(shop: Orchestrator, name: str) -> None:
    """Four failures of an agent that never failed: suspicion 10.96 against 9.2 for tier high."""
    shop.load(["success"] * 100, agent=name)
    for _ in range(4):
        shop.report(shop.ask(agent=name).task, "failure")


def supervised(shop: Orchestrator) -> str:
    """Of two agents one may be frozen; the second is supervised."""
    shop.agent_new("ship-bot")
    failing(shop, "shop-bot")
    failing(shop, "ship-bot")
    return "ship-bot"


@pytest.mark.django_db
def test_a_supervised_agent_may_work_and_needs_people_from_medium_up(shop: Orchestrator) -> None:
    name = supervised(shop)

    low, medium = shop.ask("read", agent=name), shop.ask("refund", agent=name)

    assert standing(name).hold == "SUPERVISED"
    assert low.decision.verdict == "allow"
    assert medium.decision.verdict == "escalate"
    assert "supervised" in {reason["code"] for reason in medium.decision.reasons}


@pytest.mark.django_db
def test_ten_outcomes_without_suspicion_end_supervision(shop: Orchestrator) -> None:
    name = supervised(shop)

    # The first success leaves suspicion at the threshold of 9.2, 14 more of 0.69 each bring it to
    # zero, and the last of them is the first of ten at zero.
    for _ in range(23):
        shop.report(shop.ask(agent=name).task)
    before = standing(name).hold
    shop.report(shop.ask(agent=name).task)

    assert (before, standing(name).hold) == ("SUPERVISED", "none")
    moved = BreakerTransition.objects.get(move="supervision_ended")
    assert moved.reason == "No suspicion for 10 tasks."


@pytest.mark.django_db
def test_six_clean_probes_close_the_breaker(shop: Orchestrator, clock: Clock) -> None:
    failing(shop, "shop-bot")
    clock.forward(minutes=20)
    breakers_sweep()

    for _ in range(5):
        shop.work()
    before = standing("shop-bot").breaker_state
    shop.work()

    assert (before, standing("shop-bot").breaker_state) == ("HALF_OPEN", "CLOSED")


@pytest.mark.django_db
def test_each_freeze_lasts_twice_as_long_as_the_one_before(
    shop: Orchestrator, clock: Clock
) -> None:
    failing(shop, "shop-bot")
    minutes = []
    for work in (2, 2, 0):
        row = standing("shop-bot")
        assert row.frozen_until is not None
        minutes.append((row.frozen_until - clock()).total_seconds() / 60.0)
        clock.now = row.frozen_until + timedelta(seconds=1)
        breakers_sweep()
        for _ in range(work):
            shop.work("failure")

    # 15, 30 and 60 minutes, each within its jitter of 10 %.
    assert all(
        abs(each / doubled - 1.0) <= 0.1
        for each, doubled in zip(minutes, (15, 30, 60), strict=True)
    )
