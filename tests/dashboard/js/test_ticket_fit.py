"""No word of a ticket is broken where there is room for it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.dashboard.js.test_evidence_tickets import open_ticket
from tests.dashboard.js.test_ticket_page import TICKET, serve_ticket
from tests.dashboard.page_server import PageServer
from tests.dashboard.sample_cards import TICKET as SAMPLE

pytestmark = pytest.mark.browser

LINES = """all => all.map(each => {
  const range = document.createRange();
  range.selectNodeContents(each);
  return new Set([...range.getClientRects()].map(box => Math.round(box.bottom / 8))).size;
})"""


def test_an_argument_name_stands_on_one_line_of_a_phone(tab: Page, pages: PageServer) -> None:
    tab.set_viewport_size({"width": 390, "height": 844})
    serve_ticket(pages, SAMPLE)
    tab.goto(TICKET)

    names = tab.locator(".args th[scope=row]")

    assert "notify_customer" in names.all_inner_texts()
    assert set(names.evaluate_all(LINES)) == {1}


@pytest.mark.parametrize("width", [1200, 1440])
@pytest.mark.parametrize("state", ["drift", "audit", "cascade"])
def test_no_button_of_three_wraps(tab: Page, pages: PageServer, state: str, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 900})
    open_ticket(tab, pages, state)

    buttons = tab.locator("[data-choices] .btn")

    assert buttons.count() == 3
    heights = {box["height"] for each in buttons.all() if (box := each.bounding_box())}
    assert heights == {44}
    assert buttons.evaluate_all("all => all.every(each => each.scrollWidth <= each.clientWidth)")


def test_only_a_space_breaks_a_button_of_the_dock(tab: Page, pages: PageServer) -> None:
    tab.set_viewport_size({"width": 360, "height": 740})
    open_ticket(tab, pages, "drift")

    button = tab.locator("[data-dock-choice=rebaseline]")

    assert button.evaluate_all(LINES) == [1]
