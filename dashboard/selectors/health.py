"""How every part is doing now: read here, judged in `governance.domain.health`."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import redis
from django.db import DatabaseError

from escalations.selectors.health import notices_read, sweeper_read
from governance.domain.health import Reading, parts_of, unread
from governance.domain.health_signs import (
    Taking,
    beat_reading,
    broker_reading,
    errors_reading,
    queue_reading,
    sockets_reading,
)
from governance.feed import broker_client
from governance.selectors.clock import clock_now
from governance.selectors.health import (
    backup_read,
    clock_read,
    database_read,
    migrations_read,
    relay_read,
    rollups_read,
    scans_read,
    seals_read,
    watch_read,
    webhooks_read,
)
from governance.selectors.health_log import log_check_read
from governance.selectors.signs import QUEUES, signs_read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from governance.domain.health import Part
    from governance.selectors.signs import Signs

logger = logging.getLogger(__name__)

# What the database is asked, each by itself: a table that is missing says nothing of the others.
READERS: Mapping[str, Callable[[datetime], Reading]] = {
    "database": database_read,
    "migrations": migrations_read,
    "clock": clock_read,
    "sweeper": sweeper_read,
    "relay": relay_read,
    "rollups": rollups_read,
    "scans": scans_read,
    "notices": notices_read,
    "webhooks": webhooks_read,
    "watch": watch_read,
    "seals": seals_read,
    "log-check": log_check_read,
    "backup": backup_read,
}
OF_BROKER = ("beat", *(f"queue-{name}" for name in QUEUES), "sockets", "errors")


def database_answers() -> bool:
    """Return whether the database answers: one question, without a table."""
    try:
        clock_now()
    except (DatabaseError, OSError) as error:
        logger.warning("the database does not answer: %s", type(error).__name__)
        return False
    return True


def broker_answers() -> bool:
    """Return whether the broker answers within 0.25 s."""
    try:
        broker_client().ping()
    except (OSError, redis.RedisError) as error:
        logger.warning("the broker does not answer: %s", type(error).__name__)
        return False
    return True


def parts_now() -> tuple[Part, ...]:
    """Return every part, whatever is away: what cannot be asked says so."""
    return parts_of([*_of_database(), *_of_broker()])


def _of_database() -> list[Reading]:
    try:
        now = clock_now()
    except (DatabaseError, OSError) as error:
        logger.warning("the database does not answer: %s", type(error).__name__)
        away = Reading(
            key="database", said="It does not answer.", error=type(error).__name__, missing=True
        )
        rest = [key for key in READERS if key != "database"]
        return [away, *unread(rest, because="The database does not answer.")]
    return [_asked(key, read, now) for key, read in READERS.items()]


def _asked(key: str, read: Callable[[datetime], Reading], now: datetime) -> Reading:
    try:
        return read(now)
    except DatabaseError as error:
        logger.warning("nobody can tell how %s is doing: %s", key, type(error).__name__)
        said = "The database could not say it."
        return Reading(key=key, said=said, error=type(error).__name__, unread=True)


def _of_broker() -> list[Reading]:
    try:
        signs = signs_read()
    except (OSError, redis.RedisError) as error:
        logger.warning("the broker does not answer: %s", type(error).__name__)
        away = Reading(
            key="broker", said="It does not answer.", error=type(error).__name__, missing=True
        )
        return [away, *unread(OF_BROKER, because="The broker does not answer.")]
    return _told(signs)


def _told(signs: Signs) -> list[Reading]:
    workers = [Taking(worker.queues, worker.age_s) for worker in signs.workers]
    queues = [
        queue_reading(name, depth=found.depth, oldest_s=found.oldest_s, workers=workers)
        for name, found in signs.queues.items()
    ]
    sockets = sockets_reading(
        is_open=sum(each.open for each in signs.sockets),
        processes=len(signs.sockets),
        dropped=sum(each.dropped for each in signs.sockets),
    )
    return [
        broker_reading(signs.ping_s),
        beat_reading(signs.beat_s),
        *queues,
        sockets,
        errors_reading(signs.errors, signs.last_error),
    ]
