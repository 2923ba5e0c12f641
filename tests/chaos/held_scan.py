"""A Celery worker whose scans for collusion stop in the middle and go on no more."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from unittest import mock

from celery.signals import worker_process_init

from config.celery import app

__all__ = ["HELD_AT", "app", "held"]

HELD_AT = "lockstep"


def held(*_given: Any, told: Callable[[str], None], **_named: Any) -> None:
    """Tell of the stage, then hold there, as a scan of many rows might."""
    told(HELD_AT)
    time.sleep(600)


@worker_process_init.connect
def hold(**_told: Any) -> None:
    """Put the held scan in the place of the scan of this process."""
    mock.patch("governance.services.collusion_scans.scan", held).start()
