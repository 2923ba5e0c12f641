"""Arguments that people edited, as the graph runs them and as its model is told of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from examples.client import Countersign, Started, Task
from examples.langgraph.calls import Errand
from examples.langgraph.graph import State, graph_build
from examples.langgraph.shop import Shop

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_core.runnables import RunnableConfig

ERRAND = Errand(
    name="e-1",
    kind="refund",
    agent="shop-payouts",
    requested_by="ines",
    order=1001,
    amount_usd="42.00",
    reason="It came broken.",
)


class Editing(Countersign):
    """A gate whose people let every call run; a refund with less money."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:1", "cs_key")
        self.asked: dict[str, dict[str, Any]] = {}
        self.reported: list[dict[str, Any]] = []

    def task(self, **body: Any) -> Task:
        self.asked[body["external_id"]] = body
        return Task(id=body["external_id"], state="READY", action_digest="sha256:a")

    def start(self, task: Task, *, idempotency_key: str = "") -> Started:
        assert idempotency_key == f"start-{task.id}"
        body = self.asked[task.id]
        if body["tool"] != "issue_refund":
            return Started(task_id=task.id, arguments=body["arguments"])
        arguments = {**body["arguments"], "amount_usd": "20.00"}
        return Started(
            task_id=task.id, arguments=arguments, spend_cap_usd=Decimal("20.00"), edited=True
        )

    def outcome(self, task: Task, result: str, **facts: Any) -> None:
        self.reported.append({"tool": self.asked[task.id]["tool"], "result": result, **facts})


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop(tmp_path / "shop.sqlite3")
    shop.prepare()
    with shop.transaction() as rows:
        rows.execute(
            "INSERT INTO orders VALUES (1001, 1, 4200, ?)", (date(2026, 3, 1).isoformat(),)
        )
    return shop


def run(gate: Countersign, shop: Shop) -> dict[str, Any]:
    graph = graph_build(gate, shop, checkpointer=InMemorySaver())
    entry: State = {"errand": ERRAND, "answers": []}
    thread: RunnableConfig = {"configurable": {"thread_id": "e-1"}}
    state: dict[str, Any] = graph.invoke(entry, thread)
    return state


def test_the_edited_arguments_run_and_the_model_is_told_which(shop: Shop) -> None:
    answers = run(Editing(), shop)["answers"]

    assert shop.refunds_of(1001) == [Decimal("20.00")]
    assert answers[2]["people_edited_to"] == {"order": 1001, "amount_usd": "20.00"}
    assert "people_edited_to" not in answers[1]


def test_what_is_reported_as_spent_is_the_edited_amount(shop: Shop) -> None:
    gate = Editing()

    run(gate, shop)

    spent = {each["tool"]: each.get("cost_usd") for each in gate.reported}
    assert spent == {"read_orders": None, "draft_refund": None, "issue_refund": "20.00"}
