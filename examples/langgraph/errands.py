"""What comes up in the shop: an endless, repeatable list of errands, kept until each has ended."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from examples.langgraph.calls import Errand, Kind
    from examples.langgraph.shop import Shop

    Maker = Callable[["Errands", Random], Errand]

SUPPORT, PAYOUTS = "shop-support", "shop-payouts"
CLEANER, NEWCOMER = "shop-cleaner", "shop-newcomer"
STAFF = ("ines@shop", "noor@shop", "tomas@shop")
NAMES = ("Abel", "Birgit", "Chidi", "Daria", "Emil", "Farah", "Gus", "Hana", "Ivo", "Juno")
REASONS = ("parcel never arrived", "wrong size sent", "arrived broken", "returned unopened")
STALE_AFTER_DAYS = 3 * 365
BATCH = 12

SCHEMA = """
CREATE TABLE IF NOT EXISTS errands (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, body TEXT NOT NULL, ended_as TEXT);
"""


@dataclass(frozen=True, slots=True)
class Errands:
    """The list for one shop; ``seed`` and the running number decide what each errand wants."""

    shop: Shop
    seed: int
    today: date

    def prepare(self) -> None:
        """Create the table where it is missing."""
        with self.shop.transaction() as rows:
            rows.execute(SCHEMA)

    def open_ones(self) -> list[Errand]:
        """Return errands that an earlier run of the loop began and did not end, oldest first."""
        with self.shop.transaction() as rows:
            found = rows.execute("SELECT body FROM errands WHERE ended_as IS NULL ORDER BY number")
            return [json.loads(row["body"]) for row in found]

    def ended(self) -> dict[str, int]:
        """Return how many errands ended in which way."""
        with self.shop.transaction() as rows:
            found = rows.execute(
                "SELECT ended_as, count(*) AS n FROM errands WHERE ended_as IS NOT NULL GROUP BY 1"
            )
            return {row["ended_as"]: row["n"] for row in found}

    def come_up(self, *, quiet: bool = False) -> Errand:
        """Return a new errand and the rows it is about; a ``quiet`` one will ask nobody."""
        with self.shop.transaction() as rows:
            last = rows.execute("SELECT coalesce(max(number), 0) FROM errands").fetchone()[0]
        number = int(last) + 1
        dice = Random(f"{self.seed}/{number}")  # noqa: S311 - a story, not a secret
        kind = _lookup if quiet else ROUND[number % len(ROUND)]
        errand = kind(self, dice)
        # A scratch shop may be thrown away while Countersign remembers its tasks for good.
        errand["name"] = f"errand-{number}-{secrets.token_hex(3)}"
        with self.shop.transaction() as rows:
            rows.execute(
                "INSERT INTO errands (number, name, body) VALUES (?, ?, ?)",
                (number, errand["name"], json.dumps(errand)),
            )
        return errand

    def end(self, errand: Errand, *, ended_as: str) -> None:
        """Keep how an errand ended, so that it is not taken up again."""
        with self.shop.transaction() as rows:
            rows.execute(
                "UPDATE errands SET ended_as = ? WHERE name = ?", (ended_as, errand["name"])
            )

    def order(self, dice: Random, amount: Decimal) -> int:
        """Return the number of a fresh order of a fresh customer."""
        placed_on = self.today - timedelta(days=dice.randint(2, 20))
        customer = self.customer(dice, last_order_on=placed_on)
        return self.shop.order_add(customer_id=customer, amount=amount, placed_on=placed_on)

    def customer(self, dice: Random, *, last_order_on: date) -> int:
        """Return the id of a fresh customer."""
        name = dice.choice(NAMES)
        return self.shop.customer_add(
            name=name,
            email=f"{name.lower()}{dice.randint(100, 999)}@mail.example",
            last_order_on=last_order_on,
        )


def _lookup(errands: Errands, dice: Random) -> Errand:
    return {
        "kind": "lookup",
        "agent": SUPPORT,
        "requested_by": dice.choice(STAFF),
        "order": errands.order(dice, _dollars(dice, 20, 400)),
    }


def _refund_by(agent: str, least: int, most: int, *, kind: Kind = "refund") -> Maker:
    def refund(errands: Errands, dice: Random) -> Errand:
        amount = _dollars(dice, least, most)
        return {
            "kind": kind,
            "agent": agent,
            "requested_by": dice.choice(STAFF),
            "order": errands.order(dice, amount + dice.randint(0, 80)),
            "amount_usd": str(amount),
            "reason": dice.choice(REASONS),
        }

    return refund


def _cleanup_by(agent: str) -> Maker:
    def cleanup(errands: Errands, dice: Random) -> Errand:
        line = errands.today - timedelta(days=STALE_AFTER_DAYS)
        for _ in range(BATCH):
            errands.customer(dice, last_order_on=line - timedelta(days=dice.randint(1, 900)))
        return {
            "kind": "cleanup",
            "agent": agent,
            "requested_by": dice.choice(STAFF),
            "no_order_since": line.isoformat(),
            "at_most": errands.shop.customers_idle_since(line),
        }

    return cleanup


def _dollars(dice: Random, least: int, most: int) -> Decimal:
    return Decimal(dice.randint(least * 100, most * 100)).scaleb(-2)


_small_refund = _refund_by(SUPPORT, 2, 5)
_large_refund = _refund_by(PAYOUTS, 250, 900)

# The first errand, number 1, already needs a person: a first visitor finds a ticket at once.
ROUND: tuple[Maker, ...] = (
    _lookup,
    _large_refund,
    _lookup,
    _small_refund,
    _cleanup_by(NEWCOMER),
    _lookup,
    _cleanup_by(CLEANER),
    _lookup,
    _refund_by(NEWCOMER, 20, 60, kind="draft"),
    _small_refund,
    _lookup,
    _large_refund,
)
