"""Signs of life that processes leave in the broker, and how much waits in its queues.

Workers, the beat and web processes say every few seconds that they are there. How long ago is read
off the time their key has left, by the broker's own clock, so that no two machines need agree.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from governance.feed import broker_client

if TYPE_CHECKING:
    from collections.abc import Mapping

    import redis

# As `config.celery` has them.
QUEUES = ("gate", "sweep", "scan", "notify", "backtest")
KEPT_S = 3_600
BEAT_KEY = "countersign:sign:beat"
WORKER_KEYS = "countersign:sign:worker:"
SOCKET_KEYS = "countersign:sign:sockets:"
ERROR_KEYS = "countersign:errors:"
LAST_ERROR_KEY = "countersign:errors:last"
# When a message was sent, epoch seconds, among its headers.
SENT_AT = "sent_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSign:
    """A worker, the queues it takes from, and how many seconds ago it was heard."""

    name: str
    queues: tuple[str, ...]
    age_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueDepth:
    """How many messages wait, and the age of the oldest in seconds; None where it does not say."""

    depth: int
    oldest_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketSign:
    """What one web process says: open sockets, and pages cut off since its start for being slow."""

    open: int
    dropped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """All that the broker knows; ``beat_s`` is the age of the last beat, None for none in an hour.

    ``errors`` counts lines of level ERROR of the last hour, ``last_error`` says what the last one
    was, without what looks like a secret.
    """

    beat_s: float | None
    workers: tuple[WorkerSign, ...]
    sockets: tuple[SocketSign, ...]
    queues: Mapping[str, QueueDepth]
    errors: int
    last_error: str | None
    ping_s: float


def signs_read() -> Signs:
    """Return the signs of life and the depth of the queues.

    Raises:
        redis.RedisError: if the broker is away or silent for 0.25 s.
    """
    client = broker_client()
    began_s = time.monotonic()
    client.ping()
    ping_s = time.monotonic() - began_s
    workers = _kept(client, WORKER_KEYS)
    return Signs(
        beat_s=_age_s(client.pttl(BEAT_KEY)),
        workers=tuple(
            WorkerSign(name=name, queues=tuple(said["queues"]), age_s=age_s)
            for name, said, age_s in workers
        ),
        sockets=tuple(SocketSign(**said) for _, said, _ in _kept(client, SOCKET_KEYS)),
        queues={name: queue_depth(client, name) for name in QUEUES},
        errors=_errors(client),
        last_error=_text(client.get(LAST_ERROR_KEY)),
        ping_s=ping_s,
    )


def queue_depth(client: redis.Redis, name: str) -> QueueDepth:
    """Return how much waits in a queue: messages enter on the left and leave on the right."""
    asked = client.pipeline(transaction=True)
    asked.llen(name)
    asked.lindex(name, -1)
    depth, oldest = asked.execute()
    return QueueDepth(depth=depth, oldest_s=_waited_s(oldest))


def error_key(minute: int) -> str:
    """Return the key under which the errors of one minute since the epoch are counted."""
    return f"{ERROR_KEYS}{minute}"


def _waited_s(message: bytes | None) -> float | None:
    try:
        sent_at = float(json.loads(message or b"{}")["headers"][SENT_AT])
    except (KeyError, TypeError, ValueError):
        return None
    return max(0.0, time.time() - sent_at)


def _kept(client: redis.Redis, prefix: str) -> list[tuple[str, dict[str, Any], float]]:
    """Return name, words and age of each key that begins so, by name."""
    found = []
    for key in sorted(client.scan_iter(match=f"{prefix}*", count=500)):
        asked = client.pipeline(transaction=True)
        asked.get(key)
        asked.pttl(key)
        said, left_ms = asked.execute()
        age_s = _age_s(left_ms)
        if said is not None and age_s is not None:
            found.append((key.decode().removeprefix(prefix), json.loads(said), age_s))
    return found


def _age_s(left_ms: int) -> float | None:
    """Return how long ago a key was written that lives for an hour; None where there is none."""
    return None if left_ms < 0 else max(0.0, KEPT_S - left_ms / 1_000)


def _errors(client: redis.Redis) -> int:
    minute = int(time.time() // 60)
    counted = client.mget([error_key(minute - back) for back in range(60)])
    return sum(int(each) for each in cast("list[bytes | None]", counted) if each is not None)


def _text(value: Any) -> str | None:
    return None if value is None else str(value, "utf-8", "replace")
