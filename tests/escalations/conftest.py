from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.escalations.people import Crew, crew_of
from tests.factories import FleetFactory

if TYPE_CHECKING:
    from pytest_django import Settings

    from governance.models import Fleet
    from tests.clock import Clock


@pytest.fixture
def fleet(db: None, clock: Clock) -> Fleet:
    return FleetFactory(slug="shop")


@pytest.fixture
def crew(fleet: Fleet) -> Crew:
    """rita and ravi review, mona manages, adam administers, lena owns the agents."""
    return crew_of(fleet)


@pytest.fixture
def mail_server(settings: Settings) -> None:
    """A mail server is set up; what it is given stays in memory."""
    settings.EMAIL_HOST = "mail.example"
    settings.CONSOLE_URL = "https://console.example"
