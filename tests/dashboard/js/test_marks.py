"""Marks on a chart in a real browser: clusters, zoom in the address, the way to an event and back."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.js.conftest import until
from tests.dashboard.page_server import PageServer, draw
from tests.dashboard.sample_marks import EARLIER, MARKED, MARKS

pytestmark = pytest.mark.browser

HOME = "/f/payments-prod/trends/"
PLOT = "document.querySelector('[data-chart-plot]')"
COUNTS = f"{PLOT}.data.filter(trace => trace.name === 'Several').flatMap(trace => trace.text)"
LONE = (
    f"{PLOT}.data.filter(trace => trace.meta === 'marks').flatMap(trace => trace.x).filter(Boolean)"
)
RANGE = f"{PLOT}.layout.xaxis.range"
EVENT = re.compile(r"/f/payments-prod/events/")


def body() -> str:
    styles, scripts = draw("components/styles.html"), draw("components/plotly.html")
    chart = draw("components/chart.html", chart=MARKED)
    links = "".join(f'<p><a data-event href="{mark.url}">{mark.sentence}</a></p>' for mark in MARKS)
    return f"<!doctype html><title>trends</title>{styles}{scripts}<main>{chart}{links}</main>"


def opened(tab: Page, pages: PageServer, query: str = "?range=7d") -> None:
    pages.page(HOME, body())
    for number in range(len(MARKS)):
        pages.page(f"/f/payments-prod/events/{number + 1}/", "<!doctype html><title>event</title>")
    tab.goto(f"{HOME}{query}")
    drawn(tab)


def drawn(tab: Page) -> None:
    until(tab, lambda: tab.evaluate(f"({PLOT}.data ?? []).length") > 0)


def counted(tab: Page) -> int:
    """Return how many marks are drawn in all, alone or together."""
    return int(tab.evaluate(f"{LONE}.length + {COUNTS}.reduce((sum, each) => sum + +each, 0)"))


def zoom_in(tab: Page, times: int) -> None:
    for _ in range(times):
        before = tab.evaluate(RANGE)
        tab.get_by_role("button", name="Zoom in").press("Enter")
        changed(tab, before)


def changed(tab: Page, before: list[str]) -> None:
    until(tab, lambda: tab.evaluate(RANGE) != before)


def test_many_marks_are_drawn_as_a_few_with_their_number_and_none_is_lost(
    tab: Page, pages: PageServer
) -> None:
    opened(tab, pages)

    assert tab.evaluate(f"{COUNTS}.length") > 1
    assert counted(tab) == len(MARKS)


def test_looking_nearer_takes_clusters_apart(tab: Page, pages: PageServer) -> None:
    opened(tab, pages)

    # 7 days times 0.6 five times over are 13 h, in which 16 marks are.
    zoom_in(tab, 5)

    until(tab, lambda: tab.evaluate(COUNTS) == [])
    assert counted(tab) == len(MARKS)


def test_a_click_on_a_cluster_zooms_in_on_it(tab: Page, pages: PageServer) -> None:
    opened(tab, pages)
    before = tab.evaluate(RANGE)

    number = tab.locator(".textpoint text").first
    expect(number).to_be_visible()
    box = number.bounding_box()
    assert box is not None
    tab.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    changed(tab, before)
    assert tab.evaluate(RANGE)[0][:10] > before[0][:10]


def test_the_address_keeps_the_zoom_over_a_reload_until_all_is_asked_for(
    tab: Page, pages: PageServer
) -> None:
    opened(tab, pages)
    zoom_in(tab, 2)
    tab.wait_for_url(re.compile("zoom=trust,"))
    seen = tab.evaluate(RANGE)

    tab.reload()
    drawn(tab)

    again = tab.evaluate(RANGE)
    assert [end[:16].replace("T", " ") for end in again] == [
        end[:16].replace("T", " ") for end in seen
    ]
    tab.get_by_role("button", name="Show all of it").click()
    tab.wait_for_url(re.compile(r"trends/\?range=7d$"))


def test_a_link_to_an_event_leads_back_to_zoom_and_place(tab: Page, pages: PageServer) -> None:
    tab.set_viewport_size({"width": 1440, "height": 400})
    opened(tab, pages)
    zoom_in(tab, 2)
    tab.wait_for_url(re.compile("zoom=trust,"))
    seen = urlsplit(tab.url)
    link = tab.get_by_role("link", name="Ticket #40:")
    link.scroll_into_view_if_needed()
    place = tab.evaluate("scrollY")
    assert place > 0

    link.click()

    tab.wait_for_url(EVENT)
    (back,) = parse_qs(urlsplit(tab.url).query)["back"]
    assert back == f"{seen.path}?{seen.query}"
    tab.goto(back)
    drawn(tab)
    until(tab, lambda: tab.evaluate("scrollY") == place)
    # Once only: whoever opens it anew later begins at the top.
    assert tab.evaluate("sessionStorage.length") == 0


def test_a_click_on_a_single_mark_leads_to_its_event(tab: Page, pages: PageServer) -> None:
    opened(tab, pages)
    zoom_in(tab, 5)
    until(tab, lambda: tab.evaluate(COUNTS) == [])
    point = tab.locator(".scatterlayer .point").locator("visible=true").first
    expect(point).to_be_visible()
    box = point.bounding_box()
    assert box is not None

    tab.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    tab.wait_for_url(EVENT)
    assert "zoom%3Dtrust" in tab.url


def test_a_mark_that_comes_later_is_drawn_within_the_zoom_there_is(
    tab: Page, pages: PageServer
) -> None:
    opened(tab, pages)
    later = str(draw("components/chart.html", chart=MARKED))
    earlier = str(draw("components/chart.html", chart=EARLIER))
    put = """html => {
      const next = new DOMParser().parseFromString(html, 'text/html');
      const source = '[data-chart-source] > *';
      document.querySelector(source).replaceWith(document.importNode(next.querySelector(source), true));
    }"""
    tab.evaluate(put, earlier)
    until(tab, lambda: counted(tab) == len(MARKS) - 1)
    zoom_in(tab, 2)
    seen = tab.evaluate(RANGE)

    tab.evaluate(put, later)

    until(tab, lambda: counted(tab) == len(MARKS))
    assert tab.evaluate(RANGE) == seen
