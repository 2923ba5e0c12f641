"""Two people decide one ticket at the same instant: one wins, the other is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from examples.client import Task
from tests.e2e.desk import Desk, sign_in
from tests.e2e.stack import Stack

pytestmark = pytest.mark.browser

ROUNDS = range(50)
# Half of the rounds are two approvals, half a veto against an approval.
SECOND_MOVES = (("approve", "requester_asked"), ("deny", "not_needed"))
HEAD_START_S = 0.15
PREPARE = """async (url) => {
  const panel = await (await fetch(url + "panel/")).text();
  const drawn = new DOMParser().parseFromString(panel, "text/html");
  window.form = drawn.querySelector("form[data-decide]");
}"""
# Both browsers run on one machine, so they read one clock.
STRIKE = """([url, choice, code, words, at]) => {
  const body = new FormData(window.form);
  body.set("choice", choice);
  body.set("reason_code", code);
  body.set("reason_text", words);
  const headers = {Accept: "application/json", "Idempotency-Key": body.get("idempotency_key")};
  while (Date.now() < at) {}
  window.struck = fetch(url + "decide/", {method: "POST", headers, body}).then(
    async (answer) => ({status: answer.status, ...(await answer.json())}));
}"""


@dataclass(frozen=True)
class Rival:
    """A person in a browser of their own, the finger on the button."""

    name: str
    page: Page

    def strike(self, url: str, choice: str, code: str, *, at_ms: float) -> None:
        """Send the decision at ``at_ms``, without waiting for the answer."""
        self.page.evaluate(STRIKE, [url, choice, code, f"{self.name} says {choice}", at_ms])

    def struck(self) -> dict[str, Any]:
        """Return status and body of the answer."""
        answer: dict[str, Any] = self.page.evaluate("() => window.struck")
        return {"who": self.name, **answer}


@pytest.fixture(scope="module")
def rivals(chromium: Browser, stack: Stack) -> Iterator[tuple[Rival, Rival]]:
    contexts = [chromium.new_context(base_url=stack.url) for _ in range(2)]
    pages = [context.new_page() for context in contexts]
    sign_in(pages[0], "rita", stack.passwords["rita"])
    sign_in(pages[1], "ravi", stack.passwords["ravi"])
    yield Rival("Rita Okafor", pages[0]), Rival("Ravi Nair", pages[1])
    for context in contexts:
        context.close()


@pytest.fixture
def asked(stack: Stack) -> Iterator[Task]:
    """Return a task that waits for one approval, and withdraw it when the round is over."""
    task = stack.refund_ask("Refund 300.00 USD")
    yield task
    now = stack.gate.task_read(task.id)
    if now.state in {"PENDING", "READY"}:
        stack.gate.cancel(now, "The round is over.")


@pytest.mark.parametrize("number", ROUNDS)
def test_one_wins_and_the_other_is_told_who_when_and_what(
    rivals: tuple[Rival, Rival], asked: Task, stack: Stack, number: int
) -> None:
    assert asked.ticket is not None
    url = asked.ticket["url"]
    moves = (("approve", "arguments_checked"), SECOND_MOVES[number % 2])
    for rival in rivals:
        rival.page.evaluate(PREPARE, url)
    at_ms = (time.time() + HEAD_START_S) * 1000
    for rival, (choice, code) in zip(rivals, moves, strict=True):
        rival.strike(url, choice, code, at_ms=at_ms)

    first, second = sorted(
        (rival.struck() for rival in rivals), key=lambda answer: answer["status"]
    )

    assert (first["status"], second["status"]) == (200, 409)
    assert second["current"]["by"] == first["who"]
    assert second["current"]["at"]
    assert second["current"]["resolution"] == first["ticket"]["resolution"]
    approved = first["ticket"]["resolution"] == "approved"
    assert stack.count("governance_grant", task_id=asked.id) == int(approved)


def test_the_slower_person_sees_who_decided_and_keeps_their_words(
    desk: Callable[[str], Desk], asked: Task
) -> None:
    assert asked.ticket is not None
    rita, ravi = desk("rita"), desk("ravi")
    # Without its socket the page learns of others only when it polls, ten seconds later.
    ravi.page.route_web_socket("**/ws/**", lambda _route: None)
    ravi.open_ticket(asked.ticket["url"])
    rita.open_ticket(asked.ticket["url"])
    rita.decide("Deny", reason="Not needed, or done already", words="Paid on Monday.")
    expect(rita.page.locator("[data-ruling]")).to_contain_text("Denied")

    ravi.decide("Approve", reason="The arguments are right", words="Order and amount match.")

    conflict = ravi.page.locator("[data-conflict]")
    expect(conflict).to_contain_text("Rita Okafor decided first")
    expect(conflict).to_contain_text("Paid on Monday.")
    expect(conflict).to_contain_text("Order and amount match.")
