"""The limit of a key holds for every call it makes, wherever the call is answered."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest
from django.db import connections

from governance.api.lane import GateCalls
from governance.domain.types import Environment, Scope
from governance.selectors.key_calls import key_usage
from governance.services import key_counters
from governance.services.key_tally import tally
from governance.services.keys import key_create, key_rotate
from tests.governance.api.asgi import get, post
from tests.governance.api.http import Api, person_api

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from governance.models import ApiKey
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator


@pytest.fixture(autouse=True)
def broker_asked() -> None:
    """No test before this one may have kept the broker from being asked."""
    key_counters._Broker.away_until = 0.0


def limited(shop: Orchestrator, rate: int | None) -> tuple[ApiKey, str]:
    """Return a key with every scope and so many calls a minute, and its token."""
    return key_create(
        fleet=shop.fleet,
        name="limited",
        environment=Environment.PRODUCTION,
        scopes=list(Scope),
        created_by="adam",
        rate_per_minute=rate,
    )


def test_one_call_too_many_is_told_how_long_to_wait(shop: Orchestrator) -> None:
    _, token = limited(shop, 2)
    api = Api(token)

    answers = [api.get("agents/shop-bot") for _ in range(3)]

    assert [each.status_code for each in answers] == [200, 200, 429]
    refused = answers[2]
    assert refused["Content-Type"] == "application/problem+json"
    # Noon is the beginning of a minute; then 2 * (1 - p) + 1 <= 2 from half of the next one on.
    assert refused["Retry-After"] == "90"
    assert refused["RateLimit-Policy"] == '"minute";q=2;w=60'
    assert refused["RateLimit"] == '"minute";r=0;t=90'
    body = refused.json()
    assert (body["code"], body["type"]) == ("rate_limited", "/api/docs/problems/#rate-limited")
    assert (body["rate_per_minute"], body["retry_after_s"]) == (2, 90.0)


def test_a_call_that_passes_says_what_is_left(shop: Orchestrator) -> None:
    _, token = limited(shop, 10)

    answered = Api(token).post("agents/shop-bot/freeze", {"reason": "It loops."})

    assert answered.status_code == 200
    assert answered["RateLimit-Policy"] == '"minute";q=10;w=60'
    assert answered["RateLimit"] == '"minute";r=9;t=60'


def test_a_key_and_its_successor_share_one_limit(shop: Orchestrator, clock: Clock) -> None:
    former, old = limited(shop, 2)
    successor, new = key_rotate(
        fleet=shop.fleet, user="adam", key_id=former.pk, overlap=timedelta(days=1)
    )

    answers = [Api(token).get("agents/shop-bot") for token in (old, new, old, new)]

    assert [each.status_code for each in answers] == [200, 200, 429, 429]
    assert "a key that it was rotated from or to" in answers[3].json()["detail"]
    used = [key_usage(key, clock()) for key in (former, successor)]
    assert [each and (each.hour, each.refused_hour) for each in used] == [(1, 1), (1, 1)]


def test_a_key_without_a_limit_is_told_of_none(shop: Orchestrator, clock: Clock) -> None:
    key, token = limited(shop, None)

    answered = Api(token).get("agents/shop-bot")

    assert "RateLimit" not in answered
    tally.tell()
    usage = key_usage(key, clock())
    assert usage is not None
    assert usage.hour == 1


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "agents/shop-bot", None),
        ("GET", "tasks/none", None),
        ("GET", "events", None),
        ("GET", "tools", None),
        ("GET", "tickets", None),
        ("POST", "tasks", {}),
        ("POST", "tasks/none/start", {}),
        ("POST", "outcomes", {"items": []}),
        ("POST", "interactions", {"items": []}),
        ("POST", "agents/shop-bot/freeze", {}),
        ("PUT", "tools/read", {}),
        ("POST", "tickets/00000000-0000-0000-0000-000000000000/answer", {}),
    ],
)
def test_every_call_of_a_key_counts_as_one(
    shop: Orchestrator, clock: Clock, method: str, path: str, body: Any
) -> None:
    key, token = limited(shop, 1)
    first = Api(token).send(method, path, body)

    second = Api(token).send(method, path, body)

    assert first.status_code != 429
    assert (second.status_code, second.json()["code"]) == (429, "rate_limited")
    usage = key_usage(key, clock())
    assert usage is not None
    assert (usage.hour, usage.refused_hour) == (1, 1)


def test_a_batch_counts_as_one_call_whatever_it_holds(shop: Orchestrator, clock: Clock) -> None:
    key, token = limited(shop, 10)

    answered = Api(token).post("outcomes", {"items": [{}] * 500})

    assert answered.json()["rejected"] == 500
    usage = key_usage(key, clock())
    assert usage is not None
    assert usage.hour == 1


def test_what_is_refused_decides_nothing(shop: Orchestrator) -> None:
    _, token = limited(shop, 1)
    api = Api(token)
    api.get("agents/shop-bot")

    refused = api.post("agents/shop-bot/freeze", {"reason": "It loops."})

    assert refused.status_code == 429
    shown = person_api(shop.crew.rita).get("agents/shop-bot").json()
    assert shown["breaker"]["state"] == "CLOSED"


def test_the_limit_is_over_with_its_minutes(shop: Orchestrator, clock: Clock) -> None:
    _, token = limited(shop, 1)
    api = Api(token)
    api.get("agents/shop-bot")
    refused = api.get("agents/shop-bot")
    clock.forward(seconds=int(refused["Retry-After"]))

    assert api.get("agents/shop-bot").status_code == 200


def test_a_person_has_no_limit(shop: Orchestrator) -> None:
    answered = person_api(shop.crew.rita).get("agents/shop-bot")

    assert "RateLimit" not in answered


def test_without_a_broker_a_limited_key_goes_on(
    shop: Orchestrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, token = limited(shop, 1)
    monkeypatch.setattr(key_counters._Broker, "away_until", float("inf"))

    answers = [Api(token).get("agents/shop-bot") for _ in range(3)]

    assert [each.status_code for each in answers] == [200, 200, 200]
    assert "RateLimit" not in answers[0]


@pytest.fixture
def lane() -> Iterator[GateCalls]:
    """The calls of the gate, answered in front of Django."""

    async def pages(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("passed on to Django")

    calls = GateCalls(pages, connections=1)
    yield calls
    for each in calls.lanes.values():
        each.threads.submit(connections.close_all).result()
        each.threads.shutdown()


@pytest.mark.django_db(transaction=True)
def test_the_lane_of_the_gate_counts_too(lane: GateCalls, shop: Orchestrator) -> None:
    _, token = limited(shop, 1)
    body = msgspec.json.encode(shop.body("read", external_id="t-1"))

    answers = [asyncio.run(post(lane, "tasks", token, body)) for _ in range(2)]

    assert [each.status for each in answers] == [201, 429]
    # Noon begins a minute: that has to end, and the one after it to forget the call altogether.
    assert answers[0].headers["ratelimit"] == '"minute";r=0;t=120'
    assert answers[1].headers["retry-after"] == "120"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["tasks/t-1?wait=1", "events?after=999&wait=1"])
def test_a_call_that_waits_and_looks_again_counts_once(
    shop: Orchestrator, clock: Clock, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr("governance.api.waits.LOOK_AGAIN_S", 0.1)
    shop.ask("refund", external_id="t-1")
    key, token = limited(shop, 5)

    answered = asyncio.run(get(path, token))

    assert answered.status == 200
    assert answered.headers["ratelimit"] == '"minute";r=4;t=60'
    usage = key_usage(key, clock() + timedelta(seconds=1))
    assert usage is not None
    assert usage.hour == 1
