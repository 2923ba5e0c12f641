"""The demo's story from its first minute: four failures, each shown within five minutes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.desk import Desk, sign_in
from tests.e2e.story import Demo, demo_running

pytestmark = pytest.mark.browser

SHOWN_WITHIN_MIN = 5.0
# A page takes itself anew after a verdict; the worker publishes that within seconds.
BOOKED_MS = 15_000


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    with demo_running(tmp_path) as running:
        yield running


@pytest.fixture
def open_as(chromium: Browser, demo: Demo) -> Iterator[Callable[[str, str], Page]]:
    """Open a page of the demo's fleet for a person; no script of it may fail."""
    contexts: list[BrowserContext] = []
    failures: list[str] = []

    def opened(username: str, path: str) -> Page:
        context = chromium.new_context(base_url=demo.url, viewport={"width": 1440, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: failures.append(str(error)))
        sign_in(page, username, demo.passwords[username])
        page.goto(f"/f/{demo.fleet}/{path}")
        page.evaluate("() => { window.neverReloaded = true }")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert failures == []


def test_cascade_drift_creep_and_collusion_show_within_five_minutes(
    demo: Demo, open_as: Callable[[str, str], Page]
) -> None:
    cascades = open_as("rita", "cascades/")
    agents = open_as("rita", "agents/?q=pricing")
    clerk = open_as("mona", "agents/?q=payments-clerk")
    traders = open_as("mona", "collusion/")
    buyer = open_as("rita", "agents/?q=Ad+buyer")
    buyer.get_by_role("link", name="Ad buyer").first.click()
    buyer.evaluate("() => { window.neverReloaded = true }")
    queue = open_as("rita", "../../queue/?kind=collusion")

    failure_loop_is_contained(cascades, demo)
    drifting_agent_is_found(agents, demo)
    creeping_clerk_is_latched(clerk, demo)
    traders_are_confirmed_and_cleared(traders, buyer, queue, demo)
    assert re.search(r"nothing was changed; .+ against [1-9][\d,]* seals", demo.log_checked())


def shown_within_ms(demo: Demo) -> float:
    return demo.left_s(SHOWN_WITHIN_MIN) * 1000


def failure_loop_is_contained(page: Page, demo: Demo) -> None:
    """See what spread, what is held, and settle one held task."""
    # The open page shows it by itself.
    incident = page.get_by_role("link", name=re.compile("^Round-up on ")).first
    expect(incident).to_be_visible(timeout=shown_within_ms(demo))
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


def drifting_agent_is_found(page: Page, demo: Demo) -> None:
    """See it in the open list, then what is normal, what is now, and who is asked."""
    row = page.get_by_role("row", name=re.compile("Pricing analyst"))
    expect(row.get_by_text("Drifting")).to_be_visible(timeout=shown_within_ms(demo))
    assert page.evaluate("() => window.neverReloaded")
    row.get_by_role("link", name="Pricing analyst", exact=True).click()

    drift = page.locator('[data-part="drift"]')
    expect(drift.get_by_text("Costs more")).to_be_visible()
    # Figures are bound to their units, so that no line ends between them.
    said = re.compile(
        r"The last \d+\stasks cost 0\.\d+\sUSD each, within .*; normal for this agent"
    )
    expect(drift.get_by_text(said)).to_be_visible()
    expect(drift.get_by_text(re.compile(r"n = \d+ tasks"))).to_be_visible()
    moves = page.locator('[data-part="moves"]')
    expect(moves.get_by_text("Drift", exact=True)).to_be_visible()
    expect(moves.get_by_text("Tier fell").first).to_be_visible()

    drift.get_by_role("link", name=re.compile(r"Ticket \d+ asks")).click()
    expect(page.get_by_text(re.compile(r"The last \d+\stasks cost")).first).to_be_visible()


def creeping_clerk_is_latched(page: Page, demo: Demo) -> None:
    """See what the clerk took though it was denied, and who must release it."""
    page.get_by_role("link", name="Payments clerk").first.click()
    breaker = page.locator('[data-part="breaker"]')
    expect(breaker).to_contain_text("Latched", timeout=shown_within_ms(demo))

    expect(breaker).to_contain_text(
        "During a task with invoices.read it used limits.raise: nobody approved that, and its"
        " mandate (invoices.read, invoices.pay) does not name it."
    )
    decisions = page.locator('[data-part="decisions"]')
    expect(decisions).to_contain_text("limits.raise joined the task and is outside the mandate.")
    ticket = page.get_by_role("link", name=re.compile("^Release ticket #"))
    expect(ticket).to_be_visible()
    ticket.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Payments clerk")


def traders_are_confirmed_and_cleared(page: Page, buyer: Page, queue: Page, demo: Demo) -> None:
    """See the two who trade favours and nobody else, confirm, and take it back to the cent.

    Their ticket arrives in ``queue`` and what follows on ``buyer``, a member's page, without reload.
    """
    ring = page.locator('[data-part="rings"]').get_by_role("link", name="Ad buyer, Media broker")
    expect(ring).to_be_visible(timeout=shown_within_ms(demo))
    assert page.evaluate("() => window.neverReloaded")
    expect(page.locator('[data-part="rings"]').get_by_role("listitem")).to_have_count(1)
    expect(queue.get_by_role("link", name="Collusion? Ad buyer and Media broker")).to_be_attached()
    assert queue.evaluate("() => window.neverReloaded")
    trust, limits = (buyer.locator(f'[data-part="{part}"]') for part in ("trust", "limits"))
    parts = buyer.locator('[data-part="account"] dl > div')
    penalised = parts.filter(has_text="Penalised").locator("b")
    expect(trust).not_to_contain_text("Collusion was confirmed")
    expect(penalised).to_have_text("$0.00")
    ring.click()
    ring_url = page.url
    members = page.locator('[data-part="members"]')
    expect(page.locator('[data-part="evidence"]')).to_contain_text("By luck alone")
    expect(members).not_to_contain_text("fined")

    page.get_by_role("link", name=re.compile(r"^#\d+$")).click()
    Desk(page).decide(
        "Confirm",
        reason="Their work was checked and is not what they say",
        words="The desk found half of what they praise.",
    )
    expect(page.get_by_text(re.compile("Its members were put to tier low"))).to_be_visible()
    expect(trust).to_contain_text("Collusion was confirmed: tier low and 50", timeout=BOOKED_MS)
    expect(limits).to_contain_text("It is held at tier low until")
    expect(limits.locator(".mine")).to_have_text(["conservative, now"] * 3)
    expect(penalised).not_to_have_text("$0.00")

    page.goto(ring_url)
    expect(members.get_by_text(re.compile("fined \\$"))).to_have_count(2)
    expect(members.get_by_text(re.compile("Tier low and 50\\s% of its budget"))).to_have_count(2)
    page.get_by_label("Why were they wrongly accused?").fill("The desk checked the wrong jobs.")
    page.get_by_role("button", name="Clear the ring").click()

    expect(page.locator('[data-part="head"]')).to_contain_text("Dismissed")
    expect(members).not_to_contain_text("fined")
    expect(members).not_to_contain_text("Tier low and")
    expect(trust).not_to_contain_text("Collusion was confirmed", timeout=BOOKED_MS)
    expect(penalised).to_have_text("$0.00")
    assert buyer.evaluate("() => window.neverReloaded")
