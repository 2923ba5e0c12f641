"""What each web process counts of the requests that it answers, for `GET /metrics`.

With PROMETHEUS_MULTIPROC_DIR the processes of one server keep their counts in files there, and a
scrape of any of them adds all up; without it each process tells its own alone.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    # The library takes the folder as it finds it, when it is first imported.
    Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).mkdir(mode=0o700, parents=True, exist_ok=True)

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

if TYPE_CHECKING:
    from collections.abc import Mapping

# The calls an orchestrator makes for each task, and its lists of what happened.
GATE_ROUTES: Mapping[str, str] = {
    "tasks": "submit",
    "task-start": "start",
    "task-heartbeat": "heartbeat",
    "task-cancel": "cancel",
    "task-outcome": "outcome",
    "outcomes": "outcomes",
    "interactions": "interactions",
}
GATE_BUCKETS_S = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
HTTP_BUCKETS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

_registry = CollectorRegistry()
_gate = Histogram(
    "countersign_gate_seconds",
    "Time to answer a call of the gate, waiting for a thread included, by call and verdict.",
    ["route", "verdict"],
    buckets=GATE_BUCKETS_S,
    registry=_registry,
)
_http = Histogram(
    "countersign_http_seconds",
    "Time to answer a request, by the name of its route and the class of its status.",
    ["method", "route", "status"],
    buckets=HTTP_BUCKETS_S,
    registry=_registry,
)
_denied = Counter(
    "countersign_breaker_denied",
    "Tasks that the gate denied when they were asked for, by the code of the first reason.",
    ["reason"],
    registry=_registry,
)
# Methods that a route may have; any other word of a caller is one label.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def request_measured(
    *, method: str, route: str, status: int, took_s: float, facts: Mapping[str, str | int]
) -> None:
    """Count one request that was answered.

    Args:
        method: as it was sent.
        route: the name of the route, never the path.
        status: of the answer; 0 where the caller left before.
        took_s: from the first byte of the request to the end of the answer.
        facts: of the request, which name verdict and reason of a gate call.
    """
    method = method if method in _METHODS else "other"
    _http.labels(method, route, _class_of(status)).observe(took_s)
    call = GATE_ROUTES.get(route)
    if call is None or method != "POST":
        return
    _gate.labels(call, _verdict(status, facts)).observe(took_s)
    if "denied_for" in facts:
        _denied.labels(str(facts["denied_for"])).inc()


def process_registry() -> CollectorRegistry:
    """Return where the counts of this server's processes can be collected."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return _registry
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    return shared


def _class_of(status: int) -> str:
    return f"{status // 100}xx" if status else "left"


def _verdict(status: int, facts: Mapping[str, str | int]) -> str:
    if status >= 500 or not status:
        return "error"
    return "refused" if status >= 400 else str(facts.get("verdict", "done"))
