"""Every page of a running console under axe, `target-size` on: light and dark, wide and narrow.

The states of a ticket in between are covered by tests/dashboard/js/test_accessibility.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page

from tests.axe import CONTRAST, EVERY_RULE, violations
from tests.e2e.desk import Desk, sign_in
from tests.e2e.stack import Stack

pytestmark = pytest.mark.browser

PLACES = {
    "queue": "/queue/",
    "decided": "/queue/decided/",
    "overview": "/f/shop/overview/",
    "service": "/f/shop/service/?range=24h",
    "policy": "/f/shop/policy/?section=breaker",
    "policies": "/f/shop/policies/",
    "evidence": "/f/shop/evidence/",
    "retention": "/f/shop/retention/",
    "integrity": "/f/shop/integrity/",
    "backtests": "/f/shop/policy/backtest/",
    "events": "/f/shop/events/",
    "event": "/f/shop/events/1/",
    "matrix": "/f/shop/matrix/",
    "report": "/f/shop/report/",
    "audits": "/f/shop/audits/",
    "detectors": "/f/shop/detectors/?range=90d",
    "shadow": "/f/shop/shadow/",
    "trends": "/f/shop/trends/?range=24h",
    "agents": "/f/shop/agents/",
    "no-agents": "/f/shop/agents/?q=nobody",
    "collusion": "/f/shop/collusion/",
    "graph": "/f/shop/collusion/graph/",
    "halt": "/f/shop/halt/",
    "people": "/f/shop/people/",
    "connect": "/f/shop/connect/",
    "no-invitation": "/invitation/none/",
    "health": "/health/",
    "shift": "/shift/",
    "account": "/account/",
    "password": "/password/",
    "security": "/account/security/",
    "second-factor": "/account/security/app/",
    "tokens": "/account/tokens/",
    "nowhere": "/nowhere/",
    "api": "/api/docs/",
    "problems": "/api/docs/problems/",
}
# What an admin sees there that a reviewer does not: forms, and keys at all.
OF_ADMINS = {
    "keys": "/f/shop/keys/",
    "integrity": "/f/shop/integrity/",
    "people": "/f/shop/people/",
    "policy": "/f/shop/policy/?section=breaker",
    "webhooks": "/f/shop/webhooks/",
    "retention": "/f/shop/retention/",
    "events": "/f/shop/events/?actor=adam&object=person&which=rita&bookkeeping=out",
}
# The other theme changes colours only.
RULES: dict[Literal["light", "dark"], dict[str, Any]] = {"light": EVERY_RULE, "dark": CONTRAST}
NOTHING = dict.fromkeys(RULES, "")
# At which widths, in pixels, each is looked at.
WIDTHS = (1440, 360)
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
        arguments={"order": state, "amount_usd": usd},
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
def adam(chromium: Browser, stack: Stack) -> Iterator[Page]:
    page = chromium.new_page(base_url=stack.url, reduced_motion="reduce")
    sign_in(page, "adam", stack.passwords["adam"])
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


def findings(page: Page, path: str, *, width: int) -> dict[str, str]:
    """Return what axe has to say about a page in each theme, nothing where it finds nothing."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(path)
    found: dict[str, str] = {}
    for theme, rules in RULES.items():
        page.emulate_media(color_scheme=theme)
        found[theme] = violations(page, rules)
    return found


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("place", PLACES)
def test_axe_finds_nothing_on_a_page(rita: Page, place: str, width: int) -> None:
    assert findings(rita, PLACES[place], width=width) == NOTHING


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("place", OF_ADMINS)
def test_axe_finds_nothing_on_a_page_of_admins(adam: Page, place: str, width: int) -> None:
    assert findings(adam, OF_ADMINS[place], width=width) == NOTHING


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("state", TICKETS)
def test_axe_finds_nothing_on_a_ticket(
    rita: Page, tickets: Mapping[str, str], state: str, width: int
) -> None:
    assert findings(rita, tickets[state], width=width) == NOTHING


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("agent", ["shop-payouts", "shop-newcomer"])
def test_axe_finds_nothing_on_an_agent(
    rita: Page, tickets: Mapping[str, str], agent: str, width: int
) -> None:
    rita.goto(f"/f/shop/agents/?q={agent}")
    page = rita.locator("[data-row] th a").get_attribute("href")

    assert findings(rita, str(page), width=width) == NOTHING


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_before_signing_in(chromium: Browser, stack: Stack, width: int) -> None:
    stranger = chromium.new_page(base_url=stack.url, reduced_motion="reduce")

    found = findings(stranger, "/sign-in/", width=width)
    stranger.close()

    assert found == NOTHING
