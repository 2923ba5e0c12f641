"""Recorded interactions of a small fleet, two of whose agents praise each other's poor work."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from governance.domain.collusion.states import ScanSlice
from governance.domain.collusion.vouching import circles_joined
from governance.models import Agent, CollusionRing, Interaction
from governance.selectors.clock import clock_now
from governance.services.collusion_scans import scan_ask, scan_run
from governance.services.ring_verdicts import members_mark
from tests.factories import AgentFactory, ApiKeyFactory

if TYPE_CHECKING:
    from governance.models import CollusionScan, Fleet
    from tests.clock import Clock

HONEST, AMONG_HONEST, FAVOURS = 12, 900, 60


def colluding(fleet: Fleet, *, favours: int = FAVOURS, seed: int = 7) -> tuple[Agent, Agent]:
    """Record 28 days of a fleet of 14 agents; return the two that trade favours."""
    draw, now = random.Random(seed), clock_now()
    key = ApiKeyFactory(fleet=fleet)
    agents = [AgentFactory(fleet=fleet, name=f"Agent {n}") for n in range(HONEST)]
    buyer, broker = (
        AgentFactory(fleet=fleet, name="Buyer"),
        AgentFactory(fleet=fleet, name="Broker"),
    )
    rows: list[Interaction] = []

    def job(one: Agent, other: Agent, quality: float, rating: float) -> None:
        at = now - timedelta(seconds=draw.uniform(3_600.0, 27 * 86_400.0))
        rows.append(
            Interaction(
                fleet=fleet,
                external_id=f"job-{len(rows)}-{seed}",
                body_sha256="0" * 64,
                reporter=key,
                initiator=one,
                counterparty=other,
                value_usd=Decimal(draw.randint(1, 40)),
                rating=min(1.0, max(0.0, rating)),
                verified_quality=min(1.0, max(0.0, quality)) if draw.random() < 0.4 else None,
                accepted=quality > 0.5,
                occurred_at=at,
                received_at=now,
            )
        )

    everybody = [*agents, buyer, broker]
    for _ in range(AMONG_HONEST):
        one, other = draw.sample(everybody, 2)
        quality = draw.gauss(0.8, 0.08)
        job(one, other, quality, quality + draw.gauss(0.0, 0.05))
    for n in range(favours):
        one, other = (buyer, broker) if n % 2 else (broker, buyer)
        job(one, other, draw.gauss(0.5, 0.08), draw.gauss(0.95, 0.03))
    Interaction.objects.bulk_create(rows)
    return buyer, broker


def favours_new(one: Agent, other: Agent, *, mark: str, count: int = 40) -> None:
    """Let two more agents trade as many favours, at the times and values of Broker's for Buyer."""
    rows = Interaction.objects.filter(initiator__name="Broker", counterparty__name="Buyer")
    copies = [
        Interaction(
            fleet=row.fleet,
            external_id=f"{mark}-{place}",
            body_sha256="1" * 64,
            reporter=row.reporter,
            initiator=one if place % 2 else other,
            counterparty=other if place % 2 else one,
            value_usd=row.value_usd,
            rating=0.96,
            verified_quality=0.45,
            accepted=True,
            occurred_at=row.occurred_at,
            received_at=clock_now(),
        )
        for place, row in enumerate(rows.order_by("external_id")[:count])
    ]
    Interaction.objects.bulk_create(copies)


def two_pairs(fleet: Fleet, clock: Clock) -> tuple[CollusionRing, CollusionRing]:
    """Find Buyer and Broker, and an hour later Agent 1 and Agent 2; return both rings."""
    colluding(fleet)
    full_scan(fleet)
    clock.forward(minutes=61)
    first, second = (Agent.objects.get(name=name) for name in ("Agent 1", "Agent 2"))
    favours_new(first, second, mark="second")
    full_scan(fleet)
    older, younger = CollusionRing.objects.order_by("opened_at")
    assert (members(older), members(younger)) == ({"Buyer", "Broker"}, {"Agent 1", "Agent 2"})
    return older, younger


def full_scan(fleet: Fleet) -> CollusionScan:
    """Scan the whole window of a fleet and return the scan."""
    asked = scan_ask(fleet=fleet, part=ScanSlice.FULL, actor="scan")
    return scan_run(scan_id=asked.pk)


def members_set(ring: CollusionRing, *agents: Agent) -> None:
    """Put these agents in the place of those that a scan found."""
    ring.agents.set(agents)
    ring.circles = circles_joined([], [str(each.pk) for each in agents], since=ring.opened_at)
    ring.save()
    members_mark(fleet_id=ring.fleet_id)


def members(ring: CollusionRing) -> set[str]:
    """Return the names of a ring's members."""
    return set(ring.agents.values_list("name", flat=True))
