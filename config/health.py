"""Whether this process runs, and whether it can work: for supervisors and load balancers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.bearer import is_watcher
from dashboard.selectors.health import broker_answers, database_answers, parts_now
from governance.domain.health import PartState
from governance.selectors.clock import clock_now
from governance.selectors.watch import watch_state

if TYPE_CHECKING:
    from collections.abc import Mapping

    from governance.domain.health import Part


# What is not well, the worst first.
_BAD = (PartState.LATE, PartState.AWAY, PartState.UNKNOWN)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - the signature is Django's
    """Answer 200 while the process runs, whatever it depends on."""
    return JsonResponse({"alive": True})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 if the database answers, else 503; whoever sends METRICS_TOKEN is told the rest.

    The rest does not count: without it the gate and every decision work on, with the deadlines they
    always had, so a load balancer must not take this process away. It is asked here because
    nothing that runs by the beat can tell that the beat has stopped. Strangers cost one question to
    each server, and learn nothing else: they may ask as often as they like.
    """
    return _told_all() if is_watcher(request) else _told_little()


def _told_little() -> JsonResponse:
    is_ready, has_broker = database_answers(), broker_answers()
    return _answer(is_ready, _stands(is_ready, has_broker))


def _told_all() -> JsonResponse:
    parts = {part.key: part for part in parts_now()}
    is_ready = parts["database"].state is not PartState.AWAY
    body: dict[str, Any] = {**_stands(is_ready, parts["broker"].state is not PartState.AWAY)}
    if is_ready:
        body |= _lag("sweeper", parts, "sweeper") | _lag("courier", parts, "notices", "webhooks")
        body |= _watch()
    body["parts"] = {key: part.state.value for key, part in parts.items()}
    return _answer(is_ready, body)


def _stands(is_ready: bool, has_broker: bool) -> dict[str, str]:
    return {
        "database": "ok" if is_ready else "away",
        "broker": "ok" if has_broker else "away",
    }


def _answer(is_ready: bool, body: Mapping[str, Any]) -> JsonResponse:
    return JsonResponse(body, status=200 if is_ready else 503)


def _lag(name: str, parts: Mapping[str, Part], *keys: str) -> dict[str, Any]:
    """Return how late the worst of some parts is, under the name that it always had here."""
    states = {parts[key].state for key in keys}
    worst = next((each for each in _BAD if each in states), PartState.OK)
    lag_s = max(parts[key].lag_s or 0.0 for key in keys)
    return {name: worst.value, f"{name}_lag_s": lag_s}


def _watch() -> dict[str, str]:
    try:
        return {"watch": watch_state(url=settings.WATCH_URL, now=clock_now()).value}
    except DatabaseError:
        return {}
