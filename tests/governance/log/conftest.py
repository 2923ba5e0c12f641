from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.escalations.people import crew_of
from tests.factories import FleetFactory
from tests.governance.log.lost import SECOND, give_up, keys
from tests.governance.log.world import lived, seal
from tests.governance.services.orchestrator import Orchestrator

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@pytest.fixture
def idle(shop: Orchestrator, clock: Clock) -> Orchestrator:
    """A fleet that nobody has sealed for an hour."""
    clock.forward(hours=1)
    return shop


@pytest.fixture
def anew(idle: Orchestrator, clock: Clock) -> Iterator[Orchestrator]:
    """A fleet whose first key is lost and was given up; it has gone on since, until an hour ago."""
    with keys(SECOND):
        give_up("shop", "--yes")
        idle.work()
        seal(idle)
        clock.forward(hours=1)
        yield idle
