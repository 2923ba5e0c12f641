"""pytest plugin: one PostgreSQL and one Valkey for the whole run, where the environment names none.

Loaded by ``-p`` because Django reads its settings before any ``conftest.py`` is read.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

PREFIX = "countersign-test-"
STATIC_FILES = Path(__file__).resolve().parent.parent / "staticfiles"
FORGOTTEN_S = 3600.0


# Before pytest-django reads the settings, after pytest-cov began to measure.
@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(args: list[str]) -> None:
    os.environ.setdefault("COUNTERSIGN_TESTING", "1")
    # Each client of a test looks for static files, and warns where there is no folder for them.
    STATIC_FILES.mkdir(exist_ok=True)
    if {"--help", "-h", "--version", "-V"} & set(args):
        return
    if "DATABASE_URL" in os.environ and "BROKER_URL" in os.environ:
        return
    running = ExitStack()
    atexit.register(running.close)
    _start(running)


def _start(running: ExitStack) -> None:
    # Imported here so that coverage sees the module run.
    from config.embedded import Home, embedded_stack  # noqa: PLC0415

    _sweep()
    folder = tempfile.mkdtemp(prefix=PREFIX)
    running.callback(shutil.rmtree, folder, ignore_errors=True)
    stack = running.enter_context(embedded_stack(Home(Path(folder)), durable=False))
    os.environ["DATABASE_URL"] = stack.database_url
    os.environ["BROKER_URL"] = stack.broker_url


def _sweep() -> None:
    """Delete the folders of runs that were killed: their lock is free and has been for an hour."""
    from config.embedded import Home, HomeInUseError, home_locked  # noqa: PLC0415

    for lock in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/lock"):
        with suppress(HomeInUseError, OSError):
            if time.time() - lock.stat().st_mtime > FORGOTTEN_S:
                with home_locked(Home(lock.parent)):
                    shutil.rmtree(lock.parent, ignore_errors=True)
