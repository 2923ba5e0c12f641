"""Writing transactions into a ledger: their lines, the accounts and the days, in one go."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING
from uuid import UUID

from governance.domain.ids import id_new
from governance.domain.ledger import Counter, Totals, balances, totals_fold
from governance.models import AccountDay, AgentAccount, LedgerEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from governance.domain.ledger import EntryKind, Line, SourceKind

ENTRIES_AT_ONCE = 2_000
_PARTS = (*(name for name in Totals()._asdict()), "balance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """Lines that belong together, and what each kind of them is about.

    ``mirrors`` are the ids of the lines that they take back, in the same order, if they do.
    """

    source_kind: SourceKind
    source_id: UUID
    lines: Sequence[Line]
    words: Mapping[EntryKind, str]
    occurred_at: datetime
    mirrors: Sequence[UUID | None] = ()
    id: UUID = field(default_factory=id_new)

    def entries(self, fleet_id: UUID, now: datetime) -> Iterable[LedgerEntry]:
        """Yield the lines as unsaved rows."""
        mirrors = self.mirrors or [None] * len(self.lines)
        for line, mirrored in zip(self.lines, mirrors, strict=True):
            counter = line.account if isinstance(line.account, Counter) else None
            yield LedgerEntry(
                fleet_id=fleet_id,
                transaction=self.id,
                kind=line.kind.value,
                agent_id=None if counter else line.account,
                counter=counter.value if counter else "",
                amount=line.amount,
                source_kind=self.source_kind.value,
                source_id=self.source_id,
                mirrors_id=mirrored,
                sentence=self.words[line.kind],
                occurred_at=self.occurred_at,
                booked_at=now,
            )


def ledger_turn(fleet_id: UUID) -> str:
    """Return the name of the turn in which one fleet's ledger is written.

    Taken after every row lock but the fleet's: whoever has it locks no row another may hold.
    """
    return f"ledger {fleet_id}"


def transactions_write(
    *, fleet_id: UUID, transactions: Sequence[Transaction], now: datetime
) -> None:
    """Store transactions and what they change; the caller has the turn (a step).

    Raises:
        IntegrityError: if one was booked for its source already.
    """
    entries = [entry for each in transactions for entry in each.entries(fleet_id, now)]
    LedgerEntry.objects.bulk_create(entries, batch_size=ENTRIES_AT_ONCE)
    own: defaultdict[UUID, list[Line]] = defaultdict(list)
    days: defaultdict[tuple[UUID, date], list[Line]] = defaultdict(list)
    since: dict[UUID, datetime] = {}
    for each in transactions:
        day = each.occurred_at.astimezone(UTC).date()
        for line in each.lines:
            if isinstance(line.account, UUID):
                own[line.account].append(line)
                days[line.account, day].append(line)
                first = since.get(line.account, each.occurred_at)
                since[line.account] = min(first, each.occurred_at)
    _accounts_add(own, since)
    _days_add(days)


def _accounts_add(lines: Mapping[UUID, Sequence[Line]], since: Mapping[UUID, datetime]) -> None:
    known = AgentAccount.objects.in_bulk(lines)
    rows = []
    for agent_id in sorted(lines):
        row = known.get(agent_id) or AgentAccount(agent_id=agent_id, since_at=since[agent_id])
        totals = totals_fold(totals_of(row), lines[agent_id])
        for part in _PARTS:
            setattr(row, part, getattr(totals, part))
        row.since_at = min(row.since_at, since[agent_id])
        rows.append(row)
    AgentAccount.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["agent"], update_fields=[*_PARTS, "since_at"]
    )


def _days_add(lines: Mapping[tuple[UUID, date], Sequence[Line]]) -> None:
    agents, days = {agent for agent, _ in lines}, {day for _, day in lines}
    stored = AccountDay.objects.filter(agent_id__in=agents, day__in=days)
    known = {(row.agent_id, row.day): row for row in stored}
    rows = []
    for agent_id, day in sorted(lines):
        row = known.get((agent_id, day)) or AccountDay(agent_id=agent_id, day=day)
        row.change += balances(lines[agent_id, day])[agent_id]
        rows.append(row)
    AccountDay.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["agent", "day"], update_fields=["change"]
    )


def totals_of(account: AgentAccount) -> Totals:
    """Return an account's totals as the rules fold them."""
    return Totals(*(getattr(account, part) for part in _PARTS[:-1]))
