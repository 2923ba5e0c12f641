from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboard.selectors.health import READERS
from governance.services.webhook_sending import webhooks_fan_out
from tests.escalations.asking import task_asked
from tests.escalations.people import crew_of
from tests.factories import FleetFactory
from tests.governance.services.far import added, halted
from tests.signs import everybody_there

if TYPE_CHECKING:
    from datetime import datetime

    from pytest_django.fixtures import Settings

    from tests.clock import Clock

# What nobody runs in these tests: the parts of the broker say so.
WELL = {
    "database": "ok",
    "broker": "ok",
    "sweeper": "ok",
    "sweeper_lag_s": 0.0,
    "courier": "ok",
    "courier_lag_s": 0.0,
    "watch": "off",
}


TOKEN = "m" * 16


@pytest.fixture
def client(settings: Settings) -> Client:
    """A client that may know everything: it sends METRICS_TOKEN."""
    settings.METRICS_TOKEN = TOKEN
    return Client(headers={"Authorization": f"Bearer {TOKEN}"})


def told(client: Client) -> tuple[int, dict[str, object]]:
    """Return status and words of the answer, without the list of parts."""
    response = client.get("/readyz")
    return response.status_code, {k: v for k, v in response.json().items() if k != "parts"}


def test_a_running_process_is_alive_whatever_it_depends_on(client: Client) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"alive": True})


@pytest.mark.django_db
def test_a_process_with_database_and_broker_is_ready(client: Client) -> None:
    everybody_there()

    assert told(client) == (200, WELL)
    assert set(client.get("/readyz").json()["parts"].values()) == {"ok", "off", "not_yet"}


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", TOKEN])
def test_a_stranger_costs_one_question_and_learns_nothing_of_the_parts(
    settings: Settings, token: str
) -> None:
    settings.METRICS_TOKEN = token
    stranger = Client(headers={"Authorization": "Bearer "})

    with CaptureQueriesContext(connection) as asked:
        response = stranger.get("/readyz")

    assert (response.status_code, len(asked)) == (200, 1)
    assert response.json() == {"database": "ok", "broker": "ok"}


@pytest.mark.django_db
def test_a_stranger_hears_that_the_broker_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "LIVE_BROKER_URL", "redis://127.0.0.1:1/0")

    response = Client().get("/readyz")

    assert (response.status_code, response.json()["broker"]) == (200, "away")


@pytest.mark.django_db
def test_a_missing_broker_is_said_and_keeps_the_process_in_service(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "LIVE_BROKER_URL", "redis://127.0.0.1:1/0")

    assert told(client) == (200, {**WELL, "broker": "away"})


@pytest.mark.django_db
def test_a_sweeper_that_left_a_ticket_lying_is_said_and_keeps_the_process_in_service(
    client: Client, clock: Clock
) -> None:
    fleet = FleetFactory()
    task_asked(fleet, crew_of(fleet).lena)
    clock.forward(minutes=31)

    late = {**WELL, "sweeper": "late", "sweeper_lag_s": 60.0}
    assert told(client) == (200, late)


@pytest.mark.django_db
def test_a_courier_that_left_a_message_lying_is_said_and_keeps_the_process_in_service(
    client: Client, clock: Clock
) -> None:
    fleet = FleetFactory()
    added(fleet, crew_of(fleet), "fleet.*")
    halted(fleet)
    webhooks_fan_out()
    clock.forward(seconds=90)
    in_time = client.get("/readyz").json()
    clock.forward(seconds=1)

    assert (in_time["courier"], in_time["courier_lag_s"]) == ("ok", 90.0)
    late = {**WELL, "courier": "late", "courier_lag_s": 91.0}
    assert told(client) == (200, late)


@pytest.mark.parametrize("headers", [{}, {"Authorization": f"Bearer {TOKEN}"}])
def test_without_a_database_the_process_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    def away() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("dashboard.selectors.health.clock_now", away)

    response = Client(headers=headers).get("/readyz")

    assert (response.status_code, response.json()["database"]) == (503, "away")


@pytest.mark.parametrize("url", ["/healthz", "/readyz"])
def test_health_is_only_read(client: Client, url: str) -> None:
    response = client.post(url)

    assert response.status_code == 405


@pytest.mark.django_db
def test_a_sweeper_that_nobody_can_ask_is_not_well(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_now: datetime) -> None:
        raise OperationalError("no such table")

    monkeypatch.setitem(cast("dict[str, object]", READERS), "sweeper", broken)

    status, said = told(client)

    assert (status, said["sweeper"], said["courier"]) == (200, "unknown", "ok")
