"""The Chromium of the machine, for tests that need a real browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium_path() -> str:
    """Return the path of an installed Chromium, or an empty text."""
    named = os.environ.get("CHROMIUM_EXECUTABLE", "")
    found = (shutil.which(name) for name in (named, *NAMES) if name)
    return next((path for path in found if path), "")


@contextmanager
def chromium_running() -> Iterator[Browser]:
    """Start Chromium; without one, skip the test and say so, or fail where CI promises one.

    Keep it open for one module at most: Playwright leaves an event loop running in the thread,
    and Django's database refuses to work beside it.
    """
    path = chromium_path()
    if not path and os.environ.get("CI") == "true":
        pytest.fail("CI=true, but there is no Chromium: install one or set CHROMIUM_EXECUTABLE")
    if not path:
        pytest.skip("no Chromium found: install one or set CHROMIUM_EXECUTABLE")
    with sync_playwright() as playwright:
        # The sandbox needs rights that root in a container does not have.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()
