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
def shop(transactional_db: None, clock: Clock) -> Orchestrator:
    """A fleet with rows of every kind, all sealed."""
    fleet = FleetFactory(slug="shop")
    shop = Orchestrator(fleet, crew_of(fleet))
    lived(shop, clock)
    return shop
