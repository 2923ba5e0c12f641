"""The demo's drifting agent, watched in a browser: found, demoted, explained, asked about."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.desk import Desk

pytestmark = pytest.mark.browser

WITHIN_MS = 300_000


def test_the_drifting_agent_is_found_within_five_minutes(
    story: None, desk: Callable[[str], Desk]
) -> None:
    page = desk("rita").page
    page.goto("/f/shop/agents/?q=pricing")
    page.evaluate("() => { window.neverReloaded = true }")
    row = page.get_by_role("row", name=re.compile("Pricing analyst"))

    # The open list shows it by itself.
    expect(row.get_by_text("Drifting")).to_be_visible(timeout=WITHIN_MS)
    assert page.evaluate("() => window.neverReloaded")
    row.get_by_role("link", name="Pricing analyst", exact=True).click()

    drift = page.locator('[data-part="drift"]')
    expect(drift.get_by_text("Costs more")).to_be_visible()
    expect(
        drift.get_by_text(
            re.compile(
                r"The last \d+ tasks cost 0\.0\d+ USD each, within .*; normal for this agent"
            )
        )
    ).to_be_visible()
    expect(drift.get_by_text(re.compile(r"n = \d+ tasks"))).to_be_visible()
    moves = page.locator('[data-part="moves"]')
    expect(moves.get_by_text("Drift", exact=True)).to_be_visible()
    expect(moves.get_by_text("Tier fell").first).to_be_visible()

    drift.get_by_role("link", name=re.compile(r"Ticket \d+ asks")).click()
    expect(page.get_by_text(re.compile(r"The last \d+ tasks cost")).first).to_be_visible()
