"""A page whose database is away; tests/e2e/test_failures.py stops a real one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import pytest
from django.db import OperationalError

from dashboard.views import queue
from tests.dashboard.people import people_of_shop

if TYPE_CHECKING:
    from django.test import Client


@pytest.fixture
def rita(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Return rita, signed in; whoever she is, the database goes away when a page looks."""
    client.force_login(people_of_shop().rita)

    def away(*_given: object, **_named: object) -> NoReturn:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(queue, "shell_for", away)
    return client


def test_a_browser_reads_that_the_database_is_away(rita: Client) -> None:
    response = rita.get("/queue/")

    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "The database does not answer" in response.content.decode()


def test_a_script_gets_a_problem_document(rita: Client) -> None:
    response = rita.get("/queue/", headers={"Accept": "application/json"})

    assert (response.status_code, response["Retry-After"]) == (503, "1")
    assert response.json()["code"] == "unavailable"
