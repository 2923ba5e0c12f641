"""No word of a ticket is broken where there is room for it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard import sample_states as states
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


def test_what_decides_is_read_without_scrolling(tab: Page, pages: PageServer) -> None:
    serve_ticket(pages, states.TICKET_STATES["pending"])
    tab.goto(TICKET)

    expect(tab.locator("[data-part=glance]")).to_be_in_viewport(ratio=1)
    expect(tab.locator(".diff")).to_be_in_viewport(ratio=1)
    expect(tab.locator("[data-choice=approve]")).to_be_in_viewport(ratio=1)


def test_no_choice_of_the_dock_covers_the_question_that_follows(
    tab: Page, pages: PageServer
) -> None:
    tab.set_viewport_size({"width": 360, "height": 740})
    serve_ticket(pages, states.TICKET_STATES["pending"])
    tab.goto(TICKET)
    expect(tab.locator("[data-dock]")).to_be_visible()
    tab.get_by_label("Reason").select_option(label="Amount too high")
    tab.get_by_label("In your words").fill("Checked.")

    tab.locator("[data-choice=deny]").click()
    expect(tab.locator("[data-dock]")).to_be_hidden()
    tab.get_by_role("button", name="Go back, nothing is recorded").click()

    expect(tab.locator("[data-dock]")).to_be_visible()


def test_a_thumb_decides_from_the_dock_once_the_reason_is_given(
    tab: Page, pages: PageServer
) -> None:
    tab.set_viewport_size({"width": 360, "height": 740})
    serve_ticket(pages, states.TICKET_STATES["pending"])
    tab.goto(TICKET)
    deny = tab.locator("[data-dock-choice=deny]")
    deny.click()
    expect(tab.get_by_label("Reason")).to_be_focused()
    tab.get_by_label("Reason").select_option(label="Amount too high")
    deny.click()
    expect(tab.get_by_role("button", name="Yes, deny")).to_be_hidden()
    tab.get_by_label("In your words").fill("Checked.")

    deny.click()

    expect(tab.get_by_role("button", name="Yes, deny")).to_be_in_viewport(ratio=1)
    assert pages.sent == []


def test_a_phone_does_not_zoom_into_a_field_of_the_decision(tab: Page, pages: PageServer) -> None:
    tab.set_viewport_size({"width": 360, "height": 740})
    serve_ticket(pages, states.TICKET_STATES["pending"])
    tab.goto(TICKET)

    fields = tab.locator("#decide form[data-decide] :is(select, textarea)")

    sizes = "all => all.map(each => parseFloat(getComputedStyle(each).fontSize))"
    heights = [box["height"] for each in fields.all() if (box := each.bounding_box())]
    assert fields.evaluate_all(sizes) == [16, 16]
    assert min(heights) >= 44
