"""What processes leave in the broker to say that they are there, and that something failed.

It is told to whoever asks how the installation is doing. Nothing depends on it: where the broker is
away nobody is told, and nobody waits.
"""

from __future__ import annotations

import json
import logging
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import redis

from governance.domain.error_text import error_text
from governance.feed import broker_client
from governance.selectors.signs import (
    BEAT_KEY,
    KEPT_S,
    LAST_ERROR_KEY,
    SOCKET_KEYS,
    WORKER_KEYS,
    error_key,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

logger = logging.getLogger(__name__)

# What a worker and the beat say is new this often, in seconds.
TOLD_EVERY_S = 5.0
# In characters.
LONGEST_ERROR = 200


def beat_tell() -> None:
    """Say that the beat has just asked for periodic work."""
    with suppress(OSError, redis.RedisError):
        broker_client().set(BEAT_KEY, 1, ex=KEPT_S)


def worker_tell(name: str, queues: Sequence[str]) -> None:
    """Say that a worker is there, and which queues it takes from."""
    with suppress(OSError, redis.RedisError):
        said = json.dumps({"queues": sorted(queues)})
        broker_client().set(f"{WORKER_KEYS}{name}", said, ex=KEPT_S)


def worker_forget(name: str) -> None:
    """Say that a worker has ended as it was told to."""
    with suppress(OSError, redis.RedisError):
        broker_client().delete(f"{WORKER_KEYS}{name}")


def sockets_tell(name: str, *, is_open: int, dropped: int) -> None:
    """Say how many live pages a web process holds open, and how many it cut off for being slow.

    Args:
        name: of the process, different for each.
        is_open: how many are open now; with none the process is forgotten.
        dropped: how many were cut off since it started.
    """
    with suppress(OSError, redis.RedisError):
        key = f"{SOCKET_KEYS}{name}"
        if is_open or dropped:
            broker_client().set(key, json.dumps({"open": is_open, "dropped": dropped}), ex=KEPT_S)
        else:
            broker_client().delete(key)


class ErrorCounter(logging.Handler):
    """Counts what is logged as an error, for the last hour, all processes together.

    Of the last one logger, words and the kind of exception are kept, as far as they are no secret.
    """

    def __init__(self) -> None:
        """Count from level ERROR on."""
        super().__init__(level=logging.ERROR)
        self._resting_until_s = 0.0
        self._is_counting = False

    def emit(self, record: logging.LogRecord) -> None:
        """Count one line; while the broker is away, none for 5 s after each failure."""
        if self._is_counting or time.monotonic() < self._resting_until_s:
            return
        self._is_counting = True
        try:
            error_note(error_words(record))
        except (OSError, redis.RedisError):
            self._resting_until_s = time.monotonic() + 5.0
        finally:
            self._is_counting = False


def error_words(record: logging.LogRecord) -> str:
    """Return what may be told of a logged error, in one line of at most 200 characters."""
    kind = record.exc_info[0] if record.exc_info else None
    said = " ".join(error_text(str(record.msg), record.args).split())
    words = f"{record.name}: {said}" + (f" ({kind.__name__})" if kind else "")
    return words[:LONGEST_ERROR]


def error_note(words: str) -> None:
    """Count one error in the minute of now, and keep its words as the last.

    Raises:
        redis.RedisError: if the broker is away.
    """
    key = error_key(int(time.time() // 60))
    noted = broker_client().pipeline(transaction=False)
    noted.incr(key)
    noted.expire(key, KEPT_S + 120)
    noted.set(LAST_ERROR_KEY, words, ex=KEPT_S)
    noted.execute()
