"""The emergency of an open ticket page, in a real browser: armed first, then sent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.js.test_holding import TICKET, serve, serve_panel
from tests.dashboard.page_server import Answer, PageServer
from tests.dashboard.sample_emergency import CALLABLE, CALLED

pytestmark = pytest.mark.browser


def test_it_asks_once_more_before_anything_is_sent(tab: Page, pages: PageServer) -> None:
    serve(pages, CALLABLE)
    pages.on("POST", f"{TICKET}decide/", lambda _: Answer({"ok": True}))
    tab.goto(TICKET)
    tab.locator("summary", has_text="Call an emergency").click()
    tab.get_by_label("What happens if it waits").fill("The bank closes its books at noon today.")
    tab.get_by_label("Your password", exact=True).fill("correct horse")
    button = tab.get_by_role("button", name="Call an emergency", exact=True)

    button.click()
    tab.keyboard.press("Escape")
    assert pages.sent == []
    button.click()
    serve_panel(pages, replace(CALLED, version=4))
    tab.get_by_role("button", name="Yes, call it").click()

    expect(tab.locator("[data-emergency-call]")).to_contain_text("Adam Weiss calls an emergency")
    [sent] = pages.sent
    assert "emergency" in sent.body
    assert "The bank closes its books" in sent.body
