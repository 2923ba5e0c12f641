"""A task that takes its time, for a worker of a test; it tells a list in the broker how far it is."""

from __future__ import annotations

import os
import time

import redis

from config.celery import app

TAKES_S = 2.0


@app.task(name="tests.slow", ignore_result=True)
def slow(told: str) -> None:
    """Say when it begins, with the id of its process, and when it is done."""
    broker = redis.Redis.from_url(app.conf.broker_url.replace("redis+socket", "unix"))
    broker.rpush(told, f"began in {os.getpid()}")
    time.sleep(TAKES_S)
    broker.rpush(told, "done")
