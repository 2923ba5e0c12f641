"""How soon people see a ticket: ``python -m tests.bench.cards``.

Runs the stack of ``manage.py up`` in a scratch home, with a real browser on the queue and other
sockets that hear the same. Agents ask one question after the other; timed is from the sending of
each ``POST tasks`` to the card, where the queue was empty, and to "Show 1 new ticket" over the
list, where rows that somebody may be reading do not move. Options: ``--tickets N``, ``--sockets N``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

from websockets.exceptions import ConnectionClosed

from tests.browser import chromium_running
from tests.e2e.desk import sign_in
from tests.e2e.stack import Stack, stack_running
from tests.e2e.wire import live_socket, signed_in

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from websockets.sync.client import ClientConnection

    from examples.client import Task

MEDIAN_TARGET_MS, P95_TARGET_MS = 400.0, 1000.0
VISIBLE_WITHIN_MS = 15_000
# The counter's words and the cards' titles, each with when it first showed.
WATCH = """() => {
  window.shownAt = {};
  const note = (key) => { if (!(key in window.shownAt)) window.shownAt[key] = Date.now(); };
  const look = () => {
    const button = document.querySelector("[data-show-new]");
    if (button && !button.hidden) note("counter:" + button.textContent.trim());
    for (const row of document.querySelectorAll("[data-row]")) note("card:" + row.textContent);
  };
  new MutationObserver(() => requestAnimationFrame(look)).observe(
    document.body, {attributes: true, childList: true, characterData: true, subtree: true});
}"""
SEEN = """([kind, words]) => {
  const key = Object.keys(window.shownAt).find(
    (each) => each.startsWith(kind + ":") && each.includes(words));
  return key ? window.shownAt[key] : 0;
}"""


def main() -> int:
    """Measure, print, and return 0 if both targets are met."""
    options = _options()
    with (
        tempfile.TemporaryDirectory(prefix="cs-cards-") as folder,
        stack_running(Path(folder)) as stack,
        _listeners(stack, options.sockets) as sockets,
        ThreadPoolExecutor(1) as agent,
    ):
        counters, cards = _shown(stack, agent, options.tickets)
        heard = [socket.heard for socket in sockets]
    print(
        f"{'milliseconds from sending POST tasks to':<42}{'n':>5}{'median':>9}{'p95':>9}{'worst':>9}"
    )
    met = [
        _print("the counter over a list with rows", counters),
        _print("the card, where the queue was empty", cards),
    ]
    print(f"sockets open {len(heard)}, frames heard by each: {min(heard, default=0)} at least")
    print(
        f"targets: {MEDIAN_TARGET_MS:.0f} ms median, {P95_TARGET_MS:.0f} ms at the 95th percentile"
    )
    return 0 if all(met) else 1


def _shown(stack: Stack, agent: ThreadPoolExecutor, count: int) -> tuple[list[float], list[float]]:
    """Return how long each ticket took to the counter, and to its card in an empty queue."""
    with chromium_running() as browser:
        page = browser.new_page(base_url=stack.url, viewport={"width": 1440, "height": 900})
        sign_in(page, "rita", stack.passwords["rita"])
        cards = [_timed(page, stack, agent, "card", f"Card {n}") for n in range(count)]
        held = _ask(stack, agent, "It stays").result()[1]
        counters = [_timed(page, stack, agent, "counter", f"Counted {n}") for n in range(count)]
        stack.gate.cancel(held, "Measured.")
    return counters, cards


def _timed(page: Page, stack: Stack, agent: ThreadPoolExecutor, kind: str, title: str) -> float:
    """Let an agent ask while the queue is open; return after how many ms the page showed it."""
    page.goto("/queue/")
    page.wait_for_selector("[data-live]:not(.wait):not(.poll):not(.stale)")
    page.evaluate(WATCH)
    asked = _ask(stack, agent, title)
    words = title if kind == "card" else "1 new ticket"
    page.wait_for_function(SEEN, arg=[kind, words], timeout=VISIBLE_WITHIN_MS)
    seen_ms = float(page.evaluate(SEEN, [kind, words]))
    sent_ms, task = asked.result()
    stack.gate.cancel(task, "Measured.")
    return seen_ms - sent_ms


def _ask(stack: Stack, agent: ThreadPoolExecutor, title: str) -> Future[tuple[float, Task]]:
    """Ask from a thread of its own; the result is when it was sent (epoch ms), and the task."""

    def ask() -> tuple[float, Task]:
        sent_ms = time.time() * 1e3
        return sent_ms, stack.refund_ask(title)

    return agent.submit(ask)


class Listener(threading.Thread):
    """A socket that hears everything and counts it."""

    def __init__(self, wire: ClientConnection) -> None:
        """Listen until the connection is closed."""
        super().__init__(daemon=True)
        self._wire, self.heard = wire, 0

    def run(self) -> None:
        """Count the frames."""
        with suppress(ConnectionClosed):
            for _ in self._wire:
                self.heard += 1


@contextmanager
def _listeners(stack: Stack, count: int) -> Iterator[list[Listener]]:
    """Keep sockets of another person open, as that many open pages would."""
    with ExitStack() as opened:
        ravi = opened.enter_context(signed_in(stack.url, "ravi", stack.passwords["ravi"]))
        wires = [opened.enter_context(live_socket(ravi, "/ws/queue/")) for _ in range(count)]
        listeners = [Listener(wire) for wire in wires]
        for listener in listeners:
            listener.start()
        yield listeners


def _print(name: str, each_ms: list[float]) -> bool:
    """Print one line of the table; return whether it meets the targets."""
    each = sorted(each_ms)
    middle, high = median(each), quantiles(each, n=20, method="inclusive")[18]
    print(f"{name:<42}{len(each):>5}{middle:>9.0f}{high:>9.0f}{each[-1]:>9.0f}")
    return middle <= MEDIAN_TARGET_MS and high <= P95_TARGET_MS


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--tickets", type=int, default=100, help="timed to the card and counter")
    parser.add_argument("--sockets", type=int, default=50, help="other sockets that hear the same")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
