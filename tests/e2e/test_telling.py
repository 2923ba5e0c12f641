"""A whole stack tells of itself: log lines with their facts, and nothing that is secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.e2e.stack import Stack, stack_running, until

JSON = {"LOG_FORMAT": "json", "ACCESS_LOG": "1", "METRICS_TOKEN": "metrics-" + "t" * 24}


@pytest.fixture(scope="module")
def telling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with stack_running(tmp_path_factory.mktemp("telling"), JSON) as running:
        yield running


def logged(stack: Stack) -> list[dict[str, object]]:
    """Return the JSON lines of every process; what is none is of a server or a banner."""
    return [
        {"from": path.stem, **json.loads(line)}
        for path in sorted((stack.home.root / "log").glob("*.log"))
        for line in path.read_text("utf-8", "replace").splitlines()
        if line.startswith("{")
    ]


def of_request(stack: Stack, request_id: str) -> list[dict[str, object]]:
    return [line for line in logged(stack) if line.get("request_id") == request_id]


def test_a_gate_call_is_told_with_its_key_its_fleet_and_its_task(telling: Stack) -> None:
    mine = f"gate-{uuid4().hex}"
    secret = f"secret-{uuid4().hex}"
    answer = httpx.post(
        f"{telling.url}/api/v1/tasks",
        headers={"Authorization": f"Bearer {telling.key}", "X-Request-Id": mine},
        json={
            "agent": "shop-payouts", "requested_by": "noor@shop", "external_id": uuid4().hex,
            "title": "Refund", "operation": "refund", "tool": "issue_refund",
            "arguments": {"order": secret, "amount_usd": "3.00"},
            "plan": {"steps": 1, "agents": 1, "delegations": 0}, "blast": {"U": "I"},
            "budget_usd": "3.00",
        },
    )  # fmt: skip
    refused = httpx.get(f"{telling.url}/api/v1/tasks/none", headers={"X-Request-Id": "bad id"})

    assert answer.status_code == 201, answer.text
    assert answer.headers["X-Request-Id"] == mine
    until(lambda: of_request(telling, mine) != [])
    lines = of_request(telling, mine)
    told = [each for each in lines if each["logger"] == "countersign.access"]
    assert len(told) == 1, lines
    line = told[0]
    assert str(line["message"]).startswith("POST tasks 201 in ")
    assert (line["fleet"], line["task"]) == ("shop", answer.json()["id"])
    assert len(str(line["key"])) == 36
    assert refused.status_code == 401
    assert refused.json()["request_id"] == refused.headers["X-Request-Id"]


def test_a_page_is_told_with_its_person_and_health_checks_are_not(telling: Stack) -> None:
    with httpx.Client(base_url=telling.url, follow_redirects=True) as browser:
        browser.get("/sign-in/")
        browser.post(
            "/sign-in/",
            data={
                "username": "adam",
                "password": telling.passwords["adam"],
                "csrfmiddlewaretoken": browser.cookies["csrftoken"],
            },
        )
        page = browser.get("/f/shop/overview/")
    httpx.get(f"{telling.url}/readyz")
    mine = page.headers["X-Request-Id"]

    assert page.status_code == 200
    until(lambda: of_request(telling, mine) != [])
    lines = of_request(telling, mine)
    told = [each for each in lines if each["logger"] == "countersign.access"]
    assert len(told) == 1, lines
    line = told[0]
    assert str(line["message"]).startswith("GET fleet-overview 200 in ")
    assert (line["fleet"], isinstance(line["user"], int)) == ("shop", True)
    assert [each for each in logged(telling) if "readyz" in str(each["message"])] == []


def test_no_line_of_any_process_has_a_secret(telling: Stack) -> None:
    home = telling.home.root
    secrets = [telling.key, JSON["METRICS_TOKEN"], *telling.passwords.values()]
    secrets += [
        path.read_text("utf-8").strip()
        for path in (home / "secret-key", home / "postgres-password", home / "seal-key")
        if path.exists()
    ]
    files = [Path(each) for each in (home / "log").iterdir()]

    assert len(secrets) >= 7
    assert len(files) >= 7
    for path in files:
        text = path.read_text("utf-8", "replace")
        assert [each for each in secrets if each in text] == [], path.name
        assert "secret-" not in text, path.name


def test_a_running_stack_is_well(telling: Stack) -> None:
    # Nobody set up a receiver or a watch, made a back-up or waited for the night's check of the log.
    idle = {"webhooks": "off", "watch": "off", "log-check": "not_yet", "backup": "not_yet"}

    def not_well() -> dict[str, str]:
        return {key: state for key, state in telling.ready()["parts"].items() if state != "ok"}

    with suppress(TimeoutError):
        until(lambda: not_well() == idle, within_s=60)
    assert not_well() == idle, telling.manage("doctor", "--json")
    assert "No part needs a look: " in telling.manage("doctor")
