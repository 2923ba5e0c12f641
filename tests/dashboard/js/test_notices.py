"""Notices of a real browser: shown while nobody looks, closed when somebody else answers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.dashboard import sample_cards as sample
from tests.dashboard.js.conftest import Socket, until
from tests.dashboard.js.feed import Feed
from tests.dashboard.page_server import Answer, PageServer, draw
from tests.dashboard.sample_reached import UNREACHED

pytestmark = pytest.mark.browser

SHELL = replace(sample.SHELL, notices_are_on=True, calls_url="/queue/calls/")
# The browser's own notices, and a list of them: none can be seen from a page.
WATCHED = """
  window.told = [];
  window.Notification = class extends Notification {
    constructor(title, options) {
      super(title, options);
      const entry = { title, body: options.body, tag: options.tag, isOpen: true, notice: this };
      window.told.push(entry);
      const { close } = this;
      this.close = () => { entry.isOpen = false; close.call(this); };
    }
  };
"""
# A browser without a window never hides a page.
HIDE = """(isHidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""

IN_SIGHT = "async () => (await navigator.locks.query()).held.length === 1"


def called(number: int) -> dict[str, str]:
    return {
        "id": f"id-{number}",
        "url": f"/f/payments-prod/tickets/{number}/",
        "title": f"High: ticket #{number} in Payments",
        "body": "refund.issue. Decide by 12:30 UTC.",
    }


@dataclass
class Calls:
    """What the server says of a person's calls."""

    waiting: int = 1
    numbers: list[int] = field(default_factory=lambda: [1])
    status: int = 200
    asked: int = 0

    def answer(self, _: Any) -> Answer:
        self.asked += 1
        body = {"waiting": self.waiting, "called": [called(each) for each in self.numbers]}
        return Answer(body, self.status, "application/json")

    def now(self, *numbers: int) -> None:
        self.numbers, self.waiting = list(numbers), len(numbers)


@pytest.fixture
def calls(pages: PageServer) -> Calls:
    found = Calls()
    pages.on("GET", "/queue/calls/", found.answer)
    return found


def opened(tab: Page, pages: PageServer, *, shell: Any = SHELL, permission: bool = True) -> None:
    """Open the queue, and wait for the first answer about calls."""
    Feed(pages)
    drawn = draw("queue/index.html", shell=shell, queue=sample.QUEUE, csrf_token="token")
    pages.page("/", drawn)
    if permission:
        tab.context.grant_permissions(["notifications"])
    tab.add_init_script(WATCHED)
    tab.goto("/")
    expect(tab.locator("[data-live-text]")).to_contain_text("Live")


def hidden(tab: Page) -> None:
    expect(tab).to_have_title("(1) Queue · Countersign")
    tab.evaluate(HIDE, True)


def in_sight(tab: Page) -> list[str]:
    found: list[str] = tab.evaluate("told.filter(({ isOpen }) => isOpen).map(({ title }) => title)")
    return found


def happens(socket: Socket, seq: int = 311) -> None:
    socket.event(seq, "ticket.opened", ticket="0193a1b2-0000-7000-8000-00000000aaaa")


def test_the_title_counts_what_waits(tab: Page, pages: PageServer, calls: Calls) -> None:
    calls.waiting = 3

    opened(tab, pages)

    expect(tab).to_have_title("(3) Queue · Countersign")


def test_whoever_did_not_ask_is_asked_nothing_and_sees_a_plain_title(
    tab: Page, pages: PageServer, calls: Calls, socket: Socket
) -> None:
    opened(tab, pages, shell=replace(SHELL, notices_are_on=False))

    happens(socket)
    tab.clock.run_for(60_000)

    expect(tab).to_have_title("Queue · Countersign")
    assert calls.asked == 0


def test_a_new_ticket_is_told_while_nobody_looks(
    tab: Page, pages: PageServer, calls: Calls, socket: Socket
) -> None:
    opened(tab, pages)
    hidden(tab)

    calls.now(2, 1)
    happens(socket)

    expect(tab).to_have_title("(2) Queue · Countersign")
    until(tab, lambda: in_sight(tab) == ["High: ticket #2 in Payments"])
    assert tab.evaluate("told[0].body") == "refund.issue. Decide by 12:30 UTC."


def test_whoever_looks_is_told_by_the_page_alone(
    tab: Page, pages: PageServer, calls: Calls, socket: Socket
) -> None:
    opened(tab, pages)
    expect(tab).to_have_title("(1) Queue · Countersign")

    calls.now(2, 1)
    happens(socket)

    expect(tab).to_have_title("(2) Queue · Countersign")
    assert tab.evaluate("told.length") == 0


def test_a_page_behind_another_that_is_looked_at_tells_nothing(
    tab: Page, pages: PageServer, calls: Calls, socket: Socket
) -> None:
    opened(tab, pages)
    front = tab.context.new_page()
    front.goto("/")
    hidden(tab)

    calls.now(2, 1)
    happens(socket)
    socket.routes[0].send(
        '[{"fleet": "payments-prod", "seq": 311, "name": "ticket.opened", "ids": {}}]'
    )

    expect(tab).to_have_title("(2) Queue · Countersign")
    assert tab.evaluate("told.length") == 0


def test_whoever_looked_twice_in_a_moment_and_then_away_is_told(
    tab: Page, pages: PageServer, calls: Calls, socket: Socket
) -> None:
    opened(tab, pages)
    hidden(tab)
    tab.evaluate(f"for (const isHidden of [false, true, false, true, false]) ({HIDE})(isHidden)")
    until(tab, lambda: tab.evaluate(IN_SIGHT))
    tab.evaluate(HIDE, True)

    calls.now(2, 1)
    happens(socket)

    expect(tab).to_have_title("(2) Queue · Countersign")
    until(tab, lambda: in_sight(tab) == ["High: ticket #2 in Payments"])


def test_a_notice_closes_when_somebody_else_answers(
    tab: Page, pages: PageServer, calls: Calls, socket: Socket
) -> None:
    opened(tab, pages)
    hidden(tab)
    calls.now(2, 1)
    happens(socket)
    until(tab, lambda: len(in_sight(tab)) == 1)

    calls.now(1)
    happens(socket, 312)

    until(tab, lambda: in_sight(tab) == [])
    expect(tab).to_have_title("(1) Queue · Countersign")


def test_many_are_told_as_one_and_leave_with_a_look(
    tab: Page, pages: PageServer, calls: Calls, socket: Socket
) -> None:
    opened(tab, pages)
    hidden(tab)
    calls.now(2, 1)
    happens(socket)
    until(tab, lambda: len(in_sight(tab)) == 1)

    calls.now(6, 5, 4, 3, 2, 1)
    happens(socket, 312)

    until(tab, lambda: in_sight(tab) == ["5 new tickets"])
    tab.evaluate(HIDE, False)
    until(tab, lambda: in_sight(tab) == [])


def test_a_click_on_a_notice_opens_the_ticket(
    tab: Page, pages: PageServer, calls: Calls, socket: Socket
) -> None:
    pages.page("/f/payments-prod/tickets/2/", "<!doctype html><title>Ticket 2</title>")
    opened(tab, pages)
    hidden(tab)
    calls.now(2, 1)
    happens(socket)
    until(tab, lambda: len(in_sight(tab)) == 1)

    tab.evaluate("told[0].notice.dispatchEvent(new Event('click'))")

    tab.wait_for_url("**/f/payments-prod/tickets/2/")


def test_a_server_that_does_not_answer_leaves_no_count_behind(
    tab: Page, pages: PageServer, calls: Calls, socket: Socket
) -> None:
    opened(tab, pages)
    expect(tab).to_have_title("(1) Queue · Countersign")

    calls.status = 503
    happens(socket)

    expect(tab).to_have_title("(?) Queue · Countersign")


def test_after_signing_out_nothing_more_is_told(
    tab: Page, pages: PageServer, calls: Calls, socket: Socket
) -> None:
    opened(tab, pages)
    expect(tab).to_have_title("(1) Queue · Countersign")

    calls.status = 401
    happens(socket)
    expect(tab).to_have_title("Queue · Countersign")
    asked = calls.asked
    happens(socket, 312)
    tab.clock.run_for(60_000)

    assert calls.asked == asked


def account(tab: Page, pages: PageServer, *, are_on: bool) -> None:
    shell = replace(SHELL, notices_are_on=are_on, socket_path="")
    pages.page(
        "/account/", draw("account/index.html", shell=shell, reached=UNREACHED, csrf_token="token")
    )
    pages.on(
        "POST", "/notices/", lambda sent: Answer({"ok": True, "on": "\r\non\r\n" in sent.body})
    )
    tab.goto("/account/")


def test_the_browser_is_asked_on_a_click_and_not_before(
    tab: Page, pages: PageServer, calls: Calls
) -> None:
    # The answer of a person, who is not there.
    tab.add_init_script(
        "window.asked = 0;"
        "Object.defineProperty(Notification, 'permission', { get: () => asked ? 'granted' : 'default' });"
        "Notification.requestPermission = async () => { asked += 1; return 'granted'; };"
    )
    account(tab, pages, are_on=False)
    expect(tab.locator("[data-permission]")).to_be_hidden()
    before = tab.evaluate("asked")

    tab.get_by_role("button", name="Notices are off").click()

    expect(tab.get_by_role("button", name="Notices are on")).to_be_visible()
    expect(tab.locator("[data-permission-words]")).to_have_text("This browser shows notices.")
    expect(tab).to_have_title("(1) Your account · Countersign")
    assert (before, tab.evaluate("asked")) == (0, 1)
    tab.get_by_role("button", name="Notices are on").click()
    expect(tab.locator("[data-permission]")).to_be_hidden()
    expect(tab).to_have_title("Your account · Countersign")


def test_a_blocked_browser_says_how_to_allow_it(
    chromium: Browser, tab: Page, pages: PageServer, calls: Calls
) -> None:
    tab.add_init_script(
        "Object.defineProperty(Notification, 'permission', { get: () => 'denied' });"
    )

    account(tab, pages, are_on=True)

    expect(tab.locator("[data-permission-words]")).to_contain_text(
        "choose Notifications, then Allow"
    )
    expect(tab.get_by_role("button", name="Allow in this browser")).to_be_hidden()


def test_a_person_can_see_one(tab: Page, pages: PageServer, calls: Calls) -> None:
    tab.context.grant_permissions(["notifications"])
    tab.add_init_script(WATCHED)
    account(tab, pages, are_on=True)

    tab.get_by_role("button", name="Show one now").click()

    assert in_sight(tab) == ["Countersign shows notices here"]
