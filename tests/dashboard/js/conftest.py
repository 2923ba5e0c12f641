from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from tests.browser import chromium_running
from tests.dashboard import sample_cards
from tests.dashboard.js.feed import Feed
from tests.dashboard.page_server import PageServer, page_server

# An answer that a test holds back is not given up meanwhile, however slow the machine is.
PATIENT = "AbortSignal.timeout = () => new AbortController().signal"


@dataclass
class Socket:
    """The live socket of a page, in the test's hand."""

    routes: list[WebSocketRoute] = field(default_factory=list)
    hello: dict[str, int] = field(default_factory=lambda: {"payments-prod": 310})
    refuses: bool = False

    def opened(self, route: WebSocketRoute) -> None:
        """Say hello to a page that connects, or hang up on it."""
        self.routes.append(route)
        if self.refuses:
            route.close(code=1011)
        else:
            self.say({"hello": self.hello})

    def say(self, message: dict[str, Any]) -> None:
        """Send one message to the newest connection."""
        self.routes[-1].send(json.dumps([message]))

    def event(self, seq: int, name: str, **ids: str) -> None:
        """Send an event of the sample fleet."""
        self.say({"fleet": "payments-prod", "seq": seq, "name": name, "ids": ids})


def until(tab: Page, holds: Callable[[], bool], *, within_s: float = 10.0) -> None:
    """Let the page speak until ``holds``: what it asks of the test arrives only meanwhile."""
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, f"not so after {within_s:.0f} s"
        tab.wait_for_timeout(20)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with chromium_running() as browser:
        yield browser


@pytest.fixture
def pages() -> Iterator[PageServer]:
    with page_server() as server:
        yield server


@pytest.fixture
def socket() -> Socket:
    return Socket()


@pytest.fixture
def tab(chromium: Browser, pages: PageServer, socket: Socket) -> Iterator[Page]:
    """An open tab at the sample cards' time; no script of it may fail or break the policy."""
    context = chromium.new_context(base_url=pages.url, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on(
        "console",
        lambda line: failures.append(line.text) if "Content Security" in line.text else None,
    )
    page.route_web_socket("**/ws/**", socket.opened)
    page.add_init_script(PATIENT)
    page.clock.install(time=sample_cards.NOW)
    yield page
    context.close()
    assert failures == []


@pytest.fixture
def feed(pages: PageServer) -> Feed:
    return Feed(pages)


@pytest.fixture
def live(tab: Page, feed: Feed) -> Page:
    """An open queue whose socket has greeted it."""
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    return tab


@pytest.fixture
def still(tab: Page, feed: Feed) -> Page:
    """The same where no time passes but what the test lets pass, however slow the machine is."""
    tab.clock.pause_at(sample_cards.NOW + timedelta(hours=1))
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    return tab


@pytest.fixture(scope="module")
def call(chromium: Browser) -> Iterator[Callable[..., Any]]:
    """Call a function of a pure module in the browser and return its result."""
    with page_server() as server:
        server.page("/", "<!doctype html><title>modules</title>")
        page = chromium.new_page(base_url=server.url)
        page.goto("/")

        def run(module: str, function: str, *arguments: object) -> Any:
            return page.evaluate(
                "async ([path, name, given]) => (await import(path))[name](...given)",
                [f"/static/js/lib/{module}.js", function, list(arguments)],
            )

        yield run
        page.close()
