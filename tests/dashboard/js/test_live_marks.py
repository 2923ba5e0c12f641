"""A mark that comes while a page is open: drawn without a reload, within the zoom there is."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from dashboard.cards.service import ServicePage
from tests.dashboard.js.conftest import Socket, until
from tests.dashboard.page_server import PageServer, draw
from tests.dashboard.sample_agents import LIVE_SHELL
from tests.dashboard.sample_marks import EARLIER, MARKED, MARKS
from tests.dashboard.sample_service import SERVICE

pytestmark = pytest.mark.browser

PLOT = "document.querySelector('[data-chart-plot]')"
RANGE = f"{PLOT}.layout.xaxis.range"
LONE = (
    f"{PLOT}.data.filter(trace => trace.meta === 'marks').flatMap(trace => trace.x).filter(Boolean)"
)
TOGETHER = f"{PLOT}.data.filter(trace => trace.name === 'Several').flatMap(trace => trace.text)"
DRAWN = f"{LONE}.length + {TOGETHER}.reduce((sum, each) => sum + Number(each), 0)"
BEFORE = replace(SERVICE, seq=310, chart=EARLIER)
AFTER = replace(SERVICE, seq=311, chart=MARKED)


def shown(template: str, service: ServicePage) -> str:
    return draw(template, service=service, shell=LIVE_SHELL, csrf_token="token")


def test_a_mark_is_drawn_without_a_reload_and_the_zoom_stays(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    pages.page("/", shown("service/index.html", BEFORE))
    pages.page("/parts/", shown("service/body.html", BEFORE))
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    until(tab, lambda: tab.evaluate(f"{PLOT}.data ? {DRAWN} : 0") == len(MARKS) - 1)
    tab.evaluate("window.isFirstLoad = true")
    tab.get_by_role("button", name="Zoom in: Trust").press("Enter")
    tab.wait_for_url(re.compile("zoom=trust,"))
    zoomed = tab.evaluate(RANGE)

    pages.page("/parts/", shown("service/body.html", AFTER))
    socket.event(311, "ticket.resolved", ticket="t-40")

    until(tab, lambda: tab.evaluate(DRAWN) == len(MARKS))
    assert tab.evaluate(RANGE) == zoomed
    assert tab.evaluate("window.isFirstLoad")
    assert "zoom=trust," in tab.url
