"""A draft is tried on the real record: asked for, followed, cancelled by another, reported."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.chaos.victims import Victim
from tests.e2e.desk import Desk
from tests.e2e.drafting import backtest_done, backtest_run, drafted
from tests.e2e.outage import held
from tests.e2e.stack import Stack

pytestmark = pytest.mark.browser

Seat = Callable[[str], Desk]
HERE = "/f/shop/policy/backtest/"
FIELD = "Suspicion limit, tier low"


def asked(stack: Stack) -> None:
    """Let the shop's agent ask for something that a person may look at."""
    stack.gate.task(
        agent="shop-payouts",
        requested_by="noor@shop",
        external_id=uuid4().hex,
        title="What a backtest decides again",
        operation="act",
        tool="issue_refund",
        arguments={"order": "1", "amount_usd": "300.00"},
        plan={"steps": 1, "agents": 1, "delegations": 0},
        blast={"U": "I"},
        budget_usd="300.00",
    )


def opened(page: Page) -> None:
    page.goto(HERE)
    expect(page.locator("[data-live]")).to_contain_text("Live")
    page.evaluate("() => { window.neverReloaded = true }")


def test_two_admins_try_a_draft(desk: Seat, stack: Stack) -> None:
    # Two, or the report of a fresh stack speaks of its one decision in the singular.
    asked(stack)
    asked(stack)
    adam, anna = desk("adam").page, desk("anna").page
    drafted(adam, "shop", FIELD, "5.5")
    opened(adam)

    with held(stack, Victim.BACKTESTER):
        backtest_run(adam)
        expect(adam.get_by_text("A backtest runs, waiting for a worker: 0 % done.")).to_be_visible()
        opened(anna)
        anna.get_by_role("button", name="Cancel it").click()
        expect(
            anna.get_by_text(re.compile("Cancelled by Anna .*: nothing was stored"))
        ).to_be_visible()
        # Who asked is told by whom, on the page that is open.
        expect(
            adam.get_by_text(re.compile("Cancelled by Anna .*: nothing was stored"))
        ).to_be_visible()

    backtest_run(adam)
    newest = backtest_done(adam, FIELD)
    expect(adam.get_by_role("heading", name="Running")).to_have_count(0)
    assert adam.evaluate("() => window.neverReloaded")

    newest.get_by_role("link").click()
    for part in ("What was tried", "Facts", "Estimate", "Unknown", "Both halves"):
        expect(adam.get_by_role("heading", name=part, exact=True)).to_be_visible()
    expect(adam.get_by_text(re.compile("of the record were decided again"))).to_be_visible()
    # The editor has it beside the draft.
    adam.goto("/f/shop/policy/")
    beside = adam.get_by_role("region", name="Backtest of the draft")
    expect(beside).to_contain_text("Decisions that would have differed")
