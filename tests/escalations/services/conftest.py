from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.governance.services.orchestrator import Orchestrator

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.escalations.people import Crew


@pytest.fixture
def shop(fleet: Fleet, crew: Crew) -> Orchestrator:
    """An orchestrator with every scope, one agent and confirmed tools."""
    return Orchestrator(fleet, crew)
