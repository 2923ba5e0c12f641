"""Gate calls in front of Django: the same answers, and nothing else is taken."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from django.db import connection, connections, transaction

from governance.api.bodies import BATCH_BYTES, SINGLE_BYTES
from governance.api.lane import QUEUED_PER_THREAD, GateCalls
from governance.models import Agent, Outcome, Task
from tests.governance.api.asgi import post

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.governance.api.asgi import Answered
    from tests.governance.api.http import Api
    from tests.governance.services.orchestrator import Orchestrator

pytestmark = pytest.mark.django_db(transaction=True)
PASSED_ON = 299


async def pages(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": PASSED_ON, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def lane() -> Iterator[GateCalls]:
    """One thread for each kind of call, so that two calls share a connection."""
    calls = GateCalls(pages, connections=1)
    yield calls
    for each in calls.lanes.values():
        each.threads.submit(connections.close_all).result()
        each.threads.shutdown()


def asked(shop: Orchestrator, external_id: str = "t-1") -> bytes:
    return msgspec.json.encode(shop.body("read", external_id=external_id))


def send(lane: GateCalls, path: str, token: str | None, *parts: bytes, **more: Any) -> Answered:
    return asyncio.run(post(lane, path, token, *parts, **more))


def test_a_task_gets_the_answer_that_django_would_give(
    lane: GateCalls, shop: Orchestrator, api: Api
) -> None:
    in_front = send(lane, "tasks", api.token, asked(shop))
    behind = api.send_raw("POST", "tasks", asked(shop))

    assert (in_front.status, behind.status_code) == (201, 200)
    assert in_front.json() == behind.json()
    assert in_front.headers["content-type"] == behind.headers["Content-Type"]
    assert in_front.headers["cache-control"] == behind.headers["Cache-Control"]
    assert in_front.headers["x-content-type-options"] == "nosniff"


def test_every_call_of_a_task_and_both_lists_are_taken(
    lane: GateCalls, shop: Orchestrator, api: Api
) -> None:
    task = send(lane, "tasks", api.token, asked(shop)).json()
    digest = json.dumps({"action_digest": task["action_digest"]}).encode()

    answers = [
        send(lane, f"tasks/{task['id']}/start", api.token, digest),
        send(lane, f"tasks/{task['id']}/heartbeat", api.token, b"{}"),
        send(lane, f"tasks/{task['id']}/outcome", api.token, b'{"result": "success"}'),
        send(lane, f"tasks/{task['id']}/cancel", api.token, b'{"reason": "Too late."}'),
        send(lane, "outcomes", api.token, b'{"items": []}'),
        send(lane, "interactions", api.token, b'{"items": []}'),
    ]

    assert [answer.status for answer in answers] == [200, 200, 200, 409, 200, 200]
    assert Outcome.objects.get().task_external_id == "t-1"


@pytest.mark.parametrize(
    "path", ["tasks/t-1", "tasks/t-1/else", "agents/a/freeze", "fleet/halt", "tickets/1/decide"]
)
def test_every_other_call_is_passed_on(lane: GateCalls, path: str) -> None:
    assert send(lane, path, None, b"{}").status == PASSED_ON


def test_a_stranger_is_refused_before_the_body_is_looked_at(lane: GateCalls) -> None:
    answer = send(lane, "tasks", None, b"no json")

    assert (answer.status, answer.json()["code"]) == (401, "key_missing")


def test_a_body_may_come_in_parts(lane: GateCalls, shop: Orchestrator, api: Api) -> None:
    body = asked(shop)

    answer = send(lane, "tasks", api.token, body[:40], body[40:90], body[90:])

    assert answer.status == 201


def test_nothing_is_asked_for_a_caller_who_leaves_before_the_end_of_the_body(
    lane: GateCalls, shop: Orchestrator, api: Api
) -> None:
    answer = send(lane, "tasks", api.token, asked(shop)[:40], whole=False, stays=False)

    assert answer.status == 0
    assert not Task.objects.exists()


@pytest.mark.parametrize(("path", "most"), [("tasks", SINGLE_BYTES), ("outcomes", BATCH_BYTES)])
def test_a_body_without_end_is_read_up_to_the_limit(
    lane: GateCalls, api: Api, path: str, most: int
) -> None:
    part = b" " * (1024 * 1024)

    answer = send(lane, path, api.token, *[part] * 6, whole=False)

    assert (answer.status, answer.json()["code"]) == (413, "body_too_large")
    assert str(most) in answer.json()["detail"]


def test_after_a_lost_connection_the_next_call_has_a_new_one(
    lane: GateCalls, shop: Orchestrator, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As it is with a pool, which the servers have and the tests do not.
    monkeypatch.setitem(connections.settings["default"], "CONN_HEALTH_CHECKS", False)
    send(lane, "tasks", api.token, asked(shop, "t-1"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    lost = send(lane, "tasks", api.token, asked(shop, "t-2"))
    found = send(lane, "tasks", api.token, asked(shop, "t-2"))

    assert (lost.status, found.status) == (503, 201)


def busy(lane: GateCalls, until: threading.Event) -> None:
    """Occupy the one thread for single calls until told otherwise."""
    (single, _) = lane.lanes.values()
    single.threads.submit(until.wait)


def test_a_call_is_not_begun_for_a_caller_who_has_left(
    lane: GateCalls, shop: Orchestrator, api: Api
) -> None:
    free = threading.Event()
    busy(lane, free)

    answer = send(lane, "tasks", api.token, asked(shop, "t-1"), stays=False)
    free.set()
    send(lane, "tasks", api.token, asked(shop, "t-2"))

    assert answer.status == 0
    assert [task.external_id for task in Task.objects.all()] == ["t-2"]


def test_more_calls_than_can_be_answered_soon_are_told_to_ask_again(
    lane: GateCalls, shop: Orchestrator, api: Api
) -> None:
    free = threading.Event()
    busy(lane, free)
    body = asked(shop, "t-1")

    async def crowd() -> list[Answered]:
        calls = [asyncio.create_task(post(lane, "tasks", api.token, body)) for _ in range(40)]
        # All of them are in the lane, or refused, before the first is begun.
        for _ in range(5):
            await asyncio.sleep(0)
        free.set()
        return await asyncio.gather(*calls)

    statuses = Counter(answer.status for answer in asyncio.run(crowd()))

    # One asks, 31 are told what it was told, the rest are told to ask again.
    assert statuses == {201: 1, 200: QUEUED_PER_THREAD - 1, 503: 40 - QUEUED_PER_THREAD}


def test_a_row_that_stays_locked_is_no_reason_to_wait_for_ever(
    lane: GateCalls, shop: Orchestrator, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {**connections.settings["default"]["OPTIONS"], "options": "-c lock_timeout=50"}
    monkeypatch.setitem(connections.settings["default"], "OPTIONS", options)

    with transaction.atomic():
        Agent.objects.select_for_update(no_key=True).get(pk=shop.agent.pk)
        answer = send(lane, "tasks", api.token, asked(shop))

    assert (answer.status, answer.json()["code"]) == (503, "unavailable")
