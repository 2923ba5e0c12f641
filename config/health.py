"""Whether this process runs, and whether it can work: for supervisors and load balancers."""

from __future__ import annotations

import logging
from typing import Any

import redis
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.settings import ENV
from escalations.selectors.sweeping import SWEEPER_LATE, sweeper_lag
from governance.selectors.clock import clock_now

logger = logging.getLogger(__name__)

ANSWER_WITHIN_S = 1.0
BROKER_URL = ENV.broker.redis_url


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - the signature is Django's
    """Answer 200 while the process runs, whatever it depends on."""
    return JsonResponse({"alive": True})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - the signature is Django's
    """Answer 200 if the database answers, else 503; broker and sweeper are reported.

    They do not count: without them the gate and every decision work on, with the deadlines they
    always had, so a load balancer must not take this process away.
    """
    sweeper, broker = sweeper_says(), broker_answers()
    database = sweeper is not None
    body = {"database": _word(answers=database), "broker": _word(answers=broker)}
    return JsonResponse(body | (sweeper or {}), status=200 if database else 503)


def sweeper_says() -> dict[str, Any] | None:
    """Return whether overdue tickets are swept in time, and by how many seconds they are not.

    Asked here because nothing that runs by the beat can tell that the beat has stopped. None if
    the database does not answer.
    """
    try:
        lag = sweeper_lag(now=clock_now())
    except DatabaseError as error:
        logger.warning("the database does not answer: %s", error)
        return None
    late = lag > SWEEPER_LATE
    if late:
        logger.error("the sweeper is %.0f s late: look at beat and worker", lag.total_seconds())
    return {"sweeper": "late" if late else "ok", "sweeper_lag_s": round(lag.total_seconds(), 1)}


def broker_answers() -> bool:
    """Return whether the broker answers within a second."""
    client = redis.Redis.from_url(
        BROKER_URL,
        socket_timeout=ANSWER_WITHIN_S,
        socket_connect_timeout=ANSWER_WITHIN_S,
        retry=None,
    )
    try:
        return bool(client.ping())
    except (OSError, redis.RedisError) as error:
        logger.warning("the broker does not answer: %s", error)
        return False
    finally:
        client.close()


def _word(*, answers: bool) -> str:
    return "ok" if answers else "away"
