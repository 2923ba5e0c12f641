"""What the signs of life in the broker say of beat, queues, live pages and errors."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from governance.domain.health import AWAY_AFTER_S, Reading


class Taking(NamedTuple):
    """A worker: which queues it takes from, and how many seconds ago it was heard."""

    queues: Collection[str]
    age_s: float


def beat_reading(beat_s: float | None) -> Reading:
    """Return how long ago the beat asked for work; None: not within the last hour."""
    if beat_s is None:
        return Reading(key="beat", said="No beat was heard within the last hour.", missing=True)
    said = f"The last beat was {beat_s:.0f} s ago."
    return Reading(key="beat", said=said, lag_s=beat_s, missing=beat_s > AWAY_AFTER_S)


def queue_reading(
    name: str, *, depth: int, oldest_s: float | None, workers: Sequence[Taking]
) -> Reading:
    """Return how much waits in a queue, since when, and whether somebody takes it.

    Args:
        name: of the queue.
        depth: how many messages wait.
        oldest_s: the age of the oldest in seconds, None where nothing waits.
        workers: all that were heard within the last hour.
    """
    ages = [worker.age_s for worker in workers if name in worker.queues]
    alive = sum(age_s <= AWAY_AFTER_S for age_s in ages)
    if alive:
        who = "1 worker takes from it" if alive == 1 else f"{alive} workers take from it"
    elif ages:
        who = f"its worker was last heard {min(ages):.0f} s ago"
    else:
        who = "no worker was heard within the last hour"
    waits = "1 message waits" if depth == 1 else f"{depth} messages wait"
    return Reading(
        key=f"queue-{name}", said=f"{waits}; {who}.", lag_s=oldest_s or 0.0, missing=not alive
    )


def sockets_reading(*, is_open: int, processes: int, dropped: int) -> Reading:
    """Return how many live pages are open, and how many were cut off for being too slow."""
    pages = "1 live page is open" if is_open == 1 else f"{is_open} live pages are open"
    word = "process" if processes == 1 else "processes"
    where = f"{pages} in {processes} web {word}" if is_open else "No live page is open"
    cut = "1 was" if dropped == 1 else f"{dropped} were"
    said = f"{where}; {cut} cut off for falling behind." if dropped else f"{where}."
    return Reading(key="sockets", said=said)


def errors_reading(count: int, last: str | None) -> Reading:
    """Return how many errors were logged within the last hour, and of which kind the last was."""
    said = "None was logged." if not count else f"{count} were logged."
    if count == 1:
        said = "1 was logged."
    return Reading(key="errors", said=said, error=last if count else None, short=count > 0)


def broker_reading(ping_s: float) -> Reading:
    """Return that the broker answers, and how soon."""
    return Reading(key="broker", said=f"It answers in {1_000 * ping_s:.1f} ms.")
