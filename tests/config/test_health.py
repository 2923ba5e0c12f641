from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import OperationalError

from config import health

if TYPE_CHECKING:
    from django.test import Client


def test_a_running_process_is_alive_whatever_it_depends_on(client: Client) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"alive": True})


@pytest.mark.django_db
def test_a_process_with_database_and_broker_is_ready(client: Client) -> None:
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (200, {"database": "ok", "broker": "ok"})


@pytest.mark.django_db
def test_a_missing_broker_is_said_and_keeps_the_process_in_service(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "BROKER_URL", "redis://127.0.0.1:1/0")

    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (200, {"database": "ok", "broker": "away"})


def test_without_a_database_the_process_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Away:
        def cursor(self) -> None:
            raise OperationalError("connection refused")

    monkeypatch.setattr(health, "connection", Away())

    response = client.get("/readyz")

    assert (response.status_code, response.json()["database"]) == (503, "away")


@pytest.mark.parametrize("url", ["/healthz", "/readyz"])
def test_health_is_only_read(client: Client, url: str) -> None:
    response = client.post(url)

    assert response.status_code == 405
