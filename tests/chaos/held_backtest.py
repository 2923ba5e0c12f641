"""A Celery worker whose backtests stop in the middle and go on no more."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from unittest import mock

from celery.signals import worker_process_init

from config.celery import app

__all__ = ["HELD_AT", "app", "held"]

HELD_AT = 0.5


def held(*_given: Any, told: Callable[[float], None], **_named: Any) -> None:
    """Tell of half of the work, again and again, as a backtest of many rows might."""
    while True:
        time.sleep(0.1)
        told(HELD_AT)


@worker_process_init.connect
def hold(**_told: Any) -> None:
    """Put the held run in the place of the run of this process."""
    mock.patch("governance.services.backtest_running.backtest_run", held).start()
    mock.patch("governance.services.backtest_running.TELL_EVERY_S", 0.0).start()
