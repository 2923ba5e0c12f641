"""Claims on an open ticket page, in a real browser."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dashboard.cards import DecisionPanel, TicketPage
from tests.dashboard import sample_cards as sample
from tests.dashboard import sample_states as states
from tests.dashboard.js.conftest import Socket, until
from tests.dashboard.page_server import Answer, PageServer, Sent, draw

pytestmark = pytest.mark.browser

TICKET = "/f/payments-prod/tickets/4821/"
PANEL = sample.PANEL
HELD_BY_BEN = replace(PANEL, claim=sample.BENS_CLAIM, release_claim_url="", can_take_over=True)


def serve(pages: PageServer, ticket: TicketPage) -> None:
    shown: dict[str, Any] = {"shell": sample.SHELL, "ticket": ticket, "csrf_token": "token"}
    pages.page(TICKET, draw("ticket/page.html", **shown))
    serve_panel(pages, ticket.panel)


def serve_panel(pages: PageServer, panel: DecisionPanel) -> None:
    pages.page(PANEL.panel_url, draw("ticket/panel.html", panel=panel, csrf_token="token"))


def test_one_click_takes_a_claim_over(tab: Page, pages: PageServer) -> None:
    serve(pages, replace(sample.TICKET, panel=HELD_BY_BEN))
    pages.on("POST", PANEL.claim_url, lambda _: Answer({"ok": True}))
    tab.goto(TICKET)
    serve_panel(pages, PANEL)

    tab.get_by_role("button", name="Take over").click()

    expect(tab.get_by_text("Claimed by you, lease")).to_be_visible()
    [sent] = pages.sent
    assert 'name="take_over"\r\n\r\n1\r\n' in sent.body


def test_the_claim_key_takes_nothing_from_anybody(tab: Page, pages: PageServer) -> None:
    serve(pages, replace(sample.TICKET, panel=HELD_BY_BEN))
    tab.goto(TICKET)
    expect(tab.locator("[data-keys-switch]")).to_be_visible()

    tab.keyboard.press("c")
    # A key that acts comes after it, so that the silence before it is no accident of time.
    tab.keyboard.press("d")

    expect(tab.get_by_label("Reason")).to_be_focused()
    assert pages.sent == []


def test_a_ticket_that_is_settled_promises_nothing_any_more(tab: Page, pages: PageServer) -> None:
    serve(pages, replace(sample.TICKET, panel=HELD_BY_BEN))
    pages.on("POST", PANEL.claim_url, lambda _: Answer({"ok": True}))
    tab.goto(TICKET)
    expect(tab.get_by_role("heading", name="What will run")).to_be_visible()
    # The whole page: its facts are fetched again right after the panel.
    serve(pages, states.TICKET_STATES["denied"])

    tab.get_by_role("button", name="Take over").click()

    expect(tab.get_by_role("heading", name="What was asked")).to_be_visible()
    expect(tab.get_by_role("heading", name="What will run")).to_be_hidden()


@pytest.mark.parametrize("late", [5, 7])
def test_of_two_drawings_asked_for_at_once_the_newer_one_stays(
    tab: Page, pages: PageServer, socket: Socket, late: int
) -> None:
    serve(pages, replace(sample.TICKET, panel=HELD_BY_BEN))
    pages.on("POST", PANEL.claim_url, lambda _: Answer({"ok": True}))
    asked: list[str] = []
    goes_on = threading.Event()

    def drawn(sent: Sent) -> Answer:
        asked.append(sent.path)
        version = 6
        if len(asked) == 1:
            assert goes_on.wait(timeout=30)
            version = late
        panel = replace(PANEL, version=version, seq=305 + version)
        return Answer(draw("ticket/panel.html", panel=panel, csrf_token="token"))

    tab.goto(TICKET)
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    pages.on("GET", PANEL.panel_url, drawn)
    socket.event(311, "ticket.voted", ticket=PANEL.ticket_id)
    tab.clock.run_for(600)
    until(tab, lambda: len(asked) == 1)
    tab.get_by_role("button", name="Take over").click()
    expect(tab.locator("[data-panel]")).to_have_attribute("data-version", "6")

    with tab.expect_response(f"**{PANEL.panel_url}"):
        goes_on.set()

    newest = str(max(6, late))
    expect(tab.locator("[data-panel]")).to_have_attribute("data-version", newest)
    expect(tab.locator("[data-head-version]")).to_have_text(newest)
