from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from examples.langgraph.shop import Shop, ShopError

MAY = date(2026, 5, 1)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop(tmp_path / "shop.sqlite3")
    shop.prepare()
    return shop


@pytest.fixture
def order(shop: Shop) -> int:
    customer = shop.customer_add(name="Hana", email="hana@mail.example", last_order_on=MAY)
    return shop.order_add(customer_id=customer, amount=Decimal("40.00"), placed_on=MAY)


def test_a_refund_is_in_the_shop(shop: Shop, order: int) -> None:
    answer = shop.run(
        "issue_refund", task_id="t1", arguments={"order": order, "amount_usd": "12.50"}
    )

    assert answer == {"order": order, "refunded_usd": "12.50"}
    assert shop.refunds_of(order) == [Decimal("12.50")]


def test_the_same_task_takes_effect_once(shop: Shop, order: int) -> None:
    arguments = {"order": order, "amount_usd": "12.50"}
    first = shop.run("issue_refund", task_id="t1", arguments=arguments)

    again = shop.run("issue_refund", task_id="t1", arguments=arguments)

    assert again == first
    assert shop.refunds_of(order) == [Decimal("12.50")]


def test_another_task_may_refund_the_rest_but_no_more(shop: Shop, order: int) -> None:
    shop.run("issue_refund", task_id="t1", arguments={"order": order, "amount_usd": "30.00"})

    with pytest.raises(ShopError, match=r"10\.00 USD left to refund, asked 10\.01"):
        shop.run("issue_refund", task_id="t2", arguments={"order": order, "amount_usd": "10.01"})

    assert shop.refunds_of(order) == [Decimal("30.00")]


@pytest.mark.parametrize("amount", ["0", "-1.00", "0.001"])
def test_an_amount_must_be_positive_whole_cents(shop: Shop, order: int, amount: str) -> None:
    with pytest.raises(ShopError):
        shop.run("issue_refund", task_id="t1", arguments={"order": order, "amount_usd": amount})

    assert shop.refunds_of(order) == []


def test_a_refused_call_leaves_the_task_free_to_run_later(shop: Shop, order: int) -> None:
    with pytest.raises(ShopError):
        shop.run("issue_refund", task_id="t1", arguments={"order": order, "amount_usd": "99.00"})

    shop.run("issue_refund", task_id="t1", arguments={"order": order, "amount_usd": "9.00"})

    assert shop.refunds_of(order) == [Decimal("9.00")]


def test_a_draft_moves_no_money(shop: Shop, order: int) -> None:
    shop.run(
        "draft_refund",
        task_id="t1",
        arguments={"order": order, "amount_usd": "12.50", "reason": "arrived broken"},
    )

    assert shop.refunds_of(order) == []


def test_reading_an_order_shows_what_was_refunded(shop: Shop, order: int) -> None:
    shop.run("issue_refund", task_id="t1", arguments={"order": order, "amount_usd": "12.50"})

    read = shop.run("read_orders", task_id="t2", arguments={"order": order})

    assert read == {
        "order": order,
        "placed_on": "2026-05-01",
        "amount_usd": "40.00",
        "refunded_usd": "12.50",
    }


def test_only_customers_without_a_late_order_are_deleted(shop: Shop, order: int) -> None:
    shop.customer_add(name="Gus", email="gus@mail.example", last_order_on=date(2022, 1, 31))

    answer = shop.run(
        "delete_stale_customers",
        task_id="t1",
        arguments={"no_order_since": "2022-02-01", "at_most": 1},
    )

    assert answer == {"deleted": 1}
    assert shop.customers_count() == 1


def test_more_customers_than_reviewed_are_not_deleted(shop: Shop) -> None:
    shop.customer_add(name="Gus", email="gus@mail.example", last_order_on=date(2022, 1, 31))
    shop.customer_add(name="Ivo", email="ivo@mail.example", last_order_on=date(2021, 1, 31))

    with pytest.raises(ShopError, match="2 customers match, more than the 1 reviewed"):
        shop.run(
            "delete_stale_customers",
            task_id="t1",
            arguments={"no_order_since": "2022-02-01", "at_most": 1},
        )

    assert shop.customers_count() == 2


def test_an_unknown_tool_is_refused(shop: Shop) -> None:
    with pytest.raises(ShopError, match="no tool drop_everything"):
        shop.run("drop_everything", task_id="t1", arguments={})
