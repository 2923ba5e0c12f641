"""Workers and the beat say that they are there, from their own loops: who hangs falls silent."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from celery import bootsteps
from celery.signals import after_task_publish, beat_init, before_task_publish

if TYPE_CHECKING:
    from celery import Celery

BEAT_TOLD_EVERY_S = 2.0


class SignOfLife(bootsteps.StartStopStep):
    """Tells every few seconds, from the worker's loop, that it takes from its queues.

    It belongs to the consumer, which begins anew with each connection to the broker: a timer of the
    worker would not survive the first loss.
    """

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, _parent: Any, **_: Any) -> None:
        """Start at rest."""
        self._entry: Any = None

    def start(self, parent: Any) -> None:
        """Tell now, and again every few seconds."""
        # Django's settings are not ready while this module is imported.
        from governance.services.signs import TOLD_EVERY_S, worker_tell  # noqa: PLC0415

        said = (parent.hostname, tuple(parent.app.amqp.queues.consume_from))
        worker_tell(*said)
        self._entry = parent.timer.call_repeatedly(TOLD_EVERY_S, worker_tell, said)

    def stop(self, parent: Any) -> None:  # noqa: ARG002 - the signature is Celery's
        """Fall silent."""
        if self._entry is not None:
            self._entry.cancel()
            self._entry = None

    def shutdown(self, parent: Any) -> None:
        """Say that it ended as it was told to."""
        from governance.services.signs import worker_forget  # noqa: PLC0415

        worker_forget(parent.hostname)


class _Beat:
    """Whether this process is the beat, and when it last said so."""

    is_here = False
    told_at_s = 0.0


def signs_connect(app: Celery) -> None:
    """Let the workers of an application, and its beat, leave signs of life in the broker."""
    app.steps["consumer"].add(SignOfLife)
    before_task_publish.connect(_stamp, weak=False)
    beat_init.connect(_beat_begins, weak=False)
    after_task_publish.connect(_beat_told, weak=False)


def _stamp(headers: dict[str, Any] | None = None, **_: Any) -> None:
    """Write into a message when it was sent, so that its age in the queue can be told."""
    if headers is not None:
        headers.setdefault("sent_at", time.time())


def _beat_begins(**_: Any) -> None:
    _Beat.is_here = True


def _beat_told(**_: Any) -> None:
    """Say that the beat is there: it has just published, so schedule and broker are well."""
    if not _Beat.is_here or time.monotonic() - _Beat.told_at_s < BEAT_TOLD_EVERY_S:
        return
    from governance.services.signs import beat_tell  # noqa: PLC0415

    _Beat.told_at_s = time.monotonic()
    beat_tell()
