from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from examples.langgraph.calls import Errand, calls_of
from examples.langgraph.errands import ROUND, Errands
from examples.langgraph.shop import Shop

MAY = date(2026, 5, 1)


def errands_in(folder: Path, *, seed: int = 1) -> Errands:
    shop = Shop(folder / "shop.sqlite3")
    shop.prepare()
    errands = Errands(shop, seed=seed, today=MAY)
    errands.prepare()
    return errands


def wishes(errands: Errands) -> list[Errand]:
    round_of = [errands.come_up() for _ in ROUND]
    for errand in round_of:
        del errand["name"]
    return round_of


@pytest.fixture
def errands(tmp_path: Path) -> Errands:
    return errands_in(tmp_path)


def test_one_seed_tells_one_story(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    assert wishes(errands_in(tmp_path / "a")) == wishes(errands_in(tmp_path / "b"))


def test_another_seed_tells_another_story(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    assert wishes(errands_in(tmp_path / "a")) != wishes(errands_in(tmp_path / "b", seed=2))


def test_the_first_errand_needs_a_person(errands: Errands) -> None:
    errand = errands.come_up()

    assert errand["kind"] == "refund"
    assert float(errand["amount_usd"]) >= 250


def test_a_quiet_errand_only_reads(errands: Errands) -> None:
    errand = errands.come_up(quiet=True)

    assert [call["tool"] for call in calls_of(errand)] == ["read_orders"]


def test_an_errand_is_open_until_it_ended(errands: Errands) -> None:
    first, second = errands.come_up(), errands.come_up()

    errands.end(first, ended_as="done")

    assert errands.open_ones() == [second]
    assert errands.ended() == {"done": 1}


def test_a_refund_is_read_drafted_and_issued(errands: Errands) -> None:
    errand: Errand = {
        "kind": "refund",
        "order": 7,
        "amount_usd": "12.50",
        "reason": "arrived broken",
    }

    calls = calls_of(errand)

    assert [call["tool"] for call in calls] == ["read_orders", "draft_refund", "issue_refund"]
    assert calls[2]["arguments"] == {"order": 7, "amount_usd": "12.50"}
    assert calls[2]["budget_usd"] == "12.50"


def test_a_cleanup_names_how_many_customers_it_may_delete(errands: Errands) -> None:
    errands.shop.customer_add(name="Gus", email="g@mail.example", last_order_on=date(2020, 1, 1))
    cleanup = next(e for e in iter(errands.come_up, None) if e["kind"] == "cleanup")

    (call,) = calls_of(cleanup)

    # Twelve arrive with the errand, one was there.
    assert call["arguments"] == {"no_order_since": "2023-05-02", "at_most": 13}
