"""A small web shop in a scratch SQLite file: real rows, and the four tools that touch them.

Each tool writes its effect and a journal line keyed by the task id in one SQLite transaction, so a
task takes effect once however often it is called.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS customers (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, last_order_on TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS orders (
    number INTEGER PRIMARY KEY, customer_id INTEGER, amount_cents INTEGER NOT NULL,
    placed_on TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS drafts (
    task_id TEXT PRIMARY KEY, order_number INTEGER NOT NULL, amount_cents INTEGER NOT NULL,
    reason TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS refunds (
    task_id TEXT PRIMARY KEY, order_number INTEGER NOT NULL, amount_cents INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS journal (
    task_id TEXT PRIMARY KEY, tool TEXT NOT NULL, answer TEXT NOT NULL);
"""


class ShopError(ValueError):
    """The shop cannot do what was asked; nothing was written."""


@dataclass(frozen=True, slots=True)
class Shop:
    """The database at ``path``; every call opens its own connection, so threads may share it."""

    path: Path

    def prepare(self) -> None:
        """Create the tables where they are missing."""
        with closing(sqlite3.connect(self.path, timeout=10)) as rows:
            rows.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection whose writes are kept together, or not at all on an error."""
        with closing(sqlite3.connect(self.path, timeout=10, isolation_level=None)) as rows:
            rows.row_factory = sqlite3.Row
            rows.execute("BEGIN IMMEDIATE")
            try:
                yield rows
            except BaseException:
                rows.rollback()
                raise
            rows.commit()

    def customer_add(self, *, name: str, email: str, last_order_on: date) -> int:
        """Return the id of a new customer."""
        with self.transaction() as rows:
            added = rows.execute(
                "INSERT INTO customers (name, email, last_order_on) VALUES (?, ?, ?)",
                (name, email, last_order_on.isoformat()),
            )
            return int(added.lastrowid or 0)

    def order_add(self, *, customer_id: int, amount: Decimal, placed_on: date) -> int:
        """Return the number of a new order over ``amount`` dollars."""
        with self.transaction() as rows:
            added = rows.execute(
                "INSERT INTO orders (customer_id, amount_cents, placed_on) VALUES (?, ?, ?)",
                (customer_id, _cents(amount), placed_on.isoformat()),
            )
            return int(added.lastrowid or 0)

    def run(self, tool: str, *, task_id: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Return what the tool answers, doing its work on the first call for this task only.

        Raises:
            ShopError: for an unknown tool, or arguments the shop refuses.
        """
        with self.transaction() as rows:
            done = rows.execute(
                "SELECT answer FROM journal WHERE task_id = ?", (task_id,)
            ).fetchone()
            if done:
                stored: dict[str, Any] = json.loads(done["answer"])
                return stored
            if tool not in TOOLS:
                raise ShopError(f"the shop has no tool {tool}")
            answer = TOOLS[tool](rows, task_id, arguments)
            rows.execute(
                "INSERT INTO journal (task_id, tool, answer) VALUES (?, ?, ?)",
                (task_id, tool, json.dumps(answer)),
            )
            return answer

    def refunds_of(self, order_number: int) -> list[Decimal]:
        """Return the refunds written for an order, in dollars."""
        with self.transaction() as rows:
            found = rows.execute(
                "SELECT amount_cents FROM refunds WHERE order_number = ?", (order_number,)
            )
            return [_dollars(row["amount_cents"]) for row in found]

    def customers_count(self) -> int:
        """Return how many customers the shop still knows."""
        with self.transaction() as rows:
            return int(rows.execute("SELECT count(*) FROM customers").fetchone()[0])

    def customers_idle_since(self, day: date) -> int:
        """Return how many customers ordered nothing on or after ``day``."""
        with self.transaction() as rows:
            return _idle(rows, day.isoformat())


def read_orders(
    rows: sqlite3.Connection, _task_id: str, arguments: dict[str, Any]
) -> dict[str, Any]:
    """Return one order with what was refunded on it so far."""
    return _order(rows, arguments["order"])


def draft_refund(
    rows: sqlite3.Connection, task_id: str, arguments: dict[str, Any]
) -> dict[str, Any]:
    """Write a proposal that moves no money; anyone may throw it away."""
    order = _order(rows, arguments["order"])
    amount = _refundable(order, arguments["amount_usd"])
    rows.execute(
        "INSERT INTO drafts (task_id, order_number, amount_cents, reason) VALUES (?, ?, ?, ?)",
        (task_id, order["order"], _cents(amount), arguments["reason"]),
    )
    return {"order": order["order"], "amount_usd": str(amount)}


def issue_refund(
    rows: sqlite3.Connection, task_id: str, arguments: dict[str, Any]
) -> dict[str, Any]:
    """Put a refund into the hourly payout file; until it leaves it can be called back."""
    order = _order(rows, arguments["order"])
    amount = _refundable(order, arguments["amount_usd"])
    rows.execute(
        "INSERT INTO refunds (task_id, order_number, amount_cents) VALUES (?, ?, ?)",
        (task_id, order["order"], _cents(amount)),
    )
    return {"order": order["order"], "refunded_usd": str(amount)}


def delete_stale_customers(
    rows: sqlite3.Connection, _task_id: str, arguments: dict[str, Any]
) -> dict[str, Any]:
    """Delete customers without an order since a day: names and addresses are gone for good."""
    idle = _idle(rows, arguments["no_order_since"])
    if idle > arguments["at_most"]:
        raise ShopError(f"{idle} customers match, more than the {arguments['at_most']} reviewed")
    rows.execute("DELETE FROM customers WHERE last_order_on < ?", (arguments["no_order_since"],))
    return {"deleted": idle}


TOOLS: dict[str, Callable[[sqlite3.Connection, str, dict[str, Any]], dict[str, Any]]] = {
    "read_orders": read_orders,
    "draft_refund": draft_refund,
    "issue_refund": issue_refund,
    "delete_stale_customers": delete_stale_customers,
}


def _order(rows: sqlite3.Connection, number: int) -> dict[str, Any]:
    order = rows.execute(
        "SELECT number, amount_cents, placed_on,"
        " (SELECT coalesce(sum(amount_cents), 0) FROM refunds WHERE order_number = number)"
        " AS refunded_cents FROM orders WHERE number = ?",
        (number,),
    ).fetchone()
    if order is None:
        raise ShopError(f"there is no order {number}")
    return {
        "order": order["number"],
        "placed_on": order["placed_on"],
        "amount_usd": str(_dollars(order["amount_cents"])),
        "refunded_usd": str(_dollars(order["refunded_cents"])),
    }


def _refundable(order: dict[str, Any], amount_usd: str) -> Decimal:
    """Return the amount if the order still covers it."""
    amount = Decimal(amount_usd)
    if amount != amount.quantize(Decimal("0.01")):
        raise ShopError(f"an amount has whole cents, got {amount}")
    left = Decimal(order["amount_usd"]) - Decimal(order["refunded_usd"])
    if not 0 < amount <= left:
        raise ShopError(f"order {order['order']} has {left} USD left to refund, asked {amount}")
    return amount


def _idle(rows: sqlite3.Connection, day: str) -> int:
    found = rows.execute("SELECT count(*) FROM customers WHERE last_order_on < ?", (day,))
    return int(found.fetchone()[0])


def _cents(amount: Decimal) -> int:
    return int(amount.scaleb(2).to_integral_exact())


def _dollars(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)
