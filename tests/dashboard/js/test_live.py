"""How an open page follows the fleet: what it does about gaps, losses, silence and new releases."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dashboard.cards import TicketRow
from tests.dashboard import sample_cards as sample
from tests.dashboard.js.conftest import Socket
from tests.dashboard.page_server import Answer, PageServer, Sent, draw

pytestmark = pytest.mark.browser

LIST, EVENTS = "/queue/", "/api/v1/events"
FLEET = "payments-prod"
OPENED = replace(
    sample.COPY_ROW,
    ticket_id="0193a1b2-0000-7000-8000-000000004900",
    number=4900,
    title="Grant admin to a contractor",
    row_url="/f/payments-prod/tickets/4900/row/",
)


class Feed:
    """The queue's page, its list and the fleet's feed; counts how often each was asked for."""

    def __init__(self, pages: PageServer) -> None:
        self.pages = pages
        self.asked: list[str] = []
        self.lists = 0
        self.status = 200
        self.events: list[dict[str, Any]] = []
        self.more = False
        # Cleared, the named answer is held back until it is set again.
        self.lists_go, self.events_go = threading.Event(), threading.Event()
        self.lists_go.set()
        self.events_go.set()
        self.now(310, *sample.QUEUE.rows)
        pages.page("/", self.page())
        pages.on("GET", LIST, self._list)
        pages.on("GET", EVENTS, self._events)

    def page(self, release: str = "") -> str:
        drawn = draw("queue/index.html", shell=sample.SHELL, queue=sample.QUEUE, csrf_token="token")
        return drawn.replace('data-release=""', f'data-release="{release}"')

    def now(self, seq: int, *rows: TicketRow) -> None:
        queue = replace(sample.QUEUE, rows=rows, seqs={FLEET: seq})
        self.drawn = draw("queue/list.html", queue=queue, csrf_token="token")

    def told(self, seq: int, **ids: str) -> None:
        self.events.append({"seq": seq, "name": "ticket.opened", "ids": ids})

    def _list(self, _: Sent) -> Answer:
        self.lists += 1
        drawn = self.drawn
        assert self.lists_go.wait(timeout=10)
        return Answer(drawn, status=self.status)

    def _events(self, sent: Sent) -> Answer:
        self.asked.append(sent.path.partition("?")[2])
        assert self.events_go.wait(timeout=10)
        return Answer({"events": self.events, "more": self.more}, status=self.status)


@pytest.fixture
def feed(pages: PageServer) -> Feed:
    return Feed(pages)


@pytest.fixture
def live(tab: Page, feed: Feed) -> Page:
    """An open queue whose socket has greeted it."""
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")
    return tab


def new_ticket(page: Page) -> Any:
    return expect(page.get_by_role("button", name="Show 1 new ticket"))


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
    live: Page, feed: Feed, socket: Socket
) -> None:
    socket.event(312, "task.started", task="t1")
    socket.event(311, "task.started", task="t1")
    live.clock.run_for(2_000)

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
    live.wait_for_load_state("networkidle")
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


def test_a_burst_takes_one_list(live: Page, feed: Feed, socket: Socket) -> None:
    for seq in range(311, 341):
        socket.event(seq, "ticket.opened", ticket=OPENED.ticket_id)
    feed.now(340, OPENED, *sample.QUEUE.rows)

    live.clock.run_for(100)

    new_ticket(live).to_be_visible()
    assert feed.lists <= 2


def test_a_storm_without_a_pause_does_not_starve_the_page(
    live: Page, feed: Feed, socket: Socket
) -> None:
    feed.now(340, OPENED, *sample.QUEUE.rows)

    for seq in range(311, 331):
        socket.event(seq, "ticket.opened", ticket=OPENED.ticket_id)
        live.clock.run_for(30)

    new_ticket(live).to_be_visible()


def test_a_short_loss_blinks_nowhere(live: Page, socket: Socket) -> None:
    live.evaluate(
        """() => {
          window.looks = new Set();
          const lamp = document.querySelector("[data-live]");
          const note = () => window.looks.add(lamp.className);
          new MutationObserver(note).observe(lamp, {attributes: true});
        }"""
    )

    socket.routes[-1].close(code=1012)
    live.clock.run_for(700)
    live.wait_for_timeout(200)
    live.clock.run_for(1_500)

    assert len(socket.routes) == 2
    assert live.evaluate("() => [...window.looks]") in ([], ["live"])
    expect(live.locator("[data-live-banner]")).to_be_hidden()


def test_a_reconnect_asks_for_what_it_missed(live: Page, feed: Feed, socket: Socket) -> None:
    feed.now(311, OPENED, *sample.QUEUE.rows)
    feed.told(311, ticket=OPENED.ticket_id)
    socket.hello = {FLEET: 311}

    socket.routes[-1].close(code=1012)
    live.clock.run_for(600)
    live.wait_for_timeout(100)
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
    expect(live.locator("[data-announce]")).to_have_text("The connection is back.")


def test_a_socket_that_says_nothing_is_replaced(live: Page, socket: Socket) -> None:
    live.clock.run_for(17_000)
    live.wait_for_timeout(200)

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
    tab.wait_for_function("() => sessionStorage.length === 1")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")

    socket.say({"hello": {FLEET: 310}, "release": "new"})

    expect(tab.locator("[data-live-banner]")).to_contain_text("Countersign was updated.")
