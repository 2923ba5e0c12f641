"""``GET /metrics``: the figures of the installation, for Prometheus."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import redis
from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)

from config.bearer import is_watcher
from config.measured import process_registry
from dashboard.selectors.health import parts_now
from escalations.selectors.figures import tickets_by_state
from governance.domain.health import AWAY_AFTER_S, CALM, PartState
from governance.selectors.clock import clock_now
from governance.selectors.counted import (
    CASCADE_BUCKETS,
    DECIDE_BUCKETS_S,
    counted_read,
    histogram,
    labelled,
)
from governance.selectors.figures import breakers_by_state, frozen_ratios
from governance.selectors.signs import signs_read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from prometheus_client.metrics_core import Metric

logger = logging.getLogger(__name__)

# Lags that have a name of their own, by the part that they are read of.
_LAGS = {
    "sweeper": ("countersign_sweeper_lag_seconds", "How long the longest overdue ticket is left."),
    "relay": ("countersign_relay_lag_seconds", "How long the oldest event waits to be pushed."),
    "seals": ("countersign_seal_lag_seconds", "How long the oldest row waits for its seal."),
    "rollups": (
        "countersign_rollup_lag_seconds",
        "How long the oldest outcome waits to be summed.",
    ),
    "notices": ("countersign_notification_lag_seconds", "How long the oldest message is overdue."),
    "webhooks": ("countersign_webhook_lag_seconds", "How long the oldest delivery is overdue."),
}
# Counted by whichever process recorded the fact; name here, name there, what it counts, its labels.
_COUNTED = (
    ("countersign_breaker_trips_detected", "trips_detected", "Trips that a detector found.", ()),
    ("countersign_breaker_trips_enforced", "trips_enforced", "Trips that froze an agent.", ()),
    (
        "countersign_breaker_trips_overflow",
        "trips_overflow",
        "Trips over the share of a fleet that may be frozen: the agent runs on, supervised.",
        (),
    ),
    ("countersign_tickets_opened", "tickets_opened", "Tickets that were opened.", ()),
    ("countersign_tickets_ended", "tickets_ended", "Tickets that ended, by how.", ("how",)),
    (
        "countersign_notifications",
        "notifications",
        "Attempts to tell people or receivers, by the kind of channel and what came of it.",
        ("channel", "result"),
    ),
)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer whoever sends ``Authorization: Bearer METRICS_TOKEN``; without a token there is none.

    Raises:
        Http404: where METRICS_TOKEN is not set.
    """
    if not settings.METRICS_TOKEN:
        raise Http404("METRICS_TOKEN is not set.")
    if not is_watcher(request):
        refused = HttpResponse("Send Authorization: Bearer METRICS_TOKEN.\n", status=401)
        refused["WWW-Authenticate"] = 'Bearer realm="countersign metrics"'
        refused["Content-Type"] = "text/plain; charset=utf-8"
        return refused
    registry = CollectorRegistry()
    registry.register(Installation())
    body = generate_latest(process_registry()) + generate_latest(registry)
    return HttpResponse(body, content_type=CONTENT_TYPE_LATEST)


class Installation:
    """What database and broker know, read with each scrape; what is away is left out."""

    def collect(self) -> Iterator[Metric]:
        """Yield every figure that can be read now."""
        yield from _parts()
        for read, away in ((_agents, DatabaseError), (_queues, redis.RedisError)):
            yield from _unless(read, away)
        yield from _unless(_counts, redis.RedisError)


def _unless(read: Callable[[], Iterable[Metric]], away: type[Exception]) -> Iterable[Metric]:
    try:
        return tuple(read())
    except (OSError, away) as error:
        logger.warning("figures are left out: %s", type(error).__name__)
        return ()


def _parts() -> Iterator[Metric]:
    parts = parts_now()
    well = GaugeMetricFamily(
        "countersign_part_ok",
        "1 while a part of the installation is well, or is not in use.",
        labels=["part"],
    )
    for part in parts:
        well.add_metric([part.key], float(part.state in CALM))
    yield well
    lags = {part.key: part.lag_s for part in parts if part.state is not PartState.UNKNOWN}
    for key, (name, words) in _LAGS.items():
        lag_s = lags.get(key)
        if lag_s is not None:
            yield GaugeMetricFamily(name, words, value=lag_s)


def _agents() -> Iterator[Metric]:
    yield _gauges(
        "countersign_agent_breaker_state",
        "Agents of living fleets in each state or hold of the breaker.",
        "state",
        breakers_by_state(),
    )
    yield _gauges(
        "countersign_breaker_frozen_ratio",
        "Share of a fleet's agents, seen within 24 h, that detectors froze; 0 to 1.",
        "fleet",
        frozen_ratios(clock_now()),
    )
    yield _gauges(
        "countersign_tickets", "Tickets of living fleets by state.", "state", tickets_by_state()
    )


def _queues() -> Iterator[Metric]:
    signs = signs_read()
    workers = {
        name: sum(
            name in worker.queues and worker.age_s <= AWAY_AFTER_S for worker in signs.workers
        )
        for name in signs.queues
    }
    depth = {name: found.depth for name, found in signs.queues.items()}
    oldest = {name: found.oldest_s or 0.0 for name, found in signs.queues.items()}
    yield _gauges("countersign_queue_messages", "Messages that wait.", "queue", depth)
    yield _gauges("countersign_queue_oldest_seconds", "Age of the oldest.", "queue", oldest)
    yield _gauges(
        "countersign_queue_workers", "Workers heard within the last 30 s.", "queue", workers
    )
    is_open = sum(each.open for each in signs.sockets)
    yield GaugeMetricFamily("countersign_live_pages", "Open live pages.", value=is_open)
    yield GaugeMetricFamily(
        "countersign_errors_last_hour", "Lines of level ERROR.", value=signs.errors
    )


def _counts() -> Iterator[Metric]:
    counts = counted_read()
    for name, field, words, labels in _COUNTED:
        family = CounterMetricFamily(name, words, labels=labels)
        found = labelled(counts, field)
        # A counter that starts at 0 shows its first step; one with labels starts with its first.
        for values, amount in found or ([] if labels else [({}, 0.0)]):
            family.add_metric([values[label] for label in labels], amount)
        yield family
    for name, field, words, buckets in (
        ("countersign_cascade_size", "cascade_size", "Tasks that a containment reached.",
         CASCADE_BUCKETS),
        ("countersign_ticket_decide_seconds", "ticket_decide_seconds",
         "Time from the opening of a ticket to people's answer.", DECIDE_BUCKETS_S),
    ):  # fmt: skip
        filled, total = histogram(counts, field, buckets)
        yield HistogramMetricFamily(name, words, buckets=filled, sum_value=total)


def _gauges(name: str, words: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=[label])
    for value, amount in values.items():
        family.add_metric([value], amount)
    return family
