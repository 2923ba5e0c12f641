"""Every page of a running console under axe, `target-size` on: light and dark, wide and narrow.

The states of a ticket in between are covered by tests/dashboard/js/test_accessibility.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.e2e.desk import Desk, sign_in
from tests.e2e.stack import Stack

pytestmark = pytest.mark.browser

EVERY_RULE = {"rules": {"target-size": {"enabled": True}}}
PLACES = {
    "queue": "/queue/",
    "decided": "/queue/decided/",
    "agents": "/f/shop/agents/",
    "no-agents": "/f/shop/agents/?q=nobody",
    "collusion": "/f/shop/collusion/",
    "graph": "/f/shop/collusion/graph/",
    "halt": "/f/shop/halt/",
    "password": "/password/",
    "nowhere": "/nowhere/",
    "api": "/api/docs/",
    "problems": "/api/docs/problems/",
}
TICKETS = ("waiting", "critical", "denied", "incident")


def title(state: str) -> str:
    return f"What axe looks at: {state}"


def asked(stack: Stack, state: str, *, agent: str, tool: str, usd: str) -> None:
    stack.gate.task(
        agent=agent,
        requested_by="noor@shop",
        external_id=uuid4().hex,
        title=title(state),
        description="What the agent says about it.",
        operation="act",
        tool=tool,
        arguments={"order": 1, "amount_usd": usd},
        plan={"steps": 1, "agents": 1, "delegations": 0},
        blast={"U": "I"},
        budget_usd=usd,
    )


@pytest.fixture(scope="module")
def rita(chromium: Browser, stack: Stack) -> Iterator[Page]:
    # Fades are off: half-way colours are no theme.
    page = chromium.new_page(base_url=stack.url, reduced_motion="reduce")
    sign_in(page, "rita", stack.passwords["rita"])
    yield page
    page.close()


@pytest.fixture(scope="module")
def tickets(stack: Stack, rita: Page) -> Mapping[str, str]:
    """Return the pages of a ticket in each of some states."""
    asked(stack, "waiting", agent="shop-payouts", tool="issue_refund", usd="300.00")
    asked(stack, "denied", agent="shop-payouts", tool="issue_refund", usd="300.00")
    asked(stack, "critical", agent="shop-cleaner", tool="delete_stale_customers", usd="0")
    asked(stack, "incident", agent="shop-newcomer", tool="delete_stale_customers", usd="0")
    rita.goto("/queue/")
    pages = {
        state: str(rita.get_by_role("link", name=title(state)).first.get_attribute("href"))
        for state in TICKETS
    }
    Desk(rita).open_ticket(pages["denied"])
    Desk(rita).decide("Deny", reason="Not needed, or done already", words="Paid on Monday.")
    rita.locator("[data-ruling]").wait_for()
    return pages


def findings(page: Page, path: str, *, theme: str, width: int) -> str:
    """Return what axe has to say about a page, nothing where it finds nothing."""
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(path)
    found = Axe().run(page, options=EVERY_RULE)
    return found.generate_report() if found.violations_count else ""


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("place", PLACES)
def test_axe_finds_nothing_on_a_page(rita: Page, place: str, theme: str, width: int) -> None:
    assert findings(rita, PLACES[place], theme=theme, width=width) == ""


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("state", TICKETS)
def test_axe_finds_nothing_on_a_ticket(
    rita: Page, tickets: Mapping[str, str], state: str, theme: str, width: int
) -> None:
    assert findings(rita, tickets[state], theme=theme, width=width) == ""


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("agent", ["shop-payouts", "shop-newcomer"])
def test_axe_finds_nothing_on_an_agent(
    rita: Page, tickets: Mapping[str, str], agent: str, theme: str, width: int
) -> None:
    rita.goto(f"/f/shop/agents/?q={agent}")
    page = rita.locator("[data-row] th a").get_attribute("href")

    assert findings(rita, str(page), theme=theme, width=width) == ""


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_before_signing_in(
    chromium: Browser, stack: Stack, theme: str, width: int
) -> None:
    stranger = chromium.new_page(base_url=stack.url, reduced_motion="reduce")

    found = findings(stranger, "/sign-in/", theme=theme, width=width)
    stranger.close()

    assert found == ""
