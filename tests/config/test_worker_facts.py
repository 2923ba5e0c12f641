"""Jobs carry on the id of the request that asked for them."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import cast

import pytest

from config import worker_facts
from config.celery import app
from governance.feed import broker_client
from governance.log_facts import facts_begin, facts_now
from governance.tasks import relay

QUEUE = "facts-of-a-test"


def sent_headers() -> dict[str, object]:
    message = cast("bytes", broker_client().lpop(QUEUE))
    return dict(json.loads(message)["headers"])


@pytest.fixture
def queue() -> str:
    broker_client().delete(QUEUE)
    return QUEUE


def test_a_message_carries_the_id_of_its_request_and_when_it_was_sent(queue: str) -> None:
    with facts_begin(request_id="r-1"):
        relay.apply_async(queue=queue)
    carried = sent_headers()
    relay.apply_async(queue=queue)
    alone = sent_headers()

    assert carried["request_id"] == "r-1"
    assert isinstance(carried["sent_at"], float)
    assert "request_id" not in alone


def test_the_lines_of_a_job_have_its_id_and_that_of_the_request(queue: str) -> None:
    seen: list[object] = []
    task = SimpleNamespace(
        name="governance.relay", request=SimpleNamespace(headers={"request_id": "r-1"})
    )

    worker_facts._begin(task_id="j-1", task=task)
    seen.append(dict(facts_now()))
    worker_facts._end(task_id="j-1")

    assert seen == [{"request_id": "r-1", "job": "governance.relay", "job_id": "j-1"}]
    assert facts_now() == {}


def test_a_job_that_a_real_worker_takes_up_knows_the_request(queue: str) -> None:
    """Celery hands custom headers on to the request of a task, which the facts are read off."""
    seen: list[object] = []

    @app.task(name="tests.facts", bind=True)
    def told(self: object) -> None:
        seen.append(facts_now().get("request_id"))

    told.apply(headers={"request_id": "r-2"})

    assert seen == ["r-2"]
