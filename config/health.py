"""Whether this process runs, and whether it can work: for supervisors and load balancers."""

from __future__ import annotations

import logging

import redis
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.settings import ENV

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
    """Answer 200 if the database answers, else 503; the broker is reported and does not count.

    Without the broker the gate and every decision work on and pages poll, so a load balancer
    must not take this process away.
    """
    database, broker = database_answers(), broker_answers()
    body = {"database": _word(answers=database), "broker": _word(answers=broker)}
    return JsonResponse(body, status=200 if database else 503)


def database_answers() -> bool:
    """Return whether a query goes through now."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        logger.warning("the database does not answer: %s", error)
        return False
    return True


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
