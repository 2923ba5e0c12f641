from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.escalations.people import Crew, crew_of
from tests.factories import FleetFactory
from tests.governance.api.http import Api, key_api
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
    """One agent, shop-bot of lena, and the confirmed tools read, refund and wipe."""
    return Orchestrator(fleet, crew)


@pytest.fixture
def api(shop: Orchestrator, fleet: Fleet) -> Api:
    """A caller with a key of the shop that has every scope."""
    return key_api(fleet)
