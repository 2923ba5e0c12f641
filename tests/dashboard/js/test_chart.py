"""A chart in a real browser, under the product's own policy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from dashboard.cards.chart import ChartCard
from tests.dashboard.page_server import PageServer, draw
from tests.dashboard.sample_charts import NOTHING_TO_DRAW, RING_GRAPH, WEALTH

pytestmark = pytest.mark.browser

LINE = ".scatterlayer path.js-line"
LINE_COLOUR = f"getComputedStyle(document.querySelector('{LINE}')).stroke"
RANGE = "document.querySelector('[data-chart-plot]').layout.xaxis.range"


def page_of(chart: ChartCard) -> str:
    styles, scripts = draw("components/styles.html"), draw("components/plotly.html")
    body = draw("components/chart.html", chart=chart)
    return f"<!doctype html><title>chart</title>{styles}{scripts}<main>{body}</main>"


def opened(tab: Page, pages: PageServer, chart: ChartCard = WEALTH) -> None:
    pages.page("/", page_of(chart))
    tab.goto("/")


def drawn(tab: Page, pages: PageServer) -> None:
    opened(tab, pages)
    tab.wait_for_selector(LINE, state="attached")


def middle_of(mark: Locator) -> tuple[float, float]:
    box = mark.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def replaced(tab: Page, text: str, by: str) -> None:
    """Put another figure in the place of the one shown, as a live page does."""
    tab.evaluate(
        """([text, by]) => {
          const part = document.querySelector('[data-chart-source] > *');
          const next = part.cloneNode(true);
          next.innerHTML = next.innerHTML.replace(text, by);
          part.replaceWith(next);
        }""",
        [text, by],
    )


def test_a_chart_is_drawn_within_the_content_security_policy(tab: Page, pages: PageServer) -> None:
    drawn(tab, pages)
    tab.hover(".nsewdrag", position={"x": 200, "y": 100})

    assert tab.locator("style").count() == 0
    expect(tab.get_by_role("img", name="Wealth Buyer went from $900")).to_be_visible()
    # The fixture fails on any violation that the browser reports.


def test_an_agents_markup_stays_text(tab: Page, pages: PageServer) -> None:
    drawn(tab, pages)

    replaced(tab, '"hovermode"', '"showlegend": true, "hovermode"')

    expect(tab.locator(".legendtext")).to_have_text("<b>Buyer</b>")


def test_the_theme_changes_the_colours_of_a_drawn_chart(tab: Page, pages: PageServer) -> None:
    drawn(tab, pages)
    tab.evaluate("document.documentElement.dataset.theme = 'light'")
    tab.wait_for_function(f"() => {LINE_COLOUR} === 'rgb(10, 90, 99)'")

    tab.evaluate("document.documentElement.dataset.theme = 'dark'")

    tab.wait_for_function(f"() => {LINE_COLOUR} === 'rgb(99, 195, 203)'")


def test_zoom_by_keyboard_outlives_a_new_figure(tab: Page, pages: PageServer) -> None:
    drawn(tab, pages)

    tab.get_by_role("button", name="Zoom in").press("Enter")
    tab.wait_for_function(f"() => {RANGE}[0] > 0.7")
    replaced(tab, "1200.5]", "1500]")

    tab.wait_for_function("() => document.querySelector('[data-chart-plot]').data[0].y[1] === 1500")
    assert tab.evaluate(RANGE) == pytest.approx([0.8, 3.2])


def test_zoom_by_mouse_outlives_a_new_figure_until_all_is_asked_for(
    tab: Page, pages: PageServer
) -> None:
    drawn(tab, pages)
    box = tab.locator(".nsewdrag").bounding_box()
    assert box is not None
    tab.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 20)
    tab.mouse.down()
    tab.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 180, steps=4)
    tab.mouse.up()
    tab.wait_for_function(f"() => {RANGE}[0] > 0.9")

    replaced(tab, "1200.5]", "1500]")
    tab.wait_for_function("() => document.querySelector('[data-chart-plot]').data[0].y[1] === 1500")
    kept = tab.evaluate(RANGE)
    tab.get_by_role("button", name="Show all of it").click()

    assert kept == pytest.approx([1.0, 3.0], abs=0.05)
    tab.wait_for_function(f"() => {RANGE}[0] === 0 && {RANGE}[1] === 4")


def test_on_a_phone_names_stand_above_or_below_and_the_legend_below_all(
    tab: Page, pages: PageServer
) -> None:
    tab.set_viewport_size({"width": 360, "height": 900})
    opened(tab, pages, RING_GRAPH)
    tab.wait_for_selector(".textpoint", state="attached")

    plot = "document.querySelector('[data-chart-plot]')"
    places = tab.evaluate(f"{plot}.data.flatMap((trace) => trace.textposition ?? [])")
    height = tab.evaluate(f"{plot}.layout.height")

    # Scout, Broker and Buyer: two at the edges, one in the middle. Four rows are named.
    assert sorted(place.split()[1] for place in places) == ["center", "left", "right"]
    assert height == 360 + 4 * 20


def test_a_press_on_a_mark_opens_the_agents_page(tab: Page, pages: PageServer) -> None:
    pages.page("/f/payments-prod/agents/a-3/", "<title>Scout</title>")
    opened(tab, pages, RING_GRAPH)
    tab.wait_for_selector(".textpoint", state="attached")

    scout = tab.locator(".points path.point").nth(2)
    tab.mouse.click(*middle_of(scout))

    expect(tab).to_have_title("Scout")


def test_the_table_is_saved_as_csv_that_no_spreadsheet_computes(
    tab: Page, pages: PageServer
) -> None:
    drawn(tab, pages)

    with tab.expect_download() as download:
        tab.get_by_role("button", name="Save as CSV: Wealth").press("Enter")

    assert download.value.suggested_filename == "wealth-2026-11-22.csv"
    saved = Path(download.value.path()).read_bytes()
    assert saved == b'agent,day_2,day_3\r\n"\'=Buyer, the first",1200.50,\r\n'


def test_the_table_is_saved_as_json_with_numbers_for_numbers(tab: Page, pages: PageServer) -> None:
    drawn(tab, pages)

    with tab.expect_download() as download:
        tab.get_by_role("button", name="Save as JSON: Wealth").press("Enter")

    assert download.value.suggested_filename == "wealth-2026-11-22.json"
    saved = json.loads(Path(download.value.path()).read_bytes())
    assert saved == [{"agent": "=Buyer, the first", "day_2": 1200.5, "day_3": None}]


def test_the_drawing_is_saved_as_png(tab: Page, pages: PageServer) -> None:
    drawn(tab, pages)

    with tab.expect_download() as download:
        tab.get_by_role("button", name="Save as PNG: Wealth").press("Enter")

    assert download.value.suggested_filename == "wealth-2026-11-22.png"
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")


def test_where_there_is_nothing_to_draw_the_sentence_says_so(tab: Page, pages: PageServer) -> None:
    opened(tab, pages, NOTHING_TO_DRAW)

    expect(tab.get_by_text("No money moved yet.")).to_be_visible()
    expect(tab.locator("[data-chart-plot]")).to_be_hidden()
    expect(tab.get_by_role("button")).to_have_count(0)


def test_without_the_library_the_table_is_open(tab: Page, pages: PageServer) -> None:
    tab.route("**/plotly-basic.min.js", lambda route: route.abort())
    opened(tab, pages)

    expect(tab.get_by_text("The drawing could not be shown.")).to_be_visible()
    expect(tab.get_by_text("$1,200.50", exact=True)).to_be_visible()
