"""The one clock: the database's, so that no two machines disagree about a deadline."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, models

if TYPE_CHECKING:
    from collections.abc import Callable


def _database_time() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment + _offset()


def _offset() -> timedelta:
    """Return how far tests moved the clock of a started server; zero outside test settings."""
    if not settings.CLOCK_OFFSET_FILE:
        return timedelta()
    try:
        return timedelta(seconds=float(Path(settings.CLOCK_OFFSET_FILE).read_text("ascii")))
    except FileNotFoundError:
        return timedelta()


class DatabaseClock(models.Func):
    """The time as the database tells it beside a row: it costs no question of its own."""

    template = "clock_timestamp()"
    output_field = models.DateTimeField()


# Tests inside one process put a frozen clock here.
source: Callable[[], datetime] = _database_time


def clock_now() -> datetime:
    """Return the time, aware, UTC; asked once per transaction and passed on from there."""
    return source()


def clock_told(moment: datetime) -> datetime:
    """Return the time where a row came with it, as `DatabaseClock` has told it."""
    return moment + _offset() if source is _database_time else source()
