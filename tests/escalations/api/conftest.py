from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.escalations.api.caller import TicketCaller
from tests.governance.api.http import key_api, person_api

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.escalations.people import Crew


@pytest.fixture
def rita(crew: Crew) -> TicketCaller:
    """rita with a personal token."""
    return TicketCaller(person_api(crew.rita))


@pytest.fixture
def ravi(crew: Crew) -> TicketCaller:
    return TicketCaller(person_api(crew.ravi))


@pytest.fixture
def key(fleet: Fleet) -> TicketCaller:
    """An orchestrator whose key has every scope."""
    return TicketCaller(key_api(fleet))
