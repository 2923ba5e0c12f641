"""Every page in every state, under axe with `target-size`, in both themes, wide and narrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.forms import AuthenticationForm
from playwright.sync_api import Browser, Page

from tests.dashboard import sample_cards as sample
from tests.dashboard.page_server import PageServer, draw, page_server

pytestmark = pytest.mark.browser

PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "queue": ("queue/index.html", {"queue": sample.QUEUE}),
    "queue-empty": ("queue/index.html", {"queue": sample.EMPTY_QUEUE}),
    "decided": ("queue/decided.html", {"decided": sample.DECIDED}),
    **{
        f"ticket-{name}": ("ticket/page.html", {"ticket": ticket})
        for name, ticket in sample.TICKET_STATES.items()
    },
    "sign-in": ("account/sign_in.html", {"shell": None, "form": AuthenticationForm()}),
    "not-found": ("404.html", {"shell": None}),
}
AXE_OPTIONS = {"rules": {"target-size": {"enabled": True}}}


@pytest.fixture(scope="module")
def served() -> Iterator[PageServer]:
    with page_server() as pages:
        yield pages


@pytest.fixture(scope="module", params=[1440, 360])
def sized(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    """A page of one width, kept for all states; sockets are answered and stay silent."""
    page = chromium.new_page(viewport={"width": request.param, "height": 900})
    page.route_web_socket("**/ws/**", lambda socket: socket.send('{"hello":{}}'))
    yield page
    page.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(sized: Page, served: PageServer, name: str, theme: str) -> None:
    template, context = PAGES[name]
    shown: dict[str, Any] = {"shell": sample.SHELL, "csrf_token": "token", **context}
    served.page("/", draw(template, theme=theme, **shown))
    sized.goto(f"{served.url}/")

    results = Axe().run(sized, options=AXE_OPTIONS)

    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_the_page(sized: Page, served: PageServer, name: str) -> None:
    template, context = PAGES[name]
    shown: dict[str, Any] = {"shell": sample.SHELL, "csrf_token": "token", **context}
    served.page("/", draw(template, **shown))
    sized.goto(f"{served.url}/")

    widths = sized.evaluate("[document.documentElement.scrollWidth, innerWidth]")

    assert widths[0] <= widths[1]
