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
from governance.selectors.ledger import totals_of
from governance.services.rows import rows_copy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from governance.domain.ledger import EntryKind, Line, SourceKind

COLUMNS = (
    "id",
    "fleet_id",
    "transaction",
    "kind",
    "agent_id",
    "counter",
    "amount",
    "source_kind",
    "source_id",
    "mirrors_id",
    "sentence",
    "occurred_at",
    "booked_at",
)
_PARTS = (*Totals()._asdict(), "balance")


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

    def rows(self, fleet_id: UUID, now: datetime) -> Iterable[tuple[object, ...]]:
        """Yield the lines as rows with the columns of ``COLUMNS``."""
        mirrors = self.mirrors or [None] * len(self.lines)
        for line, mirrored in zip(self.lines, mirrors, strict=True):
            counter = line.account if isinstance(line.account, Counter) else None
            yield (
                id_new(),
                fleet_id,
                self.id,
                line.kind.value,
                None if counter else line.account,
                counter.value if counter else "",
                line.amount,
                self.source_kind.value,
                self.source_id,
                mirrored,
                self.words[line.kind],
                self.occurred_at,
                now,
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
    rows = (row for each in transactions for row in each.rows(fleet_id, now))
    rows_copy(LedgerEntry, COLUMNS, rows)
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
