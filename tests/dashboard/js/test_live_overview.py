"""The overview of a fleet on a live page: what an event changes is drawn again by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from dashboard.cards.overview import OverviewPage
from tests.dashboard.js.conftest import Socket
from tests.dashboard.page_server import Answer, PageServer, Sent, draw
from tests.dashboard.sample_agents import LIVE_SHELL
from tests.dashboard.sample_overview import CALM, OVERVIEW

pytestmark = pytest.mark.browser


def shown(template: str, page: OverviewPage) -> str:
    return draw(template, overview=page, shell=LIVE_SHELL, csrf_token="token")


def open_calm(tab: Page, pages: PageServer) -> None:
    pages.page("/", shown("overview/index.html", CALM))
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")


@pytest.mark.parametrize(
    "name", ["breaker.latched", "tier.changed", "ticket.opened", "ticket.withdrawn"]
)
def test_what_it_adds_up_is_drawn_again(
    tab: Page, pages: PageServer, socket: Socket, name: str
) -> None:
    open_calm(tab, pages)
    expect(tab.get_by_text("Every agent runs freely.")).to_be_visible()
    pages.page("/parts/", shown("overview/body.html", replace(OVERVIEW, seq=311)))

    socket.event(311, name)

    expect(tab.get_by_text("Every agent runs freely.")).to_have_count(0)
    expect(tab.get_by_role("link", name="Many agents at once")).to_be_visible()
    expect(tab.get_by_text(OVERVIEW.summary)).to_be_visible()


def test_tasks_that_come_and_go_draw_nothing_again(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    asked: list[str] = []

    def answer(sent: Sent) -> Answer:
        asked.append(sent.path)
        return Answer(shown("overview/body.html", replace(OVERVIEW, seq=312)))

    open_calm(tab, pages)
    pages.on("GET", "/parts/", answer)

    socket.event(311, "task.started")
    socket.event(312, "breaker.tripped")

    expect(tab.get_by_role("link", name="Many agents at once")).to_be_visible()
    assert len(asked) == 1
