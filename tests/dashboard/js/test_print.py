"""Every page on paper of A4 within its margins: nothing to press, nothing cut, all light."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.dashboard.js.test_accessibility import PAGES, opened, served, show
from tests.dashboard.page_server import PageServer

pytestmark = pytest.mark.browser
__all__ = ["served"]

# 210 mm less two margins of 14 mm, at 96 px an inch.
PAPER_PX = 688
WIDER = """() => [...document.querySelectorAll("main *")]
  .filter((each) => each.getClientRects().length && !each.closest(".hide, svg.main-svg, [role='status']"))
  .filter((each) => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((each) => each.outerHTML.slice(0, 120))"""
PRESSED = """() => [...document.querySelectorAll("main :is(button, .btn), nav, .bar")]
  .filter((each) => each.getClientRects().length).map((each) => each.outerHTML.slice(0, 120))"""
# Chromium lets what follows in a grid start over what a page break pushed down.
IN_GRIDS = """() => [...document.querySelectorAll("main table:has(tbody tr + tr)")]
  .flatMap((table) => { const around = []; for (let at = table.parentElement; at; at = at.parentElement) around.push(at); return around; })
  .filter((each) => getComputedStyle(each).display === "grid" && each.matches("main *"))
  .map((each) => each.outerHTML.slice(0, 120))"""
BROKEN_WORDS = """(within) => {
  const walker = document.createTreeWalker(document.querySelector(within), NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    for (const word of walker.currentNode.data.matchAll(/\\S+/g)) {
      const range = document.createRange();
      range.setStart(walker.currentNode, word.index);
      range.setEnd(walker.currentNode, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map((each) => Math.round(each.top))).size > 1) found.push(word[0]);
    }
  }
  return found;
}"""
# Transparent: the paper itself.
NO_COLOUR = "rgba(0, 0, 0, 0)"
INK = "rgb(20, 28, 26)"


@pytest.fixture(scope="module")
def paper(chromium: Browser) -> Page:
    page = opened(chromium)
    page.emulate_media(media="print")
    return page


# Tests of one page follow each other, so that each is drawn and loaded once.
@pytest.fixture(scope="module", params=PAGES)
def printed(request: pytest.FixtureRequest, paper: Page, served: PageServer) -> Page:
    show(paper, served, request.param, PAPER_PX)
    paper.evaluate("document.documentElement.dataset.theme = 'dark'")
    return paper


def test_a_page_fits_on_paper_and_has_nothing_to_press(printed: Page) -> None:
    ground = "getComputedStyle(document.documentElement).backgroundColor"

    assert printed.evaluate(WIDER) == []
    assert printed.evaluate(PRESSED) == []
    assert printed.evaluate(ground) == NO_COLOUR
    assert printed.evaluate("getComputedStyle(document.body).color") == INK


def test_what_a_page_break_pushes_down_pushes_what_follows(printed: Page) -> None:
    assert printed.evaluate(IN_GRIDS) == []


def test_the_matrix_on_paper_breaks_no_word_and_tears_no_row(
    paper: Page, served: PageServer
) -> None:
    show(paper, served, "matrix", PAPER_PX)

    assert paper.evaluate(BROKEN_WORDS, "table.matrix") == []
    assert paper.evaluate(BROKEN_WORDS, "table.numbers") == []
    breaks = "[...document.querySelectorAll('tr')].map((row) => getComputedStyle(row).breakInside)"
    assert set(paper.evaluate(breaks)) == {"avoid"}


def test_paper_says_of_which_fleet_and_when_it_was_read(paper: Page, served: PageServer) -> None:
    show(paper, served, "service", PAPER_PX)

    said = paper.locator(".paper")
    expect(said).to_be_visible()
    expect(said).to_contain_text("payments-prod · read 22 Nov 12:02 UTC by Rita Okafor")


def test_a_table_that_is_not_open_is_not_a_heading_over_nothing(
    paper: Page, served: PageServer
) -> None:
    show(paper, served, "service", PAPER_PX)
    table = paper.locator("[data-chart-table]").first
    expect(table).to_be_hidden()

    table.evaluate("each => each.setAttribute('open', '')")

    expect(table.locator("tbody tr").first).to_be_visible()


def test_a_record_says_where_it_is(paper: Page, served: PageServer) -> None:
    show(paper, served, "fleet", PAPER_PX)

    told = "getComputedStyle(document.querySelector('tbody th a'), '::after').content"
    assert "/f/payments-prod/agents/" in paper.evaluate(told)


def test_a_chart_is_as_wide_as_the_paper_and_keeps_its_proportions(
    paper: Page, served: PageServer
) -> None:
    paper.emulate_media(media="screen")
    show(paper, served, "service", 1440)
    drawing = paper.locator(".main-svg").first
    expect(drawing).to_have_attribute("viewBox", re.compile("^0 0 1[0-9]{3} 240$"))
    before = drawing.bounding_box()

    paper.set_viewport_size({"width": PAPER_PX, "height": 900})
    paper.emulate_media(media="print")
    after = drawing.bounding_box()

    assert before is not None
    assert after is not None
    assert after["width"] <= PAPER_PX
    drawn = before["width"] / before["height"]
    assert after["width"] / after["height"] == pytest.approx(drawn, rel=0.01)
