"""The demo's failure loop, watched in a browser: found, contained, explained, settled."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.desk import Desk
from tests.e2e.stack import Stack

pytestmark = pytest.mark.browser

WITHIN_MS = 300_000


def test_the_failure_loop_is_contained_within_five_minutes(
    stack: Stack, story: None, desk: Callable[[str], Desk]
) -> None:
    page = desk("rita").page
    page.goto("/f/shop/cascades/")

    # The open page shows it by itself.
    incident = page.get_by_role("link", name=re.compile("^Round-up on ")).first
    expect(incident).to_be_visible(timeout=WITHIN_MS)
    incident.click()

    expect(page.get_by_text(re.compile(r"below failed parents failed too"))).to_be_visible()
    expect(page.get_by_text("above 1 it spreads")).to_be_visible()
    tree = page.locator('[data-part="tree"]')
    expect(tree.get_by_text("Failed", exact=True).first).to_be_visible()
    expect(tree.get_by_text("Tainted", exact=True).first).to_be_visible()
    held = page.locator('[data-part="held"]')
    expect(held.get_by_text("Settle…").first).to_be_visible()
    waiting = held.get_by_role("listitem").count()

    held.get_by_text("Settle…").first.click()
    held.get_by_label("Reason").first.fill("The pages are garbled; nothing of this is needed.")
    held.get_by_role("button", name="Cancel").first.click()

    expect(held.get_by_role("listitem")).to_have_count(waiting - 1)
    expect(tree.get_by_text("Cancelled", exact=True)).to_be_visible()
