from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.escalations.people import Crew, crew_of
from tests.factories import FleetFactory
from tests.governance.services.orchestrator import Orchestrator

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock


@pytest.fixture
def fleet(db: None, clock: Clock) -> Fleet:
    return FleetFactory(slug="shop")


@pytest.fixture
def crew(fleet: Fleet) -> Crew:
    return crew_of(fleet)


@pytest.fixture
def shop(fleet: Fleet, crew: Crew) -> Orchestrator:
    """An orchestrator with every scope, one agent and confirmed tools."""
    return Orchestrator(fleet, crew)


@pytest.fixture
def run(shop: Orchestrator) -> Orchestrator:
    """Three agents that hardly ever fail: 100 good outcomes each."""
    for name in ("shop-bot", "scout", "writer"):
        if name != "shop-bot":
            shop.agent_new(name)
        shop.load(["success"] * 100, agent=name)
    return shop
