"""A ticket decided without a pointer: few keys, the focus never lost, the next ticket at hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard import sample_cards as sample
from tests.dashboard import sample_states as states
from tests.dashboard import sample_together as together
from tests.dashboard.js.conftest import Socket
from tests.dashboard.js.test_holding import serve as serve_held
from tests.dashboard.js.test_queue_page import now_listed, serve_queue
from tests.dashboard.js.test_ticket_page import PANEL, RECORDED, TICKET, serve_panel, serve_ticket
from tests.dashboard.page_server import Answer, PageServer, draw
from tests.dashboard.sample_holding import HOLDING_STATES

pytestmark = pytest.mark.browser

SAID = "[data-announce]"
DENIED = states.TICKET_STATES["denied"].panel


def opened(tab: Page, url: str = TICKET) -> None:
    """Open the page and wait for its keys."""
    tab.goto(url)
    expect(tab.locator("[data-keys-switch]")).to_be_visible()


def press(tab: Page, *keys: str) -> None:
    for key in keys:
        tab.keyboard.press(key)


def ask_to_deny(tab: Page) -> None:
    """Give a reason by keys alone, as far as the question."""
    press(tab, "d", "n", "Tab")
    tab.keyboard.type("Not here.")
    press(tab, "Control+Enter")


def test_a_letter_finds_the_reasons_of_the_choice_that_was_begun(
    tab: Page, pages: PageServer
) -> None:
    serve_ticket(pages, sample.TICKET)
    opened(tab)

    press(tab, "d", "n")

    chosen = tab.locator("#reason-code option:checked")
    expect(chosen).to_have_text("Not its job")
    expect(tab.locator("#reason-code optgroup").first).to_have_attribute("label", "Deny")


def test_the_words_lead_to_the_question_and_no_further(tab: Page, pages: PageServer) -> None:
    serve_ticket(pages, sample.TICKET)
    opened(tab)

    ask_to_deny(tab)
    press(tab, "Control+Enter", "Enter")

    expect(tab.get_by_role("button", name="Yes, deny")).to_be_visible()
    expect(tab.locator("[data-confirm]")).to_be_focused()
    assert pages.sent == []


def test_going_back_from_the_question_stands_at_the_choice(tab: Page, pages: PageServer) -> None:
    serve_ticket(pages, sample.TICKET)
    opened(tab)
    ask_to_deny(tab)

    press(tab, "Escape")

    expect(tab.locator("[data-confirm]")).to_be_hidden()
    expect(tab.locator('[data-choice="deny"]')).to_be_focused()


def test_what_is_recorded_is_said_and_the_next_ticket_is_under_the_finger(
    tab: Page, pages: PageServer
) -> None:
    serve_ticket(pages, sample.TICKET)
    pages.on("POST", PANEL.decide_url, lambda _: Answer(RECORDED))
    pages.page("/queue/next/", "<title>The next</title>")
    opened(tab)
    ask_to_deny(tab)
    serve_panel(pages, DENIED)

    press(tab, "Tab", "Enter")

    expect(tab.get_by_role("link", name="Next ticket")).to_be_focused()
    tab.clock.run_for(400)
    expect(tab.locator(SAID)).to_have_text(
        "Recorded 12:03:04. This ticket is settled: Denied by Ana Ruiz."
    )
    press(tab, "Enter")
    expect(tab).to_have_url(f"{pages.url}{PANEL.next_url}")


def test_what_cannot_be_sent_leaves_the_focus_at_the_choice(tab: Page, pages: PageServer) -> None:
    serve_ticket(pages, sample.TICKET)
    pages.on("POST", PANEL.decide_url, lambda _: Answer("", status=502))
    opened(tab)
    ask_to_deny(tab)

    press(tab, "Tab", "Enter")

    expect(tab.get_by_role("button", name="Try again")).to_be_visible()
    expect(tab.locator('[data-choice="deny"]')).to_be_focused()


def test_a_ticket_that_waits_on_is_passed_by_one_key_within_the_queue_it_came_from(
    tab: Page, pages: PageServer
) -> None:
    serve_queue(pages, sample.QUEUE)
    pages.routes["GET", "/f/payments-prod/queue/"] = pages.routes["GET", "/"]
    pages.page("/f/payments-prod/queue/next/", "<title>The next</title>")
    serve_ticket(pages, sample.TICKET)
    tab.goto("/f/payments-prod/queue/?view=mine&after=x")
    opened(tab)
    expect(tab.get_by_role("link", name="Queue").last).to_have_attribute(
        "href", "/f/payments-prod/queue/?view=mine"
    )

    press(tab, "n")

    expect(tab).to_have_url(
        f"{pages.url}/f/payments-prod/queue/next/?view=mine&left={PANEL.ticket_id}"
    )


def test_a_woken_ticket_keeps_the_focus_in_its_panel(tab: Page, pages: PageServer) -> None:
    snoozed = HOLDING_STATES["snoozed"].panel
    serve_held(pages, snoozed)
    pages.on("POST", f"{TICKET}wake/", lambda _: Answer({"ok": True}))
    opened(tab)
    tab.get_by_role("button", name="Wake it").focus()
    serve_panel(pages, replace(PANEL, version=4))

    press(tab, "Enter")

    expect(tab.get_by_role("button", name="Wake it")).to_be_hidden()
    expect(tab.get_by_role("complementary", name="Decision")).to_be_focused()


def test_a_cascade_begins_at_what_it_holds(tab: Page, pages: PageServer) -> None:
    serve_ticket(pages, states.TICKET_STATES["cascade"])
    opened(tab)

    press(tab, "s")
    expect(tab.get_by_role("checkbox").first).to_be_focused()
    press(tab, "Space", "Escape", "s")

    expect(tab.get_by_role("checkbox").first).to_be_focused()
    assert pages.sent == []


def test_who_stood_on_a_row_that_leaves_stands_beside_it(
    tab: Page, pages: PageServer, socket: Socket
) -> None:
    serve_queue(pages, sample.QUEUE)
    opened(tab, "/")
    first, second = sample.QUEUE.rows[:2]
    press(tab, "j")
    expect(tab.get_by_role("link", name=first.title)).to_be_focused()
    pages.on("GET", first.row_url, lambda _: Answer("", status=404))

    now_listed(pages, 311, *sample.QUEUE.rows[1:])
    socket.event(311, "ticket.claimed", ticket=first.ticket_id)
    tab.clock.run_for(400)

    expect(tab.get_by_role("link", name=first.title)).to_be_hidden()
    expect(tab.get_by_role("link", name=second.title)).to_be_focused()


def test_many_answers_lead_back_by_key_to_the_queue_they_came_from(
    tab: Page, pages: PageServer
) -> None:
    serve_queue(pages, sample.QUEUE)
    pages.routes["GET", "/queue/"] = pages.routes["GET", "/"]
    shown: dict[str, Any] = {
        "shell": sample.SHELL,
        "together": together.RESULTS,
        "csrf_token": "token",
    }
    pages.page("/queue/together/k/", draw("together/index.html", **shown))
    opened(tab, "/queue/?view=mine")
    opened(tab, "/queue/together/k/")

    press(tab, "q")

    expect(tab).to_have_url(f"{pages.url}/queue/?view=mine")
