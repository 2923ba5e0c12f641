"""The ledger: what agents earned, spent, passed on and were fined, booked after the fact."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from governance.domain.ledger import (
    Counter,
    EntryKind,
    Line,
    SourceKind,
    fine_lines,
    interaction_lines,
    mirror_lines,
    outcome_lines,
)
from governance.domain.ledger_words import interaction_words, outcome_words
from governance.domain.types import Result
from governance.models import Fleet, Interaction, LedgerEntry, LedgerMark, Outcome
from governance.refusals import MissingError
from governance.selectors.clock import clock_now
from governance.selectors.ledger import booked_upto, unbooked
from governance.selectors.tax import tax_rates
from governance.selectors.turns import turn_taken, turn_wait
from governance.selectors.watermarks import first_running_transaction
from governance.services.ledger_entries import Transaction, ledger_turn, transactions_write
from governance.services.sweeping import moved_or_logged

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal

    from governance.models import Agent

# A batch is one transaction of under a second; after so many, other work gets the worker.
SOURCES_AT_ONCE = 1_000
BATCHES_AT_ONCE = 10


def fleets_ledger_book() -> int:
    """Book what is new in each living fleet; return in how many there was something."""
    fleets = Fleet.objects.filter(archived_at=None).exclude(policy=None).order_by("pk")
    return sum(
        moved_or_logged(partial(_has_booked, pk), "ledger of fleet %s cannot be booked", pk)
        for pk in fleets.values_list("pk", flat=True)
    )


def ledger_book(*, fleet_id: UUID) -> int:
    """Book the outcomes and interactions that ended since the last time; return how many.

    Each is booked once, as it was reported: a later correction of an outcome moves no money. A
    long history is booked over several calls, each batch in a transaction of its own.
    """
    booked = 0
    for _ in range(BATCHES_AT_ONCE):
        found = _batch_book(fleet_id)
        if not found:
            break
        booked += found
    return booked


@transaction.atomic
def fine_book(
    *, fleet: Fleet, agent: Agent, amount: Decimal, source: UUID, sentence: str, now: datetime
) -> UUID:
    """Fine an agent at once and return the transaction; again for the same source is idle.

    Args:
        fleet: the agent's.
        agent: who pays.
        amount: in dollars; the balance may fall below 0.
        source: the record that imposes the penalty, one for each time it is imposed.
        sentence: why, with the numbers, as people read it.
        now: the transaction's time.

    Raises:
        ValueError: unless ``amount`` rounds to more than 0.
    """
    turn_wait(ledger_turn(fleet.pk))
    lines = fine_lines(agent.pk, amount)
    booked = LedgerEntry.objects.filter(
        source_kind=SourceKind.PENALTY.value, source_id=source, agent=agent
    )
    known = booked.values_list("transaction", flat=True).first()
    if known is not None:
        return known
    fine = Transaction(
        source_kind=SourceKind.PENALTY,
        source_id=source,
        lines=lines,
        words={EntryKind.FINE: sentence},
        occurred_at=now,
    )
    transactions_write(fleet_id=fleet.pk, transactions=[fine], now=now)
    return fine.id


@transaction.atomic
def transaction_undo(*, transaction: UUID, sentence: str, now: datetime) -> UUID:
    """Take a transaction back by its mirror and return that; undoing again is idle.

    The mirror is a transaction of its own: undoing that restores what was undone, and what was
    restored is taken back by undoing the restoring one.

    Raises:
        MissingError: transaction_unknown.
    """
    entries = list(LedgerEntry.objects.filter(transaction=transaction).order_by("id"))
    if not entries:
        raise MissingError(f"No transaction {transaction} is booked.", code="transaction_unknown")
    fleet_id = entries[0].fleet_id
    turn_wait(ledger_turn(fleet_id))
    undone = LedgerEntry.objects.filter(source_kind=SourceKind.UNDO.value, source_id=transaction)
    known = undone.values_list("transaction", flat=True).first()
    if known is not None:
        return known
    mirror = Transaction(
        source_kind=SourceKind.UNDO,
        source_id=transaction,
        lines=mirror_lines(_line(entry) for entry in entries),
        words=dict.fromkeys(EntryKind, sentence),
        occurred_at=now,
        mirrors=[entry.pk for entry in entries],
    )
    transactions_write(fleet_id=fleet_id, transactions=[mirror], now=now)
    return mirror.id


def _line(entry: LedgerEntry) -> Line:
    return Line(
        entry.agent_id or Counter(entry.counter),
        EntryKind(entry.kind),
        entry.amount,
        is_mirror=entry.is_mirror,
    )


def _has_booked(fleet_id: UUID) -> bool:
    return ledger_book(fleet_id=fleet_id) > 0


@transaction.atomic
def _batch_book(fleet_id: UUID) -> int:
    if not turn_taken(ledger_turn(fleet_id)):
        return 0
    now = clock_now()
    fleet = Fleet.objects.get(pk=fleet_id)
    before = first_running_transaction(after=booked_upto(fleet_id=fleet_id))
    outcomes = _outcomes_new(fleet, before)
    interactions = _interactions_new(fleet, before)
    if not outcomes and not interactions:
        return 0
    booked = [*map(_of_outcome, outcomes), *_of_interactions(fleet, interactions)]
    transactions_write(fleet_id=fleet_id, transactions=booked, now=now)
    _mark_move(fleet, SourceKind.OUTCOME, outcomes)
    _mark_move(fleet, SourceKind.INTERACTION, interactions)
    return len(outcomes) + len(interactions)


def _outcomes_new(fleet: Fleet, before: int) -> list[Outcome]:
    rows = Outcome.objects.filter(
        unbooked(fleet_id=fleet.pk, kind=SourceKind.OUTCOME), transaction__lt=before
    )
    wanted = rows.only(
        "agent_id",
        "task_external_id",
        "result",
        "value_usd",
        "cost_usd",
        "finished_at",
        "transaction",
    )
    return list(wanted.order_by("transaction", "id")[:SOURCES_AT_ONCE])


def _interactions_new(fleet: Fleet, before: int) -> list[Interaction]:
    rows = Interaction.objects.filter(
        unbooked(fleet_id=fleet.pk, kind=SourceKind.INTERACTION), transaction__lt=before
    )
    named = rows.select_related("initiator", "counterparty").only(
        "external_id",
        "initiator__external_id",
        "counterparty__external_id",
        "task_id",
        "value_usd",
        "cost_usd",
        "occurred_at",
        "transaction",
    )
    return list(named.order_by("transaction", "id")[:SOURCES_AT_ONCE])


def _mark_move(
    fleet: Fleet, kind: SourceKind, booked: Sequence[Outcome] | Sequence[Interaction]
) -> None:
    if booked:
        last = booked[-1]
        LedgerMark.objects.update_or_create(
            fleet=fleet,
            source_kind=kind.value,
            defaults={"transaction": last.transaction, "source_id": last.pk},
        )


def _of_outcome(outcome: Outcome) -> Transaction:
    result = Result(outcome.result)
    return Transaction(
        source_kind=SourceKind.OUTCOME,
        source_id=outcome.pk,
        lines=outcome_lines(
            outcome.agent_id,
            result=result,
            value_usd=outcome.value_usd,
            cost_usd=outcome.cost_usd,
        ),
        words=outcome_words(outcome.task_external_id, result),
        occurred_at=outcome.finished_at,
    )


def _of_interactions(fleet: Fleet, interactions: Sequence[Interaction]) -> list[Transaction]:
    rates = tax_rates(fleet=fleet, interactions=interactions)
    return [
        Transaction(
            source_kind=SourceKind.INTERACTION,
            source_id=one.pk,
            lines=interaction_lines(
                initiator=one.initiator_id,
                counterparty=one.counterparty_id,
                value_usd=one.value_usd,
                cost_usd=one.cost_usd,
                tax_share=rates[one.pk].share,
            ),
            words=interaction_words(
                one.external_id,
                initiator=one.initiator.external_id,
                counterparty=one.counterparty.external_id,
                value_usd=one.value_usd,
                tax=rates[one.pk],
            ),
            occurred_at=one.occurred_at,
        )
        for one in interactions
    ]
