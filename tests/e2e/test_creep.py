"""Authority creep, watched in the live demo: asked for, denied, taken all the same, stopped."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.desk import sign_in
from tests.e2e.story import Demo, demo_running

pytestmark = pytest.mark.browser

# The story itself takes under four minutes to get there; a busy machine is given one more.
SHOWN_WITHIN_MIN = 5.0


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with demo_running(tmp_path_factory.mktemp("creep")) as running:
        yield running


@pytest.fixture
def manager(chromium: Browser, demo: Demo) -> Iterator[Page]:
    context = chromium.new_context(base_url=demo.url, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    sign_in(page, "mona", demo.passwords["mona"])
    yield page
    context.close()


def test_a_clerk_that_takes_a_tool_it_was_not_given_is_latched_within_five_minutes(
    manager: Page, demo: Demo
) -> None:
    manager.goto(f"/f/{demo.fleet}/agents/?q=payments-clerk")
    manager.get_by_role("link", name="Payments clerk").first.click()
    breaker = manager.locator('[data-part="breaker"]')

    expect(breaker).to_contain_text("Latched", timeout=demo.left_s(SHOWN_WITHIN_MIN) * 1000)

    expect(breaker).to_contain_text(
        "During a task with invoices.read it used limits.raise: nobody approved that, and its"
        " mandate (invoices.read, invoices.pay) does not name it."
    )
    decisions = manager.locator('[data-part="decisions"]')
    expect(decisions).to_contain_text("limits.raise joined the task and is outside the mandate.")
    ticket = manager.get_by_role("link", name=re.compile("^Release ticket #"))
    expect(ticket).to_be_visible()
    ticket.click()
    expect(manager.get_by_role("heading", level=1)).to_contain_text("Payments clerk")
