"""Every page in every state, under axe with `target-size`, in both themes, wide and narrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.forms import AuthenticationForm
from playwright.sync_api import Browser, Page

from tests.dashboard import sample_agents as agents
from tests.dashboard import sample_cards as sample
from tests.dashboard import sample_incidents as incidents
from tests.dashboard import sample_rings as rings
from tests.dashboard import sample_states as states
from tests.dashboard import sample_teams as teams
from tests.dashboard.page_server import PageServer, draw, page_server

pytestmark = pytest.mark.browser

PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "queue": ("queue/index.html", {"queue": sample.QUEUE}),
    "queue-empty": ("queue/index.html", {"queue": sample.EMPTY_QUEUE}),
    "decided": ("queue/decided.html", {"decided": sample.DECIDED}),
    **{
        f"ticket-{name}": ("ticket/page.html", {"ticket": ticket})
        for name, ticket in states.TICKET_STATES.items()
    },
    "fleet": ("fleet/index.html", {"fleet": agents.FLEET, "shell": agents.LIVE_SHELL}),
    "fleet-halted": ("fleet/index.html", {"fleet": agents.NO_MATCH, "shell": agents.HALTED_SHELL}),
    "fleet-empty": ("fleet/index.html", {"fleet": agents.NO_AGENTS}),
    "fleets": ("fleet/fleets.html", {"fleets": agents.FLEETS}),
    "halt": ("fleet/halt.html", {"shell": agents.LIVE_SHELL}),
    "halt-unexplained": ("fleet/halt.html", {"shell": agents.UNEXPLAINED_SHELL}),
    **{
        f"agent-{name}": ("agent/page.html", {"agent": agent})
        for name, agent in agents.AGENT_STATES.items()
    },
    "cascades": ("cascade/index.html", {"cascades": incidents.CASCADES}),
    "cascades-empty": ("cascade/index.html", {"cascades": incidents.NO_CASCADES}),
    **{
        f"cascade-{name}": ("cascade/page.html", {"cascade": cascade})
        for name, cascade in incidents.CASCADE_STATES.items()
    },
    "collusion": ("collusion/index.html", {"collusion": rings.RINGS}),
    "collusion-empty": ("collusion/index.html", {"collusion": rings.NO_RINGS}),
    "ring": ("collusion/page.html", {"ring": rings.RING}),
    "ring-confirmed": ("collusion/page.html", {"ring": rings.RING_CONFIRMED}),
    "teams": ("collusion/teams.html", {"teams": teams.TEAMS}),
    "teams-refused": ("collusion/teams.html", {"teams": teams.REFUSED}),
    "teams-empty": ("collusion/teams.html", {"teams": teams.NO_TEAMS}),
    "graph": ("collusion/graph_index.html", {"graph": rings.FLEET_GRAPH}),
    "graph-empty": ("collusion/graph_index.html", {"graph": rings.NO_PAIRS}),
    "incidents": ("incident/index.html", {"incidents": incidents.INCIDENTS}),
    "incidents-empty": ("incident/index.html", {"incidents": incidents.NO_INCIDENTS}),
    "incident": ("incident/page.html", {"incident": incidents.INCIDENT}),
    "incident-over": ("incident/page.html", {"incident": incidents.INCIDENT_OVER}),
    "sign-in": ("account/sign_in.html", {"shell": None, "form": AuthenticationForm()}),
    "not-found": ("404.html", {"shell": None}),
}
EVERY_RULE = {"rules": {"target-size": {"enabled": True}}}
# A theme changes colours only.
CONTRAST = {"runOnly": ["color-contrast"]}


@pytest.fixture(scope="module")
def served() -> Iterator[PageServer]:
    with page_server() as pages:
        yield pages


@pytest.fixture(scope="module")
def sheet(chromium: Browser) -> Iterator[Page]:
    """One page for all states; sockets are answered and stay silent."""
    # Fades are off: half-way colours are no theme.
    sheet = chromium.new_page(reduced_motion="reduce")
    sheet.route_web_socket("**/ws/**", lambda socket: socket.send('{"hello":{}}'))
    yield sheet
    sheet.close()


def show(sheet: Page, served: PageServer, name: str, width: int) -> None:
    template, context = PAGES[name]
    shown: dict[str, Any] = {"shell": sample.SHELL, "csrf_token": "token", **context}
    served.page("/", draw(template, theme="light", **shown))
    sheet.set_viewport_size({"width": width, "height": 900})
    sheet.goto(f"{served.url}/")


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_in_either_theme(
    sheet: Page, served: PageServer, name: str, width: int
) -> None:
    show(sheet, served, name, width)

    light = Axe().run(sheet, options=EVERY_RULE)
    sheet.evaluate("document.documentElement.dataset.theme = 'dark'")
    dark = Axe().run(sheet, options=CONTRAST)

    assert light.violations_count == 0, light.generate_report()
    assert dark.violations_count == 0, dark.generate_report()


@pytest.mark.parametrize("width", [1440, 360])
def test_axe_finds_nothing_in_the_table_of_a_drawn_chart(
    sheet: Page, served: PageServer, width: int
) -> None:
    show(sheet, served, "graph", width)
    sheet.wait_for_selector(".js-line", state="attached")
    sheet.click("[data-chart-table] > summary")

    found = Axe().run(sheet, options=EVERY_RULE)

    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_a_phone(sheet: Page, served: PageServer, name: str) -> None:
    show(sheet, served, name, 360)

    width = sheet.evaluate("document.documentElement.scrollWidth")

    assert width == 360
