"""The signs of life that a running stack leaves in the broker, and none of them."""

from __future__ import annotations

from dashboard.selectors.health import OF_BROKER, READERS
from governance.feed import broker_client
from governance.selectors.signs import KEPT_S, QUEUES
from governance.services.signs import beat_tell, worker_tell

# The broker is one beside those it is asked about.
PARTS = len(READERS) + 1 + len(OF_BROKER)


def nobody_there() -> None:
    """Forget every sign of life, every counted error and what waits in the queues."""
    client = broker_client()
    keys = [*client.scan_iter("countersign:sign:*"), *client.scan_iter("countersign:errors:*")]
    client.delete(*QUEUES, *keys)


def everybody_there() -> None:
    """Leave the signs of a stack that does well."""
    nobody_there()
    beat_tell()
    worker_tell("worker@here", ("gate", "sweep", "scan"))
    worker_tell("courier@here", ("notify",))
    worker_tell("backtester@here", ("backtest",))


def silent_for(key: str, seconds: int) -> None:
    """Let a sign be as old as if nobody had renewed it for so long."""
    broker_client().expire(key, KEPT_S - seconds)
