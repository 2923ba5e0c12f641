"""The halt above every page in a real browser: it comes, stays and goes without a reload."""

from __future__ import annotations

import re
import threading
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from dashboard.cards.controls import HaltCard
from tests.dashboard import sample_agents as sample
from tests.dashboard.js.conftest import Socket, until
from tests.dashboard.js.test_fleet_page import open_live, serve_fleet
from tests.dashboard.page_server import Answer, PageServer, Sent, draw

pytestmark = pytest.mark.browser

MENU = "Halt fleet…"


def serve_halts(pages: PageServer, halt: HaltCard = sample.HALTED) -> None:
    pages.page("/halts/", drawn(halt))


def drawn(halt: HaltCard) -> str:
    return draw("fleet/halts_piece.html", at=None, halts=(halt,), csrf_token="token")


def test_a_halt_by_somebody_else_appears_and_keeps_what_is_being_typed(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_fleet(pages)
    halted = draw("fleet/halts_piece.html", at=None, halts=(sample.HALTED,), csrf_token="token")
    pages.page("/halts/", halted)
    open_live(tab)

    socket.event(311, "fleet.halted")
    expect(tab.locator(".halted")).to_contain_text("Mona Lind halted it at")
    tab.get_by_text("Resume…").click()
    tab.get_by_label("Why is it safe to resume?").fill("Because")
    socket.event(312, "fleet.halt_explained")
    tab.wait_for_load_state("networkidle")

    expect(tab.get_by_label("Why is it safe to resume?")).to_have_value("Because")
    expect(tab.get_by_label("Why is it safe to resume?")).to_be_focused()


def test_two_clicks_halt_the_fleet_from_any_page(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_fleet(pages)
    said = {
        "ok": True,
        "recorded_at": "2026-11-22T12:03:04Z",
        "then": "No task was running.",
        "in_force": True,
    }
    pages.on("POST", "/f/payments-prod/halt/", lambda _: Answer(said))
    unexplained = replace(sample.UNEXPLAINED, problem="")
    pages.page(
        "/halts/", draw("fleet/halts_piece.html", at=None, halts=(unexplained,), csrf_token="token")
    )
    open_live(tab)

    tab.get_by_text("Halt fleet…").click()
    tab.get_by_role("button", name="Halt Payments now").click()

    expect(tab.locator("[data-halt-said]")).to_have_text(
        re.compile(
            r"^In force since 12:03:04, \d+\.\d\u00a0s after you asked\. No task was running\.$"
        )
    )
    expect(tab.get_by_label("Why was it halted?")).to_be_visible()
    expect(tab.locator("[data-halt-control]")).to_have_text("Halted")


def test_a_page_without_a_socket_shows_a_halt_and_its_end(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_fleet(pages)
    serve_halts(pages)
    socket.refuses = True
    tab.goto(sample.URL)

    tab.clock.run_for(10_500)
    expect(tab.locator(".halted")).to_contain_text("Mona Lind halted it at")
    serve_halts(pages, sample.RUNS)
    tab.clock.run_for(10_500)

    expect(tab.locator(".halted")).to_have_count(0)


def test_a_gap_too_wide_to_ask_for_shows_the_halt_within_it(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_fleet(pages)
    serve_halts(pages)
    open_live(tab)

    socket.say({"beat": {"payments-prod": 900}})
    tab.clock.run_for(300)

    expect(tab.locator(".halted")).to_contain_text("Mona Lind halted it at")


def test_an_open_menu_stays_open_while_nothing_changes(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_fleet(pages)
    serve_halts(pages, replace(sample.RUNS, idempotency_key="another"))
    socket.refuses = True
    tab.goto(sample.URL)
    tab.get_by_text(MENU).click()

    with tab.expect_response("**/halts/**"):
        tab.clock.run_for(10_500)
    tab.wait_for_load_state("networkidle")

    expect(tab.get_by_role("button", name="Halt Payments now")).to_be_visible()


def test_an_older_answer_does_not_replace_a_newer_one(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_fleet(pages)
    goes_on = threading.Event()
    asked: list[str] = []

    def answer(sent: Sent) -> Answer:
        asked.append(sent.path)
        if len(asked) > 1:
            return Answer(drawn(sample.HALTED))
        assert goes_on.wait(timeout=30)
        return Answer(drawn(sample.RUNS))

    pages.on("GET", "/halts/", answer)
    open_live(tab)
    socket.event(311, "fleet.resumed")
    # Sent first is not received first where both are sent at once.
    until(tab, lambda: bool(asked))
    socket.event(312, "fleet.halted")
    expect(tab.locator(".halted")).to_have_count(1)

    goes_on.set()
    tab.wait_for_load_state("networkidle")

    expect(tab.locator(".halted")).to_have_count(1)


@pytest.mark.parametrize("width", [320, 360, 410, 640, 1024])
def test_the_menu_fits_the_screen(tab: Page, pages: PageServer, socket: Socket, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 740})
    serve_fleet(pages)
    open_live(tab)

    tab.get_by_text(MENU).locator("..").click()
    box = tab.locator(".halt-menu > .sheet").bounding_box()

    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
