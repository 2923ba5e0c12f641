"""What goes wrong around a decision, made to go wrong: docs/failures.md has the whole table."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from examples.client import ExpiredError, Task, UnavailableError
from tests.chaos.victims import Victim
from tests.e2e.airwaves import Airwaves
from tests.e2e.desk import Desk
from tests.e2e.outage import database_down, gate_back, held
from tests.e2e.stack import Stack, until

pytestmark = pytest.mark.browser

Seat = Callable[[str], Desk]
DESK_REASON = "Not needed, or done already"


@dataclass(frozen=True)
class Question:
    """What an agent asked, and where a person decides it."""

    stack: Stack
    task: Task
    title: str

    @property
    def ticket(self) -> str:
        """Return the id of its ticket."""
        assert self.task.ticket is not None
        return str(self.task.ticket["id"])

    @property
    def url(self) -> str:
        """Return where it is decided."""
        assert self.task.ticket is not None
        return str(self.task.ticket["url"])

    def votes(self) -> int:
        """Return how many answers are stored."""
        return self.stack.count("escalations_vote", ticket_id=self.ticket)

    def state(self) -> str:
        """Return where the task stands by now."""
        return self.stack.gate.task_read(self.task.id).state


Ask = Callable[[], Question]


def withdrawn(question: Question) -> bool:
    """Withdraw what still waits; return whether the gate could answer at all."""
    gate = question.stack.gate
    try:
        now = gate.task_read(question.task.id)
        if now.state in {"PENDING", "READY"}:
            gate.cancel(now, "The test is over.")
    except UnavailableError:
        return False
    return True


@pytest.fixture
def ask(stack: Stack) -> Iterator[Ask]:
    """Let an agent ask for something that one person decides; what is left open is withdrawn."""
    raised: list[Question] = []

    def asked() -> Question:
        title = f"Refund {uuid4().hex[:8]}"
        raised.append(Question(stack, stack.refund_ask(title), title))
        return raised[-1]

    yield asked
    until(lambda: all(map(withdrawn, raised)))


def denied(desk: Desk, words: str) -> None:
    desk.decide("Deny", reason=DESK_REASON, words=words)


def light(page: Page) -> str:
    return page.text_content("[data-live-text]") or ""


def test_a_decision_that_cannot_be_sent_is_not_recorded_and_never_sent_later(
    desk: Seat, stack: Stack, ask: Ask
) -> None:
    asked = ask()
    rita = desk("rita")
    rita.open_ticket(asked.url)
    rita.page.context.set_offline(True)
    denied(rita, "Paid on Monday.")
    expect(rita.page.get_by_text("Not recorded: the server did not answer.")).to_be_visible()
    expect(rita.page.get_by_label("In your words")).to_have_value("Paid on Monday.")

    rita.page.context.set_offline(False)
    rita.page.wait_for_timeout(3_000)
    assert asked.votes() == 0
    rita.page.get_by_role("button", name="Try again").click()

    expect(rita.page.locator("[data-ruling]")).to_contain_text("Denied")
    assert asked.votes() == 1


def test_a_decision_whose_answer_got_lost_is_sent_again_with_its_key_and_counts_once(
    desk: Seat, stack: Stack, ask: Ask
) -> None:
    asked = ask()
    rita = desk("rita")
    keys: list[str | None] = []
    rita.page.on(
        "request",
        lambda sent: (
            keys.append(sent.headers.get("idempotency-key"))
            if sent.url.endswith("/decide/")
            else None
        ),
    )
    rita.open_ticket(asked.url)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    # Its page would hear of the decision otherwise, which the answer did not tell.
    rita.page.route_web_socket("**/ws/**", lambda _route: None)
    rita.page.reload()
    rita.page.route("**/decide/", lose, times=1)
    denied(rita, "Paid on Monday.")
    expect(rita.page.get_by_text("Not recorded: the server did not answer.")).to_be_visible()
    assert asked.votes() == 1

    rita.page.get_by_role("button", name="Try again").click()

    expect(rita.page.locator("[data-ruling]")).to_contain_text("Denied")
    assert asked.votes() == 1
    assert keys[0]
    assert keys == [keys[0], keys[0]]


def test_a_lost_socket_is_said_within_5_s_polled_and_caught_up_with(
    desk: Seat, stack: Stack, ask: Ask
) -> None:
    rita, airwaves = desk("rita"), Airwaves()
    airwaves.carry(rita.page)
    rita.watch_queue()
    airwaves.cut()

    banner = rita.page.locator("[data-live-banner]")
    expect(banner).to_contain_text("decisions work as always", timeout=5_000)
    assert light(rita.page).startswith("Polling every 10")
    polled = ask()
    rita.sees_appear(polled.title, within_s=13)
    ticket = rita.page.get_by_role("link", name=polled.title, exact=True)
    ticket.click()
    denied(rita, "Decided without a socket.")
    expect(rita.page.locator("[data-ruling]")).to_contain_text("Denied")
    rita.page.goto("/queue/")
    expect(banner).to_contain_text("decisions work as always", timeout=5_000)

    airwaves.are_down = False
    expect(rita.page.locator("[data-live]")).to_have_class("live", timeout=15_000)
    expect(banner).to_be_hidden()


def test_a_lost_notice_leaves_a_gap_that_the_page_fills(desk: Seat, ask: Ask) -> None:
    rita, airwaves = desk("rita"), Airwaves(loses="ticket.opened")
    airwaves.carry(rita.page)
    rita.watch_queue()

    lost = ask()
    until(lambda: _waited(rita.page) and airwaves.lost > 0)
    airwaves.loses = ""
    ask()

    rita.sees_appear(lost.title, within_s=5)


def _waited(page: Page) -> bool:
    # Time passes for the page's sockets only while the test waits on it.
    page.wait_for_timeout(50)
    return True


def test_a_stopped_broker_holds_up_no_gate_and_no_decision_and_loses_no_event(
    desk: Seat, stack: Stack, ask: Ask
) -> None:
    asked = ask()
    rita, ravi = desk("rita"), desk("ravi")
    rita.open_ticket(asked.url)
    ravi.watch_queue()

    with held(stack, Victim.VALKEY):
        denied(rita, "Decided without a broker.")
        expect(rita.page.locator("[data-ruling]")).to_contain_text("Denied", timeout=15_000)
        late = ask()
        assert late.task.state == "PENDING"
        waiting = stack.count("governance_event", pushed_at=None)
        ravi.sees_appear(late.title, within_s=25)

    assert waiting > 0
    until(lambda: stack.count("governance_event", pushed_at=None) == 0)


def test_without_a_database_the_gate_says_when_to_ask_again_and_no_decision_is_accepted(
    desk: Seat, stack: Stack, ask: Ask
) -> None:
    asked = ask()
    rita = desk("rita")
    rita.open_ticket(asked.url)

    with database_down(stack):
        answer = httpx.post(
            f"{stack.url}/api/v1/tasks",
            headers={"Authorization": f"Bearer {stack.key}", "Content-Type": "application/json"},
            content=json.dumps({"agent": "shop-payouts"}),
            timeout=30,
        )
        ready = httpx.get(f"{stack.url}/readyz", timeout=30)
        denied(rita, "Paid on Monday.")
        expect(rita.page.get_by_text(re.compile("^Not recorded: the server"))).to_be_visible(
            timeout=20_000
        )
        expect(rita.page.get_by_label("In your words")).to_have_value("Paid on Monday.")

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) >= 1
    assert (ready.status_code, ready.json()["database"]) == (503, "away")
    assert asked.votes() == 0
    # Each process finds out by itself that the database is back.
    until(lambda: recorded_by_now(rita.page))
    assert asked.votes() == 1
    gate_back(stack)


def recorded_by_now(page: Page) -> bool:
    """Try again where that is offered; return whether the decision is recorded."""
    again = page.get_by_role("button", name="Try again")
    if again.is_visible():
        again.click()
    page.wait_for_timeout(500)
    return page.locator("[data-ruling]").is_visible()


def test_a_closed_laptop_is_stale_after_90_s_and_its_ticket_is_back_when_the_lease_ends(
    desk: Seat, stack: Stack, ask: Ask
) -> None:
    taken, left = ask(), ask()
    rita, ravi = desk("rita"), desk("ravi")
    for asked in (taken, left):
        rita.open_ticket(asked.url)
        rita.page.get_by_role("button", name=re.compile("^Claim")).first.click()
        expect(rita.page.get_by_role("button", name="Let go")).to_be_visible()
    rita.page.context.close()

    stack.clock_forward(91)
    ravi.open_ticket(taken.url)
    ravi.page.get_by_role("button", name="Take over").click()
    expect(ravi.page.get_by_role("button", name="Let go")).to_be_visible()
    ravi.watch_queue()
    row = ravi.page.locator("[data-row]").filter(has_text=left.title)
    expect(row).to_contain_text("Rita Okafor")
    stack.clock_forward(9 * 60)

    # Late on a busy machine; the page hears of it from then on.
    until(lambda: stack.count("escalations_ticket", id=left.ticket, claimed_by_id=None) == 1)
    expect(row).not_to_contain_text("Rita Okafor", timeout=10_000)
    assert left.state() == "PENDING"


def test_a_dead_beat_leaves_deadlines_in_force_and_is_told(stack: Stack, ask: Ask) -> None:
    read, started, left = ask(), ask(), ask()

    with held(stack, Victim.BEAT):
        # What it has sent already is worked off.
        time.sleep(3)
        stack.clock_forward(31 * 60)
        assert read.state() == "EXPIRED"
        with pytest.raises(ExpiredError):
            stack.gate.start(started.task)
        ready = stack.ready()

    assert (ready["sweeper"], ready["sweeper_lag_s"] > 30) == ("late", True)
    until(lambda: stack.count("escalations_ticket", id=left.ticket, state="EXPIRED") == 1)
    until(lambda: stack.ready()["sweeper"] == "ok")


def test_a_dead_courier_is_told_and_the_next_one_sends_what_waits(desk: Seat, stack: Stack) -> None:
    page = desk("adam").page
    page.goto("/f/shop/webhooks/")
    page.get_by_label("What people call it").fill("SIEM")
    page.get_by_label("Where to").fill("https://127.0.0.1:9/")
    page.get_by_label("webhook.*").check()
    page.get_by_role("button", name="Add it and show its secret").click()
    expect(page.get_by_label("Copy it now")).to_have_value(re.compile("^whsec_[0-9a-f]{64}$"))

    with held(stack, Victim.COURIER):
        page.get_by_role("button", name="Send a test").click()
        message = page.get_by_role("listitem").filter(has_text="webhook.tested")
        expect(message).to_contain_text("Not tried yet.", timeout=20_000)
        stack.clock_forward(100)
        until(lambda: stack.ready()["courier"] == "late")

    # Nothing is sent to this machine; that was asked, and is in the log.
    expect(message).to_contain_text("127.0.0.1 is this machine", timeout=60_000)
    until(lambda: stack.ready()["courier"] == "ok")
    page.get_by_text("End this webhook…").click()
    page.get_by_role("button", name="End this webhook").click()
    expect(page.get_by_text("Nothing is sent since")).to_be_visible(timeout=20_000)
