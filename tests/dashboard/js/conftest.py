from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute

from tests.browser import chromium_running
from tests.dashboard import sample_cards
from tests.dashboard.page_server import PageServer, page_server


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
    page.clock.install(time=sample_cards.NOW)
    yield page
    context.close()
    assert failures == []


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
