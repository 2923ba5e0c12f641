"""Whether this process runs, and whether it can work: for supervisors and load balancers."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.settings import ENV
from escalations.selectors.sweeping import SWEEPER_LATE, notices_lag, sweeper_lag
from governance.selectors.clock import clock_now
from governance.selectors.courier import COURIER_LATE, courier_lag
from governance.selectors.watch import watch_state

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
    """Answer 200 if the database answers, else 503; broker, sweeper and courier are reported.

    They do not count: without them the gate and every decision work on, with the deadlines they
    always had, so a load balancer must not take this process away.
    """
    workers, broker = workers_say(), broker_answers()
    database = workers is not None
    body = {"database": _word(answers=database), "broker": _word(answers=broker)}
    return JsonResponse(body | (workers or {}), status=200 if database else 503)


def workers_say() -> dict[str, Any] | None:
    """Return whether overdue tickets are swept and messages sent in time, and by how many seconds
    they are not.

    Asked here because nothing that runs by the beat can tell that the beat has stopped. None if
    the database does not answer.
    """
    try:
        now = clock_now()
        sweeper = _lag("sweeper", sweeper_lag(now=now), SWEEPER_LATE, "beat and worker")
        unsent = max(courier_lag(now=now), notices_lag(now=now))
        watch = {"watch": watch_state(url=settings.WATCH_URL, now=now).value}
    except DatabaseError as error:
        logger.warning("the database does not answer: %s", error)
        return None
    return sweeper | _lag("courier", unsent, COURIER_LATE, "beat, worker and courier") | watch


def _lag(name: str, lag: timedelta, late_after: timedelta, where: str) -> dict[str, Any]:
    is_late = lag > late_after
    if is_late:
        logger.error("the %s is %.0f s late: look at %s", name, lag.total_seconds(), where)
    return {name: "late" if is_late else "ok", f"{name}_lag_s": round(lag.total_seconds(), 1)}


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
