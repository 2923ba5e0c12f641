"""Calls that begin at the same instant, each in a thread and on a connection of its own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from django.db import connection

from governance.refusals import RefusalError

if TYPE_CHECKING:
    from collections.abc import Callable


def at_once(*calls: Callable[[], object]) -> list[Any]:
    """Return what each call gave, or its refusal, when all begin together."""
    barrier = threading.Barrier(len(calls))
    answers: list[Any] = [None] * len(calls)

    def run(index: int, call: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=10)
            answers[index] = call()
        except Exception as error:  # noqa: BLE001  # judged below, in the test's own thread
            answers[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert _defects(answers) == []
    return answers


def _defects(answers: list[Any]) -> list[Any]:
    return [
        answer
        for answer in answers
        if isinstance(answer, Exception) and not isinstance(answer, RefusalError)
    ]


def refusals_of(answers: list[Any]) -> list[RefusalError]:
    """Return those of the answers that refused."""
    return [answer for answer in answers if isinstance(answer, RefusalError)]
