"""How an open page follows the fleet: what it does about gaps, bursts, endings and new releases."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard import sample_cards as sample
from tests.dashboard.js.conftest import Socket, until
from tests.dashboard.js.feed import EVENTS, FLEET, LIST, OPENED, Feed, new_ticket
from tests.dashboard.page_server import Answer, PageServer

pytestmark = pytest.mark.browser


def test_what_was_missed_is_asked_for(live: Page, feed: Feed, socket: Socket) -> None:
    feed.now(312, OPENED, *sample.QUEUE.rows)
    feed.told(311, ticket=OPENED.ticket_id)
    feed.told(312, task="t1")

    socket.event(312, "task.started", task="t1")
    live.clock.run_for(300)

    expect(live.locator("[data-live-text]")).to_contain_text("Live")
    live.clock.run_for(600)
    new_ticket(live).to_be_visible()
    assert feed.asked == ["fleet=payments-prod&after=310"]


def test_events_that_were_only_swapped_cost_no_question(
    still: Page, feed: Feed, socket: Socket
) -> None:
    light = still.locator("[data-live-text]")
    still.clock.run_for(3_000)
    expect(light).to_contain_text("Live · 3")

    socket.event(312, "task.started", task="t1")
    socket.event(311, "task.started", task="t1")
    expect(light).to_contain_text("Live · 0")
    still.clock.run_for(2_000)

    assert (feed.asked, feed.lists) == ([], 0)


def test_missing_events_of_no_concern_fetch_no_list(live: Page, feed: Feed, socket: Socket) -> None:
    feed.told(311, task="t1")

    socket.say({"beat": {FLEET: 311}})
    with live.expect_response(f"**{EVENTS}*"):
        live.clock.run_for(300)
    live.clock.run_for(2_000)

    assert (len(feed.asked), feed.lists) == (1, 0)


def test_a_gap_wider_than_an_answer_takes_a_new_list(
    live: Page, feed: Feed, socket: Socket
) -> None:
    feed.now(900, OPENED, *sample.QUEUE.rows)

    socket.say({"beat": {FLEET: 900}})
    live.clock.run_for(300)

    new_ticket(live).to_be_visible()
    assert feed.asked == []


def test_an_answer_that_is_not_whole_takes_a_new_list(
    live: Page, feed: Feed, socket: Socket
) -> None:
    feed.now(320, OPENED, *sample.QUEUE.rows)
    feed.told(315, task="t1")

    socket.say({"beat": {FLEET: 320}})
    live.clock.run_for(300)

    new_ticket(live).to_be_visible()


def test_what_is_heard_during_a_slow_snapshot_is_neither_lost_nor_asked_for_again(
    live: Page, feed: Feed, socket: Socket
) -> None:
    feed.now(311, *sample.QUEUE.rows)
    feed.lists_go.clear()
    with live.expect_request(f"**{LIST}*"):
        socket.event(311, "ticket.opened", ticket=OPENED.ticket_id)
        live.clock.run_for(600)
    feed.told(314, task="t4")
    feed.told(315, task="t5")

    socket.event(312, "task.started", task="t2")
    socket.event(313, "task.started", task="t3")
    socket.say({"beat": {FLEET: 315}})
    with live.expect_response(f"**{LIST}*"):
        feed.lists_go.set()
    live.clock.run_for(300)
    until(live, lambda: bool(feed.asked))
    socket.event(316, "task.started", task="t6")
    live.clock.run_for(300)
    live.wait_for_load_state("networkidle")

    assert feed.asked == ["fleet=payments-prod&after=313"]


def test_what_is_heard_while_a_gap_is_filled_is_not_asked_for_again(
    live: Page, feed: Feed, socket: Socket
) -> None:
    feed.told(311, task="t1")
    feed.told(312, task="t2")
    feed.events_go.clear()
    with live.expect_request(f"**{EVENTS}*"):
        socket.say({"beat": {FLEET: 312}})
        live.clock.run_for(300)

    for seq in (311, 312, 313):
        socket.event(seq, "task.started", task=f"t{seq}")
    with live.expect_response(f"**{EVENTS}*"):
        feed.events_go.set()
    live.wait_for_load_state("networkidle")
    socket.event(314, "task.started", task="t314")
    live.clock.run_for(300)
    live.wait_for_load_state("networkidle")

    assert feed.asked == ["fleet=payments-prod&after=310"]


def test_a_burst_takes_one_list(still: Page, feed: Feed, socket: Socket) -> None:
    feed.now(340, OPENED, *sample.QUEUE.rows)

    for seq in range(311, 341):
        socket.event(seq, "ticket.opened", ticket=OPENED.ticket_id)
    still.clock.run_for(600)

    new_ticket(still).to_be_visible()
    assert feed.lists == 1


def test_a_storm_without_a_pause_does_not_starve_the_page(
    live: Page, feed: Feed, socket: Socket
) -> None:
    feed.now(340, OPENED, *sample.QUEUE.rows)

    for seq in range(311, 331):
        socket.event(seq, "ticket.opened", ticket=OPENED.ticket_id)
        live.clock.run_for(30)

    new_ticket(live).to_be_visible()


def test_a_session_that_ended_leads_to_the_sign_in(
    live: Page, pages: PageServer, socket: Socket
) -> None:
    pages.page("/sign-in/", "<title>Sign in</title>")

    socket.routes[-1].close(code=4401)

    live.wait_for_url("**/sign-in/?next=%2F")


def test_a_fleet_that_is_gone_shows_its_missing_page(
    live: Page, pages: PageServer, socket: Socket
) -> None:
    pages.on("GET", "/", lambda _: Answer("<h1>Not found</h1>", status=404))

    socket.routes[-1].close(code=4404)

    expect(live.get_by_role("heading", name="Not found")).to_be_visible()


def test_a_polled_list_that_is_gone_shows_the_missing_page(
    tab: Page, pages: PageServer, feed: Feed, socket: Socket
) -> None:
    socket.refuses = True
    tab.goto("/")
    feed.status = 404
    pages.on("GET", "/", lambda _: Answer("<h1>Not found</h1>", status=404))

    tab.clock.run_for(10_500)

    expect(tab.get_by_role("heading", name="Not found")).to_be_visible()


def test_a_page_of_an_older_release_is_loaded_anew(
    tab: Page, pages: PageServer, feed: Feed, socket: Socket
) -> None:
    pages.page("/", feed.page("old"))
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    pages.page("/", feed.page("new"))

    socket.say({"hello": {FLEET: 310}, "release": "new"})

    expect(tab.locator("body[data-release=new]")).to_be_visible()


def test_a_page_that_somebody_types_on_is_not_loaded_anew(
    tab: Page, pages: PageServer, feed: Feed, socket: Socket
) -> None:
    pages.page("/", feed.page("old").replace("<h1>", "<form><textarea></textarea></form><h1>"))
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    tab.locator("textarea").fill("Because")

    socket.say({"hello": {FLEET: 310}, "release": "new"})

    expect(tab.locator("[data-live-banner]")).to_contain_text("Countersign was updated.")
    expect(tab.locator("textarea")).to_have_value("Because")


def test_two_releases_that_answer_in_turns_load_the_page_once(
    tab: Page, pages: PageServer, feed: Feed, socket: Socket
) -> None:
    pages.page("/", feed.page("old"))
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    socket.say({"hello": {FLEET: 310}, "release": "new"})
    # The page that was left looks live as well.
    until(tab, lambda: len(socket.routes) == 2)
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")

    socket.say({"hello": {FLEET: 310}, "release": "new"})

    expect(tab.locator("[data-live-banner]")).to_contain_text("Countersign was updated.")
