"""Who else looks at a ticket, on its open page in a real browser."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard import sample_cards as sample
from tests.dashboard.js.conftest import Socket
from tests.dashboard.js.test_holding import TICKET
from tests.dashboard.page_server import PageServer, draw

pytestmark = pytest.mark.browser

LOOKING = f"{TICKET}looking/"
WORDS = "Ana Ruiz is looking at this too."


def test_it_is_said_once_known_and_not_said_once_nothing_is(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    ticket = replace(sample.TICKET, looking_url=LOOKING)
    pages.page(TICKET, draw("ticket/page.html", shell=sample.SHELL, ticket=ticket, csrf_token="t"))
    pages.page(LOOKING, draw("ticket/looking.html", url=LOOKING, words=WORDS))
    tab.goto(TICKET)
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")

    socket.say({"looking": "5e88"})
    expect(tab.get_by_text(WORDS)).to_be_visible()
    tab.clock.run_for(31_000)

    expect(tab.get_by_text(WORDS)).to_have_count(0)
    assert f"?ticket={sample.PANEL.ticket_id}" in socket.routes[0].url
