"""A page somebody left open: what it hears, and what its light says."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error

from tests.browser import chromium_running
from tests.e2e.desk import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page, WebSocket

    from tests.e2e.stack import Stack

TICK_MS = 100


class OpenPage:
    """The queue in a real browser; time passes for it only inside `wait`."""

    def __init__(self, page: Page, fleet: str) -> None:
        """Listen to the page's sockets, then open the queue."""
        self._page, self._fleet = page, fleet
        self.heard: list[tuple[float, int]] = []
        self.longest_away_s = 0.0
        self._away_since: float | None = None
        page.on("websocket", self._follow)
        page.goto("/queue/")

    def wait(self, holds: Callable[[], bool], *, within_s: float) -> float | None:
        """Return after how many seconds ``holds``, or None if it does not in time."""
        began = time.monotonic()
        while not holds():
            if time.monotonic() - began > within_s:
                return None
            self._page.wait_for_timeout(TICK_MS)
            self._look()
        return time.monotonic() - began

    def is_live(self) -> bool:
        """Return whether the light says so."""
        try:
            text = self._page.locator("[data-live-text]").text_content(timeout=1000) or ""
        except Error:
            return False
        return text.startswith("Live")

    def has_heard(self, seq: int) -> bool:
        """Return whether the page knows of the fleet's event ``seq``."""
        return any(number >= seq for _, number in self.heard)

    def slowest_news_s(self, events: list[tuple[float, int]]) -> float:
        """Return the longest time from an event's commit (epoch seconds, number) to the page.

        Raises:
            LookupError: for an event the page never heard of.
        """
        slowest = 0.0
        for at, number in events:
            told = min((heard for heard, upto in self.heard if upto >= number), default=None)
            if told is None:
                raise LookupError(f"the page never heard of event {number}")
            slowest = max(slowest, told - at)
        return slowest

    def _look(self) -> None:
        now = time.monotonic()
        if self.is_live():
            self._away_since = None
            return
        self._away_since = self._away_since or now
        self.longest_away_s = max(self.longest_away_s, now - self._away_since)

    def _follow(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._hear)

    def _hear(self, frame: str | bytes) -> None:
        for message in json.loads(frame):
            self._note(message)

    def _note(self, message: dict[str, Any]) -> None:
        told = message.get("hello") or message.get("beat") or {}
        number = message["seq"] if message.get("fleet") == self._fleet else told.get(self._fleet)
        if number is not None:
            self.heard.append((time.time(), number))


@contextmanager
def page_open(stack: Stack, username: str, fleet: str) -> Iterator[OpenPage]:
    """Open the queue as one of the stack's people."""
    with chromium_running() as browser:
        page = browser.new_page(base_url=stack.url)
        sign_in(page, username, stack.passwords[username])
        yield OpenPage(page, fleet)
