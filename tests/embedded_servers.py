"""pytest plugin: a PostgreSQL and a Valkey for the run, where the environment names none.

Loaded by ``-p`` because Django reads its settings before any ``conftest.py`` is read. Each process
of a spread run (``-n``) gets two servers of its own: its tests hear and block nobody else's.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

    from execnet import XSpec

    from config.embedded import EmbeddedStack

PREFIX = "countersign-test-"
STATIC_FILES = Path(__file__).resolve().parent.parent / "staticfiles"
FORGOTTEN_S = 3600.0


# Before pytest-django reads the settings, after pytest-cov began to measure.
@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    os.environ.setdefault("COUNTERSIGN_TESTING", "1")
    # Each client of a test looks for static files, and warns where there is no folder for them.
    STATIC_FILES.mkdir(exist_ok=True)
    if {"--help", "-h", "--version", "-V"} & set(args):
        return
    if "DATABASE_URL" in os.environ and "BROKER_URL" in os.environ:
        return
    if _is_spread(early_config):
        return
    stack = _started()
    os.environ["DATABASE_URL"] = stack.database_url
    os.environ["BROKER_URL"] = stack.broker_url


# Before pytest-xdist reads how many processes are wanted.
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, object, object]:
    if "BROKER_URL" in os.environ and getattr(config.option, "numprocesses", None):
        # Whoever publishes on a broker is heard in all its numbered databases.
        config.option.numprocesses = 0
    return (yield)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(specs: list[XSpec]) -> None:
    """Give each process of a spread run its servers by its environment."""
    for spec in specs:
        stack = _started()
        spec.env["DATABASE_URL"] = stack.database_url
        spec.env["BROKER_URL"] = stack.broker_url


def _is_spread(config: pytest.Config) -> bool:
    wanted = getattr(config.known_args_namespace, "numprocesses", None)
    return bool(wanted) and "BROKER_URL" not in os.environ


def _started() -> EmbeddedStack:
    """Start the servers that the environment does not name, until this process ends."""
    # Imported here so that coverage sees the module run.
    from config.embedded import Home, embedded_stack  # noqa: PLC0415

    _sweep()
    running = ExitStack()
    atexit.register(running.close)
    folder = tempfile.mkdtemp(prefix=PREFIX)
    running.callback(shutil.rmtree, folder, ignore_errors=True)
    return running.enter_context(embedded_stack(Home(Path(folder)), durable=False))


def _sweep() -> None:
    """Delete the folders of runs that were killed: their lock is free and has been for an hour."""
    from config.embedded import Home, HomeInUseError, home_locked  # noqa: PLC0415

    for lock in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/lock"):
        with suppress(HomeInUseError, OSError):
            if time.time() - lock.stat().st_mtime > FORGOTTEN_S:
                with home_locked(Home(lock.parent)):
                    shutil.rmtree(lock.parent, ignore_errors=True)
