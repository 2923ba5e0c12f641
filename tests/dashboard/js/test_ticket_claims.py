"""Claims on an open ticket page, in a real browser."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dashboard.cards import DecisionPanel, TicketPage
from tests.dashboard import sample_cards as sample
from tests.dashboard import sample_states as states
from tests.dashboard.page_server import Answer, PageServer, draw

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

    expect(tab.get_by_text("Claimed by you")).to_be_visible()
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
    serve_panel(pages, states.TICKET_STATES["denied"].panel)

    tab.get_by_role("button", name="Take over").click()

    expect(tab.get_by_role("heading", name="What was asked")).to_be_visible()
    expect(tab.get_by_role("heading", name="What will run")).to_be_hidden()
