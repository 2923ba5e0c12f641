"""What a person does in their browser."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Page, expect


def sign_in(page: Page, username: str, password: str) -> None:
    """Sign in through the form and arrive at the queue."""
    page.goto("/sign-in/")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()


@dataclass(frozen=True, slots=True)
class Desk:
    """A signed-in person at an open tab."""

    page: Page

    def watch_queue(self) -> None:
        """Open the queue and wait for its live connection."""
        self.page.goto("/queue/")
        expect(self.page.locator("[data-live]")).to_contain_text("Live")
        self.page.evaluate("() => { window.neverReloaded = true }")

    def sees_appear(self, title: str, *, within_s: float = 10) -> None:
        """Find a ticket that came while the queue was open, without loading the page again."""
        ticket = self.page.get_by_role("link", name=title, exact=True)
        more = self.page.get_by_role("button", name=re.compile(r"^Show \d+ new ticket"))
        # Under rows that somebody may be reading, new ones wait behind a button.
        expect(ticket.or_(more).first).to_be_visible(timeout=within_s * 1000)
        if more.is_visible():
            more.click()
        expect(ticket).to_be_visible()
        assert self.page.evaluate("() => window.neverReloaded")

    def open_ticket(self, url: str) -> None:
        """Open the page of a ticket."""
        self.page.goto(url)

    def decide(self, choice: str, *, reason: str, words: str, password: str = "") -> None:
        """Fill the form, choose, and answer the question that follows."""
        # A form that is sent before its scripts run asks no question: it decides.
        self.page.get_by_label("Reason").wait_for()
        self.page.wait_for_load_state()
        self.page.get_by_label("Reason").select_option(label=reason)
        self.page.get_by_label("In your words").fill(words)
        if password:
            self.page.get_by_label(re.compile("^Your password")).fill(password)
        self.page.get_by_role("button", name=choice).first.click()
        self.page.get_by_role("button", name=f"Yes, {choice.lower()}").click()
