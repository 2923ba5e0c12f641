"""A page of figures in a browser: paused, redrawn under the pointer, without data, stale, broken."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page, Route, expect

from dashboard.cards.overview import Change
from dashboard.cards.service import ServicePage
from tests.dashboard.js.conftest import Socket, until
from tests.dashboard.page_server import Answer, PageServer, Sent, draw
from tests.dashboard.sample_agents import LIVE_SHELL
from tests.dashboard.sample_charts import NOTHING_TO_DRAW
from tests.dashboard.sample_overview import OVERVIEW
from tests.dashboard.sample_service import NOTHING_ENDED, SERVICE

pytestmark = pytest.mark.browser

# The clock goes on: on a busy machine it is looked at some seconds later.
JUST_HEARD = re.compile("^Live · [0-5]\N{NO-BREAK SPACE}s$")
BAR = ".barlayer .point path"
RANGE = "document.querySelector('[data-chart-plot]').layout.xaxis.range.join()"
LATER = replace(SERVICE, seq=330, summary="162 tickets ended.")


def shown(template: str, service: ServicePage) -> str:
    return draw(template, service=service, shell=LIVE_SHELL, csrf_token="token")


def opened(tab: Page, pages: PageServer, service: ServicePage = SERVICE) -> None:
    pages.page("/", shown("service/index.html", service))
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")


def served_later(pages: PageServer) -> list[str]:
    """Serve what the page is later, and return the list of the times it is asked for."""
    asked: list[str] = []

    def answer(sent: Sent) -> Answer:
        asked.append(sent.path)
        return Answer(shown("service/body.html", LATER))

    pages.on("GET", "/parts/", answer)
    return asked


def test_a_paused_page_counts_and_draws_nothing_until_it_goes_on(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    opened(tab, pages)
    asked = served_later(pages)

    tab.get_by_role("button", name="Pause").click()
    for seq in range(311, 331):
        socket.event(seq, "ticket.resolved")

    expect(tab.locator("[data-paused-words]")).to_contain_text("Paused: 20 new events since 12:0")
    expect(tab.get_by_text(SERVICE.summary)).to_be_visible()
    # Beyond the next time at which a live page is taken anew by itself.
    for _ in range(2):
        tab.clock.run_for(8_000)
        socket.say({"beat": {"payments-prod": 330}})
        expect(tab.locator("[data-live-text]")).to_have_text(JUST_HEARD)
    assert asked == []

    tab.get_by_role("button", name="Resume").click()

    expect(tab.get_by_text("162 tickets ended.")).to_be_visible()
    expect(tab.locator("[data-paused-words]")).to_have_text("")
    expect(tab.get_by_role("button", name="Pause")).to_be_focused()


def test_what_was_missed_while_paused_is_counted_without_being_drawn(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    opened(tab, pages)
    asked = served_later(pages)
    pages.on("GET", "/api/v1/events", lambda _: Answer({"events": [], "more": True}))

    tab.get_by_role("button", name="Pause").click()
    socket.say({"beat": {"payments-prod": 330}})

    until(tab, lambda: bool(asked))
    expect(tab.locator("[data-paused-words]")).to_contain_text("20 new events")
    expect(tab.get_by_text(SERVICE.summary)).to_be_visible()


def test_one_event_is_one(tab: Page, pages: PageServer, socket: Socket) -> None:
    opened(tab, pages)

    tab.get_by_role("button", name="Pause").click()
    socket.event(311, "task.started")

    expect(tab.locator("[data-paused-words]")).to_contain_text("1 new event since")


def test_a_period_that_is_over_has_nothing_to_pause(tab: Page, pages: PageServer) -> None:
    opened(tab, pages, replace(SERVICE, bar=replace(SERVICE.bar, is_live=False)))

    expect(tab.get_by_role("button", name="Pause")).to_have_count(0)


def test_a_new_drawing_keeps_the_zoom(tab: Page, pages: PageServer, socket: Socket) -> None:
    opened(tab, pages)
    served_later(pages)
    tab.wait_for_selector(BAR, state="attached")
    tab.evaluate(
        "Plotly.relayout(document.querySelector('[data-chart-plot]'),"
        " {'xaxis.range': ['2025-11-18', '2025-11-20']})"
    )
    before = tab.evaluate(RANGE)

    socket.event(311, "ticket.resolved")

    expect(tab.get_by_text("162 tickets ended.")).to_be_visible()
    assert tab.evaluate(RANGE) == before


def test_what_is_under_the_pointer_stays_there(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    more = tuple(Change(icon="dot", sentence=f"Change {number}.") for number in range(30))
    later = replace(OVERVIEW, seq=311, changes=(*more, *OVERVIEW.changes), summary="Later.")

    def drawn(template: str, page: object) -> str:
        return draw(template, overview=page, shell=LIVE_SHELL, csrf_token="token")

    pages.page("/", drawn("overview/index.html", OVERVIEW))
    pages.page("/parts/", drawn("overview/body.html", later))
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    link = tab.locator("[data-part=looks] tbody a").first
    link.hover()
    before = link.bounding_box()

    socket.event(311, "breaker.tripped")

    expect(tab.get_by_text("Change 29.")).to_be_attached()
    after = link.bounding_box()
    assert before is not None
    assert after is not None
    assert after["y"] == pytest.approx(before["y"], abs=1)


def test_zero_is_drawn_and_no_data_is_said(tab: Page, pages: PageServer) -> None:
    opened(tab, pages, NOTHING_ENDED)
    expect(
        tab.get_by_text("0 ended in this period: the bar of each day stands at 0.")
    ).to_be_visible()
    expect(tab.locator("[data-chart-plot] .barlayer")).to_be_attached()
    expect(tab.get_by_text("No data.")).to_have_count(0)

    opened(tab, pages, replace(SERVICE, chart=NOTHING_TO_DRAW))

    expect(tab.get_by_text("No data. A zero would be drawn as one.")).to_be_visible()
    expect(tab.locator("[data-chart-plot]")).to_be_hidden()


def test_until_it_is_drawn_a_chart_is_grey_bars(tab: Page, pages: PageServer) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    tab.route("**/plotly-basic.min.js", hold)
    pages.page("/", shown("service/index.html", SERVICE))
    tab.goto("/", wait_until="commit")
    expect(tab.locator("[data-chart-loading]")).to_be_visible()
    until(tab, lambda: bool(held))

    held[0].continue_()

    tab.wait_for_selector(BAR, state="attached")
    expect(tab.locator("[data-chart-loading]")).to_have_count(0)


def test_a_chart_says_that_it_is_stale_until_the_server_answers(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    opened(tab, pages)
    pages.on("GET", "/parts/", lambda _: Answer("broken", status=500))
    note = tab.get_by_text("Stale: what happened since the server last answered is not drawn.")
    expect(note).to_be_hidden()

    def passed(seconds: int) -> bool:
        """Let time pass, and return whether the note is there: an answer may come in between."""
        tab.clock.run_for(seconds * 1_000)
        return note.is_visible()

    until(tab, lambda: passed(17))

    expect(tab.get_by_text(SERVICE.summary)).to_be_visible()
    served_later(pages)
    # It asks again every 10 s.
    until(tab, lambda: not passed(4))


def test_a_chart_that_cannot_be_drawn_says_so_and_opens_its_table(
    tab: Page, pages: PageServer
) -> None:
    tab.route("**/plotly-basic.min.js", lambda route: route.abort())

    opened(tab, pages)

    expect(tab.get_by_text("The drawing could not be shown.")).to_be_visible()
    expect(tab.get_by_role("region", name="Table: What became of tickets")).to_be_visible()
    expect(tab.locator("[data-chart-loading]")).to_have_count(0)


def test_the_clock_and_the_axis_are_in_the_zone_of_the_page(tab: Page, pages: PageServer) -> None:
    page = shown("service/index.html", SERVICE).replace(
        'data-zone="UTC"', 'data-zone="Asia/Kolkata"'
    )
    pages.page("/", page)
    tab.goto("/")
    tab.wait_for_selector(BAR, state="attached")

    ticks = "document.querySelector('[data-chart-plot]').layout.xaxis.tickvals"
    tab.wait_for_function(f"() => {ticks}?.every((at) => at.endsWith('T18:30:00.000Z'))")
    expect(tab.locator("[data-clock]")).to_contain_text("Asia/Kolkata")
    expect(tab.locator("[data-clock]")).to_contain_text("17:3")
