"""What an admin does in the browser before a policy changes: draft a value, try it on the record."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

LONG_MS = 60_000


def drafted(page: Page, fleet: str, field: str, value: str) -> None:
    """Put another value of one field in the fleet's draft."""
    page.goto(f"/f/{fleet}/policy/?q={field.partition(',')[0].replace(' ', '+')}")
    page.get_by_label(re.compile(f"^{re.escape(field)}, ")).fill(value)
    page.get_by_role("button", name="Keep in the draft").click()
    expect(page.get_by_role("complementary", name="The draft")).to_contain_text(field)


def backtest_run(page: Page) -> None:
    """Press the button of the page of backtests, and see that one runs."""
    page.get_by_role("button", name="Run a backtest").click()
    expect(page.get_by_role("heading", name="Running")).to_be_visible()


def backtest_done(page: Page, field: str) -> Locator:
    """Wait until the newest backtest of a field is done, and return its line."""
    newest = page.get_by_role("listitem").filter(has_text=field).first
    expect(newest).to_contain_text(re.compile(r"Done at .* UTC"), timeout=LONG_MS)
    return newest
