"""Double entry: who gained what, and from whom. The lines of each transaction sum to zero."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from governance.domain.money import ZERO, usd_round
from governance.domain.types import Result
from governance.domain.value_object import ValueObject


class Counter(StrEnum):
    """The accounts of a fleet that belong to no agent: where value comes from and goes to."""

    OUTSIDE = "outside"
    TAX = "tax"
    PENALTIES = "penalties"


class EntryKind(StrEnum):
    """Why value moved."""

    EARNED = "earned"
    SPENT = "spent"
    TRANSFER = "transfer"
    TAX = "tax"
    FINE = "fine"


class SourceKind(StrEnum):
    """What a transaction was booked for; with the source's id it is booked once."""

    OUTCOME = "outcome"
    INTERACTION = "interaction"
    PENALTY = "penalty"
    UNDO = "undo"


# An agent by its id, or a counter account of its fleet.
Account = UUID | Counter
# What a task was worth is earned by work that people can use.
_EARNING = frozenset({Result.SUCCESS, Result.PARTIAL})


class Line(ValueObject, frozen=True, gc=False):
    """What one account gained (or lost, below 0) in dollars, 6 places."""

    account: Account
    kind: EntryKind
    amount: Decimal
    is_mirror: bool = False


def outcome_lines(
    agent: UUID, *, result: Result, value_usd: Decimal | None, cost_usd: Decimal | None
) -> tuple[Line, ...]:
    """Return what an outcome moves; nothing for what was not reported, or 0.

    The value is earned by a success and by partial work, in full: it is what the work was worth
    as it came out. The cost is spent however the task ended.
    """
    earned = value_usd if result in _EARNING else None
    return (
        *_moved(EntryKind.EARNED, Counter.OUTSIDE, agent, earned),
        *_moved(EntryKind.SPENT, agent, Counter.OUTSIDE, cost_usd),
    )


def interaction_lines(
    *,
    initiator: UUID,
    counterparty: UUID,
    value_usd: Decimal | None,
    cost_usd: Decimal | None,
    tax_share: float,
) -> tuple[Line, ...]:
    """Return what an exchange moves: its value to the counterparty, who pays the tax on it.

    Args:
        initiator: who gives the value and bears the cost.
        counterparty: another agent.
        value_usd: what changed hands, >= 0.
        cost_usd: what the exchange itself cost, >= 0.
        tax_share: share of the value in [0, 1]; the tax is rounded half-even to 6 places.
    """
    taxed = None if value_usd is None else usd_round(value_usd * Decimal(str(tax_share)))
    return (
        *_moved(EntryKind.SPENT, initiator, Counter.OUTSIDE, cost_usd),
        *_moved(EntryKind.TRANSFER, initiator, counterparty, value_usd),
        *_moved(EntryKind.TAX, counterparty, Counter.TAX, taxed),
    )


def fine_lines(agent: UUID, amount: Decimal) -> tuple[Line, ...]:
    """Return what a fine of ``amount`` dollars moves.

    Raises:
        ValueError: unless it rounds to more than 0.
    """
    fine = usd_round(amount)
    if fine <= 0:
        raise ValueError(f"a fine must be > 0 dollars, got {amount}")
    return tuple(_moved(EntryKind.FINE, agent, Counter.PENALTIES, fine))


def mirror_lines(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return the lines that undo ``lines``; mirrored twice they are themselves again."""
    return tuple(
        Line(line.account, line.kind, -line.amount, is_mirror=not line.is_mirror) for line in lines
    )


def balances(lines: Iterable[Line]) -> dict[Account, Decimal]:
    """Return what each account gained in dollars; over whole transactions the sum is 0."""
    found: defaultdict[Account, Decimal] = defaultdict(Decimal)
    for line in lines:
        found[line.account] += line.amount
    return dict(found)


def _moved(
    kind: EntryKind, giver: Account, taker: Account, amount: Decimal | None
) -> Iterable[Line]:
    """Yield both sides of one movement, nothing for an amount of 0."""
    moved = usd_round(amount or ZERO)
    if moved:
        yield Line(giver, kind, -moved)
        yield Line(taker, kind, moved)


class Totals(ValueObject, frozen=True, gc=False):
    """What one agent's lines came to, in dollars; each part is >= 0, less what was undone."""

    earned: Decimal = ZERO
    received: Decimal = ZERO
    spent: Decimal = ZERO
    sent: Decimal = ZERO
    taxed: Decimal = ZERO
    penalised: Decimal = ZERO
    entries: int = 0

    @property
    def balance(self) -> Decimal:
        """Return the agent's wealth in dollars: what came in less what went out, of any sign."""
        came = self.earned + self.received
        return came - self.spent - self.sent - self.taxed - self.penalised


_PARTS = {
    EntryKind.EARNED: "earned",
    EntryKind.SPENT: "spent",
    EntryKind.TAX: "taxed",
    EntryKind.FINE: "penalised",
}


def totals_fold(totals: Totals, lines: Iterable[Line]) -> Totals:
    """Return an agent's totals after more of its own lines; a mirror takes back what it undoes."""
    parts = totals._asdict()
    for line in lines:
        comes_in = (line.amount > 0) != line.is_mirror
        part = _PARTS.get(line.kind, "received" if comes_in else "sent")
        parts[part] += line.amount if comes_in else -line.amount
        parts["entries"] += 1
    return Totals(**parts)
