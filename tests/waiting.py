"""Two connections of which the second has to wait for the first."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection, transaction

if TYPE_CHECKING:
    from collections.abc import Callable


class Behind(NamedTuple):
    """What the second call gave or raised, and whether it had to wait for the first to commit."""

    answer: Any
    waited: bool


def behind(
    hold: Callable[[], object],
    call: Callable[[], object],
    *,
    then: Callable[[], object] = lambda: None,
) -> Behind:
    """Run ``call`` in a connection of its own while the transaction of ``hold`` is still open.

    That one goes on with ``then`` once ``call`` waits for it, or has ended.
    """
    answers: list[Any] = []

    def run() -> None:
        try:
            answers.append(call())
        except Exception as error:  # noqa: BLE001  # judged by the test, in its own thread
            answers.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        hold()
        thread.start()
        waited = _waits(thread)
        then()
    thread.join(timeout=10)
    return Behind(answers[0], waited)


def _waits(thread: threading.Thread) -> bool:
    """Return whether another session came to wait for a lock of this one before the thread ended."""
    own = connection.connection.info.backend_pid
    # Not pg_stat_activity: inside a transaction that one stays as it was when first read.
    question = "SELECT EXISTS (SELECT FROM pg_locks WHERE %s = ANY(pg_blocking_pids(pid)))"
    waiting = False
    with connection.cursor() as cursor:
        while not waiting and thread.is_alive():
            cursor.execute(question, [own])
            (waiting,) = cursor.fetchone()
    return waiting
