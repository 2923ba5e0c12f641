"""``GET /metrics``: who may read it, what it says, and what it says while something is away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from prometheus_client.parser import text_string_to_metric_families

from config.measured import process_registry, request_measured
from governance.feed import broker_client
from governance.models import Event
from governance.selectors.counted import COUNTED_KEY
from governance.services.counted import (
    counted_add,
    decided_counted,
    events_counted,
    told_counted,
)
from tests.signs import everybody_there, nobody_there

if TYPE_CHECKING:
    from django.test import Client

    from tests.dashboard.people import People
    from tests.dashboard.shop import Shop

TOKEN = "metrics-" + "t" * 24


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "METRICS_TOKEN", TOKEN)
    broker_client().delete(COUNTED_KEY)


def scraped(client: Client) -> dict[str, float]:
    """Return every sample by its name with its labels, as Prometheus reads them."""
    response = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200
    return {
        sample.name + "".join(f" {k}={v}" for k, v in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(response.content.decode())
        for sample in family.samples
    }


@pytest.mark.parametrize("sent", ["", "Bearer wrong", TOKEN, f"Basic {TOKEN}", "Bearer ä"])
def test_without_the_token_nothing_is_told(client: Client, sent: str) -> None:
    response = client.get("/metrics", headers={"Authorization": sent} if sent else {})

    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert b"countersign_" not in response.content


def test_where_no_token_is_set_there_are_no_metrics(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "METRICS_TOKEN", "")

    response = client.get("/metrics", headers={"Authorization": "Bearer "})

    assert response.status_code == 404


def test_metrics_are_only_read(client: Client) -> None:
    assert client.post("/metrics").status_code == 405


def test_agents_tickets_and_parts_are_counted(client: Client, people: People, shop: Shop) -> None:
    everybody_there()
    shop.refund()

    found = scraped(client)

    assert found["countersign_tickets state=pending"] >= 1
    assert found["countersign_agent_breaker_state state=closed"] >= 1
    assert found["countersign_agent_breaker_state state=open"] == 0
    assert found["countersign_breaker_frozen_ratio fleet=shop"] == 0.0
    assert found["countersign_part_ok part=database"] == 1
    assert found["countersign_part_ok part=beat"] == 1
    assert found["countersign_queue_workers queue=notify"] == 1
    assert found["countersign_queue_messages queue=gate"] == 0
    assert found["countersign_sweeper_lag_seconds"] == 0
    assert found["countersign_breaker_trips_detected_total"] == 0


@pytest.mark.django_db
def test_without_a_broker_the_database_is_told_and_the_part_is_0(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody_there()
    monkeypatch.setattr(settings, "LIVE_BROKER_URL", "redis://127.0.0.1:1/0")

    found = scraped(client)

    assert found["countersign_part_ok part=broker"] == 0
    assert found["countersign_part_ok part=beat"] == 0
    assert "countersign_queue_messages queue=gate" not in found
    assert "countersign_breaker_trips_detected_total" not in found
    assert found["countersign_tickets state=pending"] == 0


def test_a_request_counts_by_route_and_a_gate_call_by_verdict() -> None:
    def seen(name: str, **labels: str) -> float:
        return process_registry().get_sample_value(name, labels) or 0.0

    def gate(verdict: str) -> float:
        return seen("countersign_gate_seconds_count", route="submit", verdict=verdict)

    def measured(status: int, **facts: str) -> None:
        request_measured(method="POST", route="tasks", status=status, took_s=0.004, facts=facts)

    before = [gate(each) for each in ("allow", "deny", "refused", "error")]
    denied = seen("countersign_breaker_denied_total", reason="breaker_open")
    measured(201, verdict="allow")
    measured(201, verdict="deny", denied_for="breaker_open")
    measured(422, verdict="allow")
    measured(503)
    request_measured(method="BREW", route="none", status=0, took_s=1.0, facts={})

    after = [gate(each) for each in ("allow", "deny", "refused", "error")]
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 1, 1, 1]
    assert seen("countersign_breaker_denied_total", reason="breaker_open") == denied + 1
    assert seen("countersign_http_seconds_count", method="other", route="none", status="left") >= 1


def event(name: str, **payload: object) -> Event:
    return Event(name=name, payload=payload)


def test_what_events_add_is_told_apart_by_detected_enforced_and_overflow() -> None:
    counts = events_counted(
        [
            event("breaker.tripped", enforced=True),
            event("breaker.tripped", enforced=False),
            event("breaker.overflow", enforced=True),
            event("breaker.would_trip", enforced=False),
            event("breaker.forced_open", enforced=True),
            event("ticket.opened"),
            event("ticket.expired"),
            event("ticket.claimed"),
        ]
    )

    assert counts == {
        "trips_detected": 4,
        "trips_enforced": 1,
        "trips_overflow": 1,
        "tickets_opened": 1,
        "tickets_ended|how=expired": 1,
    }


@pytest.mark.django_db
def test_counts_are_added_up_across_processes_and_histograms_are_cumulative(
    client: Client,
) -> None:
    told_counted("mail", taken=True)
    told_counted("mail", taken=True)
    told_counted("webhook", taken=False)
    counted_add(decided_counted(45.0))
    counted_add(decided_counted(90_000.0))
    counted_add(events_counted([event("cascade.contained", held=4, tainted=2, not_held=1)]))

    found = scraped(client)

    assert found["countersign_notifications_total channel=mail result=sent"] == 2
    assert found["countersign_notifications_total channel=webhook result=failed"] == 1
    assert found["countersign_ticket_decide_seconds_bucket le=30"] == 0
    assert found["countersign_ticket_decide_seconds_bucket le=60"] == 1
    assert found["countersign_ticket_decide_seconds_bucket le=86400"] == 1
    assert found["countersign_ticket_decide_seconds_bucket le=+Inf"] == 2
    assert found["countersign_ticket_decide_seconds_sum"] == 90_045
    assert found["countersign_cascade_size_bucket le=5"] == 0
    assert found["countersign_cascade_size_bucket le=10"] == 1
    assert found["countersign_cascade_size_sum"] == 7


@pytest.mark.django_db
def test_no_label_holds_what_grows_with_agents_or_tickets(client: Client) -> None:
    labels = {
        re.sub(r"=[^ ]*", "", label) for name in scraped(client) for label in name.split()[1:]
    }

    assert labels <= {
        "part", "state", "fleet", "queue", "how", "channel", "result", "le", "route", "verdict",
        "method", "status", "reason",
    }  # fmt: skip
