"""Trends on a live page: a new mark is drawn without reload, and the zoom a person chose stands."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from dashboard.cards.trend_marks import MarkLine
from dashboard.cards.trends import AgentTrends
from dashboard.display.mark_traces import mark_traces
from dashboard.display.wording import Mark
from dashboard.pages.agent_trend_chart import MARKS_AT, trend_chart
from dashboard.pages.trend_marks import MarkKind, Marks, TrendMark
from tests.dashboard.js.conftest import Socket, until
from tests.dashboard.page_server import Answer, PageServer, Sent, draw
from tests.dashboard.sample_agents import LIVE_SHELL
from tests.dashboard.sample_cards import NOW
from tests.dashboard.sample_events import MARKS_CARD
from tests.dashboard.sample_trends import AGENT_TRENDS, FRAME, LINE, MARKS

pytestmark = pytest.mark.browser

# A machine that does much else takes its time for a drawing.
SLOW_MS = 60_000
PLOT = "document.querySelector('[data-chart-plot]')"
RANGE = f"{PLOT}.layout.xaxis.range"
TITLE = "Trust, and what finished, by the hour"
MORE = Marks(
    [
        *MARKS,
        TrendMark(
            kind=MarkKind.INCIDENT,
            at=NOW,
            sentence="A cascade of 4 tasks.",
            url="/f/shop/events/9/",
        ),
    ]
)
LATER = replace(
    AGENT_TRENDS,
    seq=311,
    chart=trend_chart(
        [LINE],
        ("success", "budget"),
        replace(FRAME, marks=mark_traces(MORE, MARKS_AT)),
        summary="A cascade came in between.",
    ),
    marks=replace(
        MARKS_CARD,
        lines=(MarkLine(NOW, Mark("Incident", "warn", "crit"), MORE[-1].sentence, "/e/9/"),),
    ),
)


def shown(template: str, trends: AgentTrends) -> str:
    return draw(template, trends=trends, shell=LIVE_SHELL, csrf_token="token")


def sees(tab: Page, script: str) -> None:
    """Wait until this holds in the page; its policy lets no script of a test wait in there."""
    until(tab, lambda: bool(tab.evaluate(script)), within_s=SLOW_MS / 1_000)


def open_trends(tab: Page, pages: PageServer) -> None:
    pages.page("/", shown("trends/agent.html", AGENT_TRENDS))
    pages.page("/parts/", shown("trends/agent_body.html", AGENT_TRENDS))
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live", timeout=SLOW_MS)
    sees(tab, f"{PLOT}.data?.length > 5")


def test_a_new_mark_is_drawn_without_reload_and_the_zoom_stands(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    open_trends(tab, pages)
    tab.evaluate("window.neverReloaded = true")
    whole = tab.evaluate(RANGE)
    tab.get_by_role("button", name=f"Zoom in: {TITLE}").press("Enter")
    sees(tab, f"{RANGE}[0] > '{whole[0]}'")
    zoomed = tab.evaluate(RANGE)
    pages.page("/parts/", shown("trends/agent_body.html", LATER))

    socket.event(311, "cascade.detected")

    expect(tab.get_by_text("A cascade of 4 tasks.")).to_be_attached(timeout=SLOW_MS)
    sees(tab, f"{PLOT}.data.some((trace) => trace.name === 'Cascades, rings, faults')")
    assert tab.evaluate(RANGE) == zoomed
    assert tab.evaluate("window.neverReloaded") is True


def test_zoom_leaves_the_scores_and_all_of_it_comes_back(tab: Page, pages: PageServer) -> None:
    open_trends(tab, pages)
    whole = tab.evaluate(RANGE)
    scores = tab.evaluate(f"{PLOT}.layout.yaxis.range")

    tab.get_by_role("button", name=f"Zoom in: {TITLE}").press("Enter")
    sees(tab, f"{RANGE}[0] > '{whole[0]}'")
    nearer = tab.evaluate(f"{PLOT}.layout.yaxis.range")
    tab.get_by_role("button", name=f"Show all of it: {TITLE}").press("Enter")

    sees(tab, f"{RANGE}[0].startsWith('{whole[0][:10]}')")
    assert nearer == scores


def test_a_window_of_another_width_is_no_zoom(tab: Page, pages: PageServer, socket: Socket) -> None:
    open_trends(tab, pages)
    width = f"{PLOT}.querySelector('.main-svg').getAttribute('width')"
    before = tab.evaluate(width)
    tab.set_viewport_size({"width": 1100, "height": 900})
    sees(tab, f"{width} !== '{before}'")
    later = replace(FRAME, since=NOW.replace(year=2025), marks=())
    moved = replace(
        AGENT_TRENDS, seq=311, chart=trend_chart([LINE], (), later, summary="The period went on.")
    )
    pages.page("/parts/", shown("trends/agent_body.html", moved))

    socket.event(311, "tier.changed")

    expect(tab.get_by_text("The period went on.")).to_be_visible(timeout=SLOW_MS)
    sees(tab, f"{RANGE}[0].startsWith('2025')")


def test_tasks_that_come_and_go_draw_nothing_again(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    asked: list[str] = []

    def answer(sent: Sent) -> Answer:
        asked.append(sent.path)
        return Answer(shown("trends/agent_body.html", replace(LATER, seq=312)))

    open_trends(tab, pages)
    pages.on("GET", "/parts/", answer)

    socket.event(311, "task.started")
    socket.event(312, "breaker.tripped")

    expect(tab.get_by_text("A cascade of 4 tasks.")).to_be_attached(timeout=SLOW_MS)
    assert len(asked) == 1


def test_what_is_drawn_is_chosen_by_a_plain_form(tab: Page, pages: PageServer) -> None:
    asked: list[str] = []

    def answer(sent: Sent) -> Answer:
        asked.append(sent.path.partition("?")[2])
        return Answer("<!doctype html><title>drawn</title>")

    open_trends(tab, pages)
    pages.on("GET", AGENT_TRENDS.url, answer)

    tab.get_by_label("Consistency").check()
    tab.get_by_label("Compare with").fill("ledger-bot")
    tab.get_by_role("button", name="Draw").click()

    expect(tab).to_have_title("drawn", timeout=SLOW_MS)
    assert asked == ["range=7d&parts=success&parts=budget&parts=consistency&with=ledger-bot"]
