"""Both hands on the keyboard: what a person presses to clear a queue, and what it takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from playwright.sync_api import Page, expect

# The key of an answer and the first letter of a reason for it, by the words on its button.
ANSWERS: Mapping[str, tuple[str, str]] = {
    "Approve": ("a", "t"),
    "Release": ("a", "t"),
    "Acknowledge": ("a", "r"),
    "Re-baseline": ("b", "t"),
    "Pass": ("p", "t"),
    "Resume": ("s", "w"),
    "Dismiss": ("d", "t"),
}
READY = "() => document.querySelector('[data-keys]:not([hidden])') !== null"
AT_NEXT = "() => document.activeElement?.matches('[data-onward]')"
AT_BOX = "() => document.activeElement?.matches('input[type=checkbox]')"
# After how many rows the first group of identical requests stands, and its size.
FIRST_GROUP = """() => {
  const rows = [...document.querySelectorAll("[data-row]")];
  const at = rows.findIndex((row) => Number(row.querySelector("[data-pick]")?.dataset.size) > 1);
  return at < 0 ? [0, 0] : [at + 1, Number(rows[at].querySelector("[data-pick]").dataset.size)];
}"""
# What has the focus, as far as it can be seen; empty where it is seen well.
UNSEEN = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return "the focus is nowhere";
  const look = getComputedStyle(at), box = at.getBoundingClientRect();
  const name = at.outerHTML.slice(0, 80);
  if (!at.matches(":focus-visible") || parseFloat(look.outlineWidth) < 2) return `no ring: ${name}`;
  const isInside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return isInside ? "" : `out of sight: ${name}`;
}"""


def watched(page: Page) -> None:
    """Say that whatever has the focus is seen.

    Raises:
        AssertionError: where it is nowhere, without a ring, or out of sight.
    """
    unseen = page.evaluate(UNSEEN)
    assert unseen == "", unseen


@dataclass
class Hands:
    """A person at a page who has no pointer; ``strokes`` counts the keys that went down.

    ``key_s`` is the time from one key to the next; ``waits_s`` adds up what the page kept the person
    waiting; ``after`` looks at the page after each step.
    """

    page: Page
    password: str
    key_s: float = 0.0
    after: Callable[[Page], None] = lambda _: None
    strokes: int = 0
    waits_s: float = 0.0
    _at: float = field(default=0.0, repr=False)

    def press(self, *keys: str) -> None:
        """Press keys one after the other; a chord is as many strokes as it has keys."""
        for key in keys:
            self._strike(key.count("+") + 1)
            self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        """Type words where the focus is."""
        for letter in words:
            self._strike(1)
            self.page.keyboard.type(letter)

    def step(self, *keys: str) -> None:
        """Press keys and look where that leads."""
        self.press(*keys)
        self.after(self.page)

    def sign_in(self, username: str) -> None:
        """Sign in from the address of the queue."""
        self.page.goto("/queue/")
        # The page itself puts the caret there, some moments after it has loaded on a busy machine.
        expect(self.page.get_by_label("User name")).to_be_focused()
        self.after(self.page)
        self.type(username)
        self.step("Tab")
        self.type(self.password)
        self.press("Enter")
        expect(self.page.get_by_role("heading", name="Queue")).to_be_visible()
        self.wait(READY)

    def stand_at_group(self) -> int:
        """Walk to the first row of identical requests; return how many they are, 0 where none is."""
        place, size = self.page.evaluate(FIRST_GROUP)
        for _ in range(place):
            self.step("j")
        return int(size)

    def decide_group(self, words: str) -> None:
        """Select the row, approve what it stands for with one answer, and come back to the queue."""
        self.step("x")
        self._led_by("t")
        self._reason(*ANSWERS["Approve"], words)
        self._led_by("Enter")
        self._led_by("q")

    def begin(self) -> None:
        """Open the most urgent ticket of the queue."""
        self.step("j")
        self.go_on()

    def go_on(self) -> bool:
        """Follow the link that has the focus; return whether it led to a ticket."""
        self._led_by("Enter")
        return "/tickets/" in self.page.url

    def decide(self, words: str) -> str:
        """Give the answer that lets things go on, and return the word for it."""
        answer = self.offered()
        self._reason(*ANSWERS[answer], words)
        self.press("Enter")
        self._waited(AT_NEXT)
        self.after(self.page)
        return answer

    def offered(self) -> str:
        """Read which answer lets things go on here."""
        labels = [each.strip() for each in self.page.locator("[data-choice]").all_inner_texts()]
        return next(answer for answer in ANSWERS if answer in labels)

    def wait(self, condition: str) -> None:
        """Wait as a person does who sees that the page is not there yet."""
        self.page.wait_for_function(condition)

    def _reason(self, key: str, letter: str, words: str) -> None:
        """Go from the choice's key to its confirmation, and stand on Yes."""
        self.step(key)
        while self.page.evaluate(AT_BOX):
            self.step("Space", "Tab")
        self.step(letter)
        self.step("Tab")
        self.type(words)
        if self.page.get_by_label("Your password").is_visible():
            self.step("Tab")
            self.type(self.password)
        self.step("Control+Enter")
        self.step("Tab")

    def _led_by(self, key: str) -> None:
        """Press a key that leads to another page, and wait for that."""
        with self.page.expect_navigation(wait_until="commit"):
            self.press(key)
        self._waited(READY)

    def _strike(self, keys: int) -> None:
        """Let the time of so many keys pass since the last one went down."""
        time.sleep(max(0.0, self._at + self.key_s * keys - time.monotonic()))
        self._at = time.monotonic()
        self.strokes += keys

    def _waited(self, condition: str) -> None:
        """Wait for what the last key brings about; the next key takes its time from then on."""
        self.wait(condition)
        self.waits_s += time.monotonic() - self._at
        self._at = time.monotonic()
