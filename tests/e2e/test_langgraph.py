"""The example, a reviewer's real browser, and everything in between."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from examples.langgraph.shop import Shop
from tests.e2e.desk import Desk
from tests.e2e.errand import ErrandRun
from tests.e2e.stack import Stack

pytestmark = pytest.mark.browser


@pytest.fixture
def refund(order: int) -> dict[str, Any]:
    """Return a refund that is above the mandate of the agent."""
    return {
        "kind": "refund",
        "agent": "shop-payouts",
        "order": order,
        "amount_usd": "612.00",
        "reason": "parcel never arrived",
    }


def test_an_approved_refund_is_written_once(
    desk: Callable[[str], Desk], errand: ErrandRun, shop: Shop, refund: dict[str, Any]
) -> None:
    rita = desk("rita")
    rita.watch_queue()
    errand.begin(**refund)

    rita.sees_appear(f"Refund 612.00 USD on order {refund['order']}")
    assert shop.refunds_of(refund["order"]) == []
    rita.open_ticket(errand.ticket["url"])
    expect(rita.page.locator("table.args")).to_contain_text("612.00")
    rita.decide("Approve", reason="The arguments are right", words="Order and amount match.")
    errand.go_on()

    assert errand.state["answers"][-1] == {"order": refund["order"], "refunded_usd": "612.00"}
    assert shop.refunds_of(refund["order"]) == [Decimal("612.00")]


def test_a_denied_refund_is_not_written_and_the_agent_is_told_why(
    desk: Callable[[str], Desk], errand: ErrandRun, shop: Shop, refund: dict[str, Any]
) -> None:
    rita = desk("rita")
    errand.begin(**refund)

    rita.open_ticket(errand.ticket["url"])
    rita.decide("Deny", reason="Not needed, or done already", words="The parcel came on Monday.")
    errand.go_on()

    assert errand.state["refusal"]["answer"] == "denied"
    assert errand.state["refusal"]["sentence"] == "The parcel came on Monday."
    assert shop.refunds_of(refund["order"]) == []


def test_an_unanswered_refund_expires_and_that_is_no_denial(
    desk: Callable[[str], Desk],
    errand: ErrandRun,
    shop: Shop,
    refund: dict[str, Any],
    stack: Stack,
) -> None:
    rita = desk("rita")
    errand.begin(**refund)

    # A HIGH ticket waits half an hour.
    stack.clock_forward(30 * 60)
    errand.go_on()

    assert errand.state["refusal"]["answer"] == "expired"
    assert shop.refunds_of(refund["order"]) == []
    rita.open_ticket(errand.ticket["url"])
    expect(rita.page.locator("[data-ruling]")).to_contain_text("Nobody decided")


def test_a_harmless_errand_asks_nobody(errand: ErrandRun, order: int) -> None:
    errand.begin(kind="lookup", agent="shop-support", order=order)

    assert "__interrupt__" not in errand.state
    assert errand.state["answers"][0]["amount_usd"] == "700.00"


def test_a_small_refund_within_the_mandate_asks_nobody(
    errand: ErrandRun, shop: Shop, refund: dict[str, Any]
) -> None:
    errand.begin(**{**refund, "agent": "shop-support", "amount_usd": "4.20"})

    assert shop.refunds_of(refund["order"]) == [Decimal("4.20")]


def test_a_new_agent_that_tries_a_bulk_delete_is_blocked(
    errand: ErrandRun, shop: Shop, order: int
) -> None:
    errand.begin(
        kind="cleanup", agent="shop-newcomer", no_order_since="2024-01-01", at_most=1, reason=""
    )

    assert errand.state["refusal"]["answer"] == "denied"
    assert shop.customers_count() == 1
