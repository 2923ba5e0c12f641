"""A ring's graph on a live page: a new figure is drawn in the place of the old one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from dashboard.cards.collusion import RingPage
from tests.dashboard.js.conftest import Socket
from tests.dashboard.page_server import PageServer, draw
from tests.dashboard.sample_agents import LIVE_SHELL
from tests.dashboard.sample_charts import RING_GRAPH
from tests.dashboard.sample_rings import RING

pytestmark = pytest.mark.browser

PLOT = "document.querySelector('[data-chart-plot]')"
ONE_TIE_LESS = replace(
    RING,
    seq=8,
    graph=replace(
        RING_GRAPH,
        summary="Scout works with nobody now.",
        figure={
            "data": RING_GRAPH.figure["data"][1:],  # type: ignore[index]
            "layout": RING_GRAPH.figure["layout"],  # type: ignore[index]
        },
    ),
)


def shown(template: str, ring: RingPage) -> str:
    return draw(template, ring=ring, shell=LIVE_SHELL, csrf_token="token")


def test_an_event_about_the_ring_draws_its_graph_anew_and_keeps_zoom_and_table(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    socket.hello = {"payments-prod": 7}
    pages.page("/", shown("collusion/page.html", RING))
    pages.page("/parts/", shown("collusion/body.html", RING))
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    tab.wait_for_function(f"() => {PLOT}.data?.length === 5")
    tab.get_by_role("button", name="Zoom in: Who works with whom").click()
    tab.get_by_role("region", name="Who works with whom", exact=True).locator("summary").click()
    tab.wait_for_function(f"() => {PLOT}.layout.xaxis.range[0] > 0")
    zoomed = tab.evaluate(f"{PLOT}.layout.xaxis.range")

    pages.page("/parts/", shown("collusion/body.html", ONE_TIE_LESS))
    socket.event(8, "collusion.found", ring=RING.ring_id)

    expect(tab.get_by_text("Scout works with nobody now.")).to_be_visible()
    tab.wait_for_function(f"() => {PLOT}.data.length === 4")
    assert tab.evaluate(f"{PLOT}.layout.xaxis.range") == zoomed
    expect(tab.get_by_role("region", name="Table: Who works with whom")).to_be_visible()
