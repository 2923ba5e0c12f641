"""What a screen reader hears: new, changed and expiring tickets, politely and once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from dashboard.cards import TicketRow
from tests.dashboard import sample_cards as sample
from tests.dashboard import sample_states as states
from tests.dashboard.js.conftest import Socket
from tests.dashboard.js.test_queue_page import NEW_ROW, now_listed, serve_queue, serve_row
from tests.dashboard.js.test_ticket_page import PANEL, TICKET, serve_panel, serve_ticket
from tests.dashboard.page_server import PageServer

pytestmark = pytest.mark.browser

SAID = "[data-announce]"


def opened(tab: Page, path: str) -> None:
    tab.goto(path)
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")


def opened_still(tab: Page, path: str) -> None:
    """Open the page at a clock that stands; a connection that came late would be said too."""
    tab.clock.pause_at(sample.NOW + timedelta(hours=1))
    opened(tab, path)


def with_left(left_s: float) -> TicketRow:
    return replace(sample.PUSH_ROW, countdown=sample.countdown(left_s, 1800))


def test_the_place_is_polite(tab: Page, pages: PageServer) -> None:
    serve_queue(pages, sample.QUEUE)
    opened(tab, "/")

    # A status is a polite live region; it never interrupts.
    assert tab.get_attribute(SAID, "role") == "status"


def test_a_new_ticket_is_said(tab: Page, pages: PageServer, socket: Socket) -> None:
    serve_queue(pages, sample.QUEUE)
    opened(tab, "/")
    now_listed(pages, 311, NEW_ROW, *sample.QUEUE.rows)

    socket.event(311, "ticket.opened", ticket=NEW_ROW.ticket_id)
    tab.clock.run_for(400)

    expect(tab.locator(SAID)).to_have_text("Show 1 new ticket with N.")


def test_a_ticket_that_somebody_else_decides_is_said(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_queue(pages, sample.QUEUE)
    opened(tab, "/")
    row = replace(
        sample.DENIED_ROW, ticket_id=sample.PUSH_ROW.ticket_id, number=sample.PUSH_ROW.number,
        row_url=sample.PUSH_ROW.row_url,
    )  # fmt: skip
    serve_row(pages, row)
    # The list says the same as the row, whichever of them is taken last.
    others = [each for each in sample.QUEUE.rows if each is not sample.PUSH_ROW]
    serve_queue(pages, replace(sample.QUEUE, rows=tuple(others), decided=(row,)))

    socket.event(311, "ticket.denied", ticket=row.ticket_id)
    tab.clock.run_for(600)

    expect(tab.locator(SAID)).to_contain_text("#4826: Denied by Ana Ruiz.")


def test_half_and_a_tenth_of_the_time_are_said_once_each(tab: Page, pages: PageServer) -> None:
    serve_queue(pages, replace(sample.QUEUE, rows=(with_left(902),), decided=()))
    opened_still(tab, "/")

    tab.clock.run_for(4_000)
    half = tab.locator(SAID).text_content()
    tab.locator(SAID).evaluate("place => { place.textContent = '' }")
    tab.clock.run_for(60_000)
    between = tab.locator(SAID).text_content()

    assert half == "#4826: 15:00 left to decide. Then it expires and is denied."
    assert between is not None
    assert "left to decide" not in between


def test_a_tenth_of_the_time_is_said(tab: Page, pages: PageServer) -> None:
    serve_queue(pages, replace(sample.QUEUE, rows=(with_left(182),), decided=()))
    opened_still(tab, "/")

    tab.clock.run_for(4_000)

    expect(tab.locator(SAID)).to_have_text(
        "#4826: 3:00 left to decide. Then it expires and is denied."
    )


def test_what_happens_in_one_moment_is_said_together(tab: Page, pages: PageServer) -> None:
    serve_queue(pages, sample.QUEUE)
    opened(tab, "/")

    tab.evaluate(
        """async () => {
          const { announce } = await import("/static/js/pages/announce.js");
          for (const text of ["One.", "Two.", "Two.", "Three.", "Four.", "Five.", "Six."]) {
            announce(text);
          }
        }"""
    )
    tab.clock.run_for(200)

    expect(tab.locator(SAID)).to_have_text("One. Two. Three. Four. And 2 more changes.")


def test_a_ticket_that_changes_under_its_reader_is_said(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_ticket(pages, replace(sample.TICKET, panel=replace(PANEL, claim=None)))
    opened(tab, TICKET)
    serve_panel(pages, replace(PANEL, claim=sample.BENS_CLAIM, version=4))

    socket.event(311, "ticket.claimed", ticket=PANEL.ticket_id)
    tab.clock.run_for(400)

    expect(tab.locator(SAID)).to_have_text(
        "This ticket waits in version 4: claimed by Ben Carter, signed by Ana Ruiz, 1 of 2."
    )


def test_whoever_was_typing_reads_next_who_decided(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_ticket(pages, sample.TICKET)
    opened(tab, TICKET)
    tab.fill("#reason-text", "The log and the ledger agree")
    serve_panel(pages, states.TICKET_STATES["denied"].panel)

    socket.event(311, "ticket.denied", ticket=PANEL.ticket_id)
    tab.clock.run_for(400)

    expect(tab.locator("[data-ruling]")).to_be_focused()
    expect(tab.locator("[data-kept-text]")).to_have_text("The log and the ledger agree")
    expect(tab.locator(SAID)).to_have_text("This ticket is settled: Denied by Ana Ruiz.")


def test_a_decision_in_reach_stays_in_reach_when_the_panel_is_drawn_again(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_ticket(pages, sample.TICKET)
    opened(tab, TICKET)
    tab.focus('[data-choice="deny"]')
    serve_panel(pages, replace(PANEL, version=4))

    socket.event(311, "ticket.voted", ticket=PANEL.ticket_id)
    tab.clock.run_for(400)

    expect(tab.locator("[data-panel]")).to_have_attribute("data-version", "4")
    expect(tab.locator('[data-choice="deny"]')).to_be_focused()


def test_half_of_the_time_is_announced_once(tab: Page, pages: PageServer) -> None:
    early = replace(PANEL, countdown=sample.countdown(452, 900))
    serve_ticket(pages, replace(sample.TICKET, panel=early))
    opened_still(tab, TICKET)

    tab.clock.run_for(3_000)

    expect(tab.locator("[data-announce]")).to_have_text(
        "7:30 left to decide. Then it expires and is denied."
    )
