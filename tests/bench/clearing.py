"""How long a mixed queue takes one person by keyboard: ``python -m tests.bench.clearing``.

Runs the stack of ``manage.py up`` in a scratch home and a real browser in which rita clears tickets
of every kind and every level of risk, identical requests together, and mona after her what takes a
second person or a manager. Every key takes ``--key-ms``, 150 by default: between a good typist's
120 ms and a skilled one's 200 ms in the keystroke-level model (S. K. Card, T. P. Moran, A. Newell,
1980, Commun. ACM 23(7), 396-410). The target is about input; with the model's mental act before each
decision, 1.35 s, it is printed beside it. Options: ``--key-ms N``, ``--alone`` to decide identical
requests one by one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser import chromium_running
from tests.e2e.hands import Hands
from tests.e2e.mixture import PASSWORD, Mix, mixtures_opened
from tests.e2e.stack import stack_running

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import Page

    from tests.e2e.mixture import Mixture

TARGET_S, MENTAL_S = 300.0, 1.35
# Two in five repeat another, as retries and batches do: an own choice.
MIX = Mix(
    low=8, medium=10, high=6, critical=4, alike=(12, 10, 8, 6, 4),
    incidents=8, audits=14, drifts=3, releases=5, cascades=1, rings=1,
)  # fmt: skip
WORDS: Mapping[str, str] = {
    "Approve": "Order fits.",
    "Release": "Mended.",
    "Acknowledge": "Rightly so.",
    "Re-baseline": "It moved.",
    "Pass": "Good work.",
    "Resume": "Input fits.",
    "Dismiss": "One team.",
}


class Clerk:
    """One person at work; ``took_s`` is how long each decision took, by what was answered."""

    def __init__(self, page: Page, key_s: float) -> None:
        """Sit down at a page."""
        self.hands = Hands(page, PASSWORD, key_s=key_s)
        self.took_s: dict[str, list[float]] = defaultdict(list)
        self.settled = 0

    def clear(self) -> None:
        """Decide what the queue offers, the most urgent first, until nothing is left."""
        self.hands.begin()
        goes_on = True
        while goes_on:
            began = time.monotonic()
            answer = self.hands.offered()
            self.hands.decide(WORDS[answer])
            goes_on = self.hands.go_on()
            self._note(answer, began, 1)

    def clear_alike(self) -> None:
        """Answer each group of identical requests together."""
        while size := self.hands.stand_at_group():
            began = time.monotonic()
            self.hands.decide_group(WORDS["Approve"])
            self._note("Approve, identical together", began, size)

    def _note(self, answer: str, began: float, settled: int) -> None:
        self.took_s[answer].append(time.monotonic() - began)
        self.settled += settled


def main() -> int:
    """Measure, print, and return 0 if the target is met."""
    options = _options()
    with (
        tempfile.TemporaryDirectory(prefix="cs-clearing-") as folder,
        stack_running(Path(folder)) as stack,
        chromium_running() as browser,
    ):
        [queue] = mixtures_opened(stack, MIX, "quay")
        page = browser.new_page(base_url=stack.url, viewport={"width": 1440, "height": 900})
        rita, mona = (Clerk(page, options.key_ms / 1e3) for _ in range(2))
        for clerk, persona in ((rita, "rita"), (mona, "mona")):
            page.context.clear_cookies()
            clerk.hands.sign_in(queue.user(persona))
            clerk.hands.strokes, clerk.hands.waits_s = 0, 0.0
            if not options.alone and clerk is rita:
                clerk.clear_alike()
            clerk.clear()
        return _print(queue, options.key_ms, rita, mona)


def _print(queue: Mixture, key_ms: float, *clerks: Clerk) -> int:
    print(f"{'seconds for each decision':<34}{'n':>5}{'median':>9}{'worst':>9}{'all':>9}")
    took = [(answer, each) for clerk in clerks for answer, each in clerk.took_s.items()]
    for answer, each in took:
        middle = sorted(each)[len(each) // 2]
        print(f"{answer:<34}{len(each):>5}{middle:>9.1f}{max(each):>9.1f}{sum(each):>9.0f}")
    count = sum(len(each) for _, each in took)
    total_s = sum(sum(each) for _, each in took)
    strokes = sum(clerk.hands.strokes for clerk in clerks)
    waits_s = sum(clerk.hands.waits_s for clerk in clerks)
    cleared = queue.mix.total - queue.waiting()
    print(f"{cleared} of {queue.mix.total} tickets in {count} decisions, {strokes} keys of", end="")
    print(f" {key_ms:.0f} ms ({strokes / count:.1f} each), {waits_s:.0f} s of waiting for the page")
    is_met = cleared == queue.mix.total and total_s < TARGET_S
    thinking = (total_s + MENTAL_S * count) / 60
    print(f"{total_s / 60:.2f} min; with {MENTAL_S} s of thought before each {thinking:.2f} min")
    print(f"target: under {TARGET_S / 60:.0f} min of input: {'met' if is_met else 'MISSED'}")
    return 0 if is_met else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--key-ms", type=float, default=150.0, help="how long each key takes")
    parser.add_argument("--alone", action="store_true", help="identical requests one by one")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
