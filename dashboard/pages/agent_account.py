"""The account part of the agent page: what it earned, what that cost, and from whom it came."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from dashboard.cards import Fact
from dashboard.cards.account import AccountCard, EntryLine
from dashboard.display.durations import day_time
from dashboard.display.figures import money, plural
from governance.domain.ledger import EntryKind
from governance.selectors.ledger import account_of, booked_until, entries_latest, wealth_by_day

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from governance.models import Agent, AgentAccount, LedgerEntry

DAYS = 30
SHOWN = 5
_KINDS = {
    EntryKind.EARNED: "earned",
    EntryKind.SPENT: "spent",
    EntryKind.TRANSFER: "between agents",
    EntryKind.TAX: "tax",
    EntryKind.FINE: "fine",
}


def account_card(agent: Agent, *, now: datetime) -> AccountCard:
    """Return the agent's account as it is booked, and its latest entries."""
    account = account_of(agent=agent)
    as_of = f"as of {day_time(booked_until(fleet_id=agent.fleet_id, now=now))} UTC"
    if account is None:
        return AccountCard(summary=f"Nothing was earned, spent or passed on {as_of}.")
    return AccountCard(
        summary=(
            f"Balance {money(account.balance)} {as_of}, from"
            f" {plural(account.entries, 'entry', 'entries')} since"
            f" {day_time(account.since_at)} UTC.{_change_words(agent, account, now)}"
        ),
        parts=_parts(account),
        entries=tuple(_line(entry) for entry in entries_latest(agent=agent, most=SHOWN)),
    )


def _parts(account: AgentAccount) -> tuple[Fact, ...]:
    return (
        Fact(label="Earned", value=money(account.earned), note="value of its outcomes"),
        Fact(label="Received", value=money(account.received), note="from other agents"),
        Fact(label="Spent", value=money(account.spent), note="cost of its work"),
        Fact(label="Sent", value=money(account.sent), note="to other agents"),
        Fact(label="Taxed", value=money(account.taxed), note="on what it received"),
        Fact(label="Penalised", value=money(account.penalised), note="fines, less those undone"),
    )


def _change_words(agent: Agent, account: AgentAccount, now: datetime) -> str:
    """Return how the balance moved in a month, or nothing where the account is younger."""
    month_ago = (now - timedelta(days=DAYS)).astimezone(UTC).date()
    before = [each.balance for each in wealth_by_day(agent=agent) if each.day <= month_ago]
    if not before:
        return ""
    return f" {DAYS} days ago it was {money(before[-1])}: {_signed(account.balance - before[-1])}."


def _line(entry: LedgerEntry) -> EntryLine:
    kind = _KINDS[EntryKind(entry.kind)]
    return EntryLine(
        at=entry.occurred_at,
        amount=_signed(entry.amount),
        kind=f"{kind}, undone" if entry.is_mirror else kind,
        sentence=entry.sentence,
    )


def _signed(amount: Decimal) -> str:
    return f"+{money(amount)}" if amount > 0 else money(amount)
