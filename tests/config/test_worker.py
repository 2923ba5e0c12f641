"""What a Celery worker does with a task it has begun, when it is told to stop or is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import pytest
import redis

from config.celery import app
from tests.config.held import comes_true
from tests.config.slow_task import slow

ALONE = ("--without-gossip", "--without-mingle", "--without-heartbeat")


@pytest.fixture
def broker() -> Iterator[redis.Redis]:
    url = app.conf.broker_url.replace("redis+socket", "unix")
    with redis.Redis.from_url(url, decode_responses=True) as client:
        yield client


@pytest.fixture
def queue(broker: redis.Redis) -> Iterator[str]:
    name = f"slow-{uuid4().hex}"
    yield name
    broker.delete(name, f"_kombu.binding.{name}")


@pytest.fixture
def worker(queue: str) -> Iterator[subprocess.Popen[bytes]]:
    words = ("-A", "tests.config.slow_task", "worker", "-Q", queue, "-c", "1", *ALONE)
    with subprocess.Popen(
        [sys.executable, "-m", "celery", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        yield process
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def told(broker: redis.Redis, name: str) -> list[str]:
    said: list[str] = broker.lrange(name, 0, -1)  # type: ignore[assignment]
    return said


def begun(broker: redis.Redis, name: str) -> int:
    """Return the process that has begun the task, once one has."""
    assert comes_true(lambda: told(broker, name) != [])
    return int(told(broker, name)[0].removeprefix("began in "))


def test_a_worker_that_is_told_to_stop_finishes_what_it_runs(
    worker: subprocess.Popen[bytes], broker: redis.Redis, queue: str
) -> None:
    name = uuid4().hex
    slow.apply_async((name,), queue=queue)
    begun(broker, name)

    worker.terminate()

    assert worker.wait(timeout=30) == 0
    assert told(broker, name)[1:] == ["done"]


def test_a_task_whose_process_is_killed_runs_again(
    worker: subprocess.Popen[bytes], broker: redis.Redis, queue: str
) -> None:
    name = uuid4().hex
    slow.apply_async((name,), queue=queue)

    os.kill(begun(broker, name), signal.SIGKILL)

    assert comes_true(lambda: "done" in told(broker, name))
    assert [line.split()[0] for line in told(broker, name)] == ["began", "began", "done"]
