"""A live page that loses its connection: what it says meanwhile, and how it comes back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard import sample_cards as sample
from tests.dashboard.js.conftest import Socket, until
from tests.dashboard.js.feed import FLEET, OPENED, Feed, new_ticket

pytestmark = pytest.mark.browser


def test_a_short_loss_blinks_nowhere(still: Page, socket: Socket) -> None:
    still.evaluate(
        """() => {
          window.looks = new Set();
          const lamp = document.querySelector("[data-live]");
          const note = () => window.looks.add(lamp.className);
          new MutationObserver(note).observe(lamp, {attributes: true});
        }"""
    )

    socket.routes[-1].close(code=1012)
    still.clock.run_for(700)
    until(still, lambda: len(socket.routes) > 1)
    still.clock.run_for(1_500)

    assert len(socket.routes) == 2
    assert still.evaluate("() => [...window.looks]") in ([], ["live"])
    expect(still.locator("[data-live-banner]")).to_be_hidden()


def test_a_reconnect_asks_for_what_it_missed(live: Page, feed: Feed, socket: Socket) -> None:
    feed.now(311, OPENED, *sample.QUEUE.rows)
    feed.told(311, ticket=OPENED.ticket_id)
    socket.hello = {FLEET: 311}

    socket.routes[-1].close(code=1012)
    live.clock.run_for(600)
    until(live, lambda: len(socket.routes) > 1)
    live.clock.run_for(1_000)

    new_ticket(live).to_be_visible()
    assert feed.asked == [f"fleet={FLEET}&after=310"]


def test_a_longer_loss_is_said_and_polled(live: Page, feed: Feed, socket: Socket) -> None:
    feed.now(311, OPENED, *sample.QUEUE.rows)
    socket.refuses = True

    socket.routes[-1].close(code=1011)
    live.clock.run_for(4_500)

    expect(live.locator("[data-live]")).to_have_class("live poll")
    expect(live.locator("[data-live-banner]")).to_contain_text("decisions work as always")
    live.clock.run_for(6_000)
    new_ticket(live).to_be_visible()


def test_without_a_socket_the_list_is_polled(tab: Page, feed: Feed, socket: Socket) -> None:
    socket.refuses = True
    tab.goto("/")
    feed.now(311, OPENED, *sample.QUEUE.rows)

    tab.clock.run_for(10_500)

    new_ticket(tab).to_be_visible()
    expect(tab.locator("[data-live]")).to_have_class("live poll")


def test_a_server_that_answers_nothing_leaves_the_page_stale(
    live: Page, feed: Feed, socket: Socket
) -> None:
    feed.status = 503
    socket.refuses = True
    socket.routes[-1].close(code=1011)

    live.clock.run_for(17_000)

    expect(live.locator("[data-live]")).to_have_class("live stale")
    expect(live.locator("[data-live-banner]")).to_contain_text("a decision counts only once")


def test_a_stale_page_recovers_by_itself(live: Page, feed: Feed, socket: Socket) -> None:
    feed.status, socket.refuses = 503, True
    socket.routes[-1].close(code=1011)
    live.clock.run_for(17_000)
    expect(live.locator("[data-live]")).to_have_class("live stale")
    feed.status, socket.refuses = 200, False

    live.clock.run_for(10_000)

    expect(live.locator("[data-live]")).to_have_class("live")
    expect(live.locator("[data-live-banner]")).to_be_hidden()
    expect(live.locator("[data-announce]")).to_have_text(re.compile(r"The connection is back\.$"))


def test_a_socket_that_says_nothing_is_replaced(live: Page, socket: Socket) -> None:
    live.clock.run_for(17_000)
    until(live, lambda: len(socket.routes) > 1)

    assert len(socket.routes) == 2


def test_what_failed_while_the_server_went_down_is_fetched_after_the_reconnect(
    live: Page, feed: Feed, socket: Socket
) -> None:
    feed.now(311, OPENED, *sample.QUEUE.rows)
    feed.status = 502
    socket.event(311, "ticket.opened", ticket=OPENED.ticket_id)
    with live.expect_response(lambda answer: answer.status == 502):
        live.clock.run_for(600)
    feed.status, socket.hello = 200, {FLEET: 311}

    socket.routes[-1].close(code=1012)
    live.clock.run_for(600)

    new_ticket(live).to_be_visible()
