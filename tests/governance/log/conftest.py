from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.escalations.people import crew_of
from tests.factories import FleetFactory
from tests.governance.log.world import lived
from tests.governance.services.orchestrator import Orchestrator

if TYPE_CHECKING:
    from tests.clock import Clock


@pytest.fixture
def empty(transactional_db: None, clock: Clock) -> Orchestrator:
    """A fleet with one agent and nothing done."""
    fleet = FleetFactory(slug="shop")
    return Orchestrator(fleet, crew_of(fleet))


@pytest.fixture
def shop(empty: Orchestrator, clock: Clock) -> Orchestrator:
    """A fleet with rows of every kind, all sealed."""
    lived(empty, clock)
    return empty
