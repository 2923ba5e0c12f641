from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import msgspec
import pytest
from django.db import IntegrityError

from governance.domain.types import Preset
from governance.models import (
    AccountDay,
    Agent,
    AgentAccount,
    LedgerEntry,
    LedgerMark,
    Standing,
)
from governance.refusals import MissingError
from governance.selectors.clock import clock_now
from governance.selectors.turns import turn_wait
from governance.services import ledger
from governance.services.archiving import fleet_archive
from governance.services.batches import outcomes_load
from governance.services.interactions import interactions_load
from governance.services.ledger import (
    fine_book,
    fleets_ledger_book,
    ledger_book,
    transaction_undo,
)
from governance.services.ledger_entries import ledger_turn
from governance.services.schemas import InteractionItem, OutcomeItem
from tests.clock import NOON
from tests.factories import DecisionFactory, TaskFactory
from tests.waiting import behind

if TYPE_CHECKING:
    from tests.governance.services.orchestrator import Orchestrator

# The ledger reads what other transactions have committed: these tests really commit.
pytestmark = pytest.mark.django_db(transaction=True)

NOTHING = Decimal(0)
WHY = "Fined 20 % of the $25.00 moved inside ring 3: confirmed by mona."


def usd(text: str) -> Decimal:
    return Decimal(text)


def worked(shop: Orchestrator, task_id: str, **fields: Any) -> None:
    plain = {
        "task_id": task_id,
        "agent": "shop-bot",
        "finished_at": NOON.isoformat(),
        "result": "success",
        "requested_by": "job:import",
    }
    outcomes_load(key=shop.key, items=[msgspec.convert({**plain, **fields}, OutcomeItem)])


def passed(shop: Orchestrator, *names: str, **fields: Any) -> None:
    """Report interactions in one batch: 40 dollars from shop-bot to ship-bot."""
    plain = {
        "occurred_at": NOON.isoformat(),
        "initiator": "shop-bot",
        "counterparty": "ship-bot",
        "value_usd": "40",
    }
    items = [msgspec.convert({"id": name, **plain, **fields}, InteractionItem) for name in names]
    interactions_load(key=shop.key, items=items)


def book(shop: Orchestrator) -> int:
    return ledger_book(fleet_id=shop.fleet.pk)


def account(agent: Agent) -> AgentAccount:
    return AgentAccount.objects.get(agent=agent)


def balance(agent: Agent) -> Decimal:
    return account(agent).balance


def summed(**accounts: Any) -> Decimal:
    entries = LedgerEntry.objects.filter(**accounts)
    return sum((entry.amount for entry in entries), NOTHING)


def told(agent: Agent) -> list[str]:
    entries = LedgerEntry.objects.filter(agent=agent)
    return list(entries.order_by("id").values_list("sentence", flat=True))


def fine(shop: Orchestrator, source: UUID, amount: str = "5") -> UUID:
    return fine_book(
        fleet=shop.fleet,
        agent=shop.agent,
        amount=usd(amount),
        source=source,
        sentence=WHY,
        now=NOON,
    )


def test_an_outcome_earns_its_value_and_spends_its_cost(shop: Orchestrator) -> None:
    worked(shop, "t-1", value_usd="14", cost_usd="0.50")

    assert book(shop) == 1

    kept = account(shop.agent)
    assert (kept.earned, kept.spent, kept.balance) == (usd("14"), usd("0.5"), usd("13.5"))
    assert (kept.entries, kept.since_at) == (2, NOON)
    assert told(shop.agent) == ["Value of task t-1, which succeeded.", "Cost of task t-1."]


def test_a_failure_earns_nothing(shop: Orchestrator) -> None:
    worked(shop, "t-1", result="failure", value_usd="14", cost_usd="0.50")

    book(shop)

    assert balance(shop.agent) == usd("-0.5")


def test_an_exchange_without_a_task_is_taxed_as_coordination_at_the_givers_tier(
    shop: Orchestrator,
) -> None:
    other = shop.agent_new("ship-bot")
    Standing.objects.filter(agent=shop.agent).update(tier="high")
    passed(shop, "x-1", cost_usd="0.25")

    book(shop)

    # Coordination at tier high is preset balanced: 5 % of 40 is 2.
    assert balance(shop.agent) == usd("-40.25")
    assert (account(other).received, account(other).taxed) == (usd("40"), usd("2"))
    assert balance(other) == usd("38")
    assert summed(counter="tax") == usd("2")
    assert told(other) == [
        "Value of interaction x-1, from shop-bot to ship-bot.",
        "5 % of the $40.00 of interaction x-1, from shop-bot to ship-bot:"
        " preset balanced, coordination at tier high.",
    ]


def test_an_exchange_of_a_penalised_agent_is_taxed_at_tier_low(shop: Orchestrator) -> None:
    other = shop.agent_new("ship-bot")
    Standing.objects.filter(agent=shop.agent).update(tier="high")
    Agent.objects.filter(pk=shop.agent.pk).update(
        penal_until=clock_now() + timedelta(days=1), penal_budget_share=0.5
    )
    passed(shop, "x-1")

    book(shop)

    # Coordination at tier low is preset conservative: 10 % of 40 is 4.
    assert account(other).taxed == usd("4")


def test_an_exchange_for_a_task_is_taxed_at_the_rate_the_gate_named_last(
    shop: Orchestrator,
) -> None:
    other = shop.agent_new("ship-bot")
    task = TaskFactory(agent=shop.agent, external_id="t-9")
    decided = {Preset.CONSERVATIVE: 0.1, Preset.AGGRESSIVE: 0.02}
    for later, (preset, share) in enumerate(decided.items()):
        DecisionFactory(
            task=task,
            preset=preset.value,
            limits={"tax_share": share},
            created_at=NOON + timedelta(seconds=later),
        )
    passed(shop, "x-1", task_id="t-9")

    book(shop)

    # 2 % of 40, whatever the tier of the giver.
    assert account(other).taxed == usd("0.8")
    assert told(other)[1].endswith(": preset aggressive, as its task was decided.")


def test_a_decision_that_names_no_rate_leaves_it_to_the_tier(shop: Orchestrator) -> None:
    other = shop.agent_new("ship-bot")
    task = TaskFactory(agent=shop.agent, external_id="t-9")
    DecisionFactory(task=task, preset="aggressive", limits={})
    passed(shop, "x-1", task_id="t-9")

    book(shop)

    # A new agent is of tier low: 10 % of 40.
    assert account(other).taxed == usd("4")


def test_all_lines_of_a_fleet_sum_to_nothing_and_each_account_to_its_lines(
    shop: Orchestrator,
) -> None:
    other = shop.agent_new("ship-bot")
    worked(shop, "t-1", value_usd="14", cost_usd="0.123457")
    passed(shop, "x-1", "x-2", value_usd="0.000013", cost_usd="0.7")
    book(shop)
    transaction_undo(transaction=fine(shop, uuid4()), sentence="Dismissed.", now=NOON)
    fine(shop, uuid4(), "3.333333")

    assert summed(fleet=shop.fleet) == 0
    for agent in (shop.agent, other):
        days = AccountDay.objects.filter(agent=agent).values_list("change", flat=True)
        assert summed(agent=agent) == sum(days) == balance(agent)
        assert account(agent).entries == LedgerEntry.objects.filter(agent=agent).count()


def test_what_is_booked_is_not_booked_again(shop: Orchestrator) -> None:
    shop.agent_new("ship-bot")
    worked(shop, "t-1", value_usd="14")
    passed(shop, "x-1")

    assert (book(shop), book(shop)) == (2, 0)

    worked(shop, "t-2", value_usd="1")
    passed(shop, "x-2")
    assert book(shop) == 2
    # 14 + 1 earned, twice 40 given.
    assert balance(shop.agent) == usd("-65")


def test_even_a_lost_mark_lets_nothing_be_booked_twice(shop: Orchestrator) -> None:
    worked(shop, "t-1", value_usd="14")
    book(shop)
    LedgerMark.objects.all().delete()

    with pytest.raises(IntegrityError, match="ledger_booked_once"):
        book(shop)

    assert balance(shop.agent) == usd("14")


def test_outcomes_that_moved_nothing_are_passed_over(shop: Orchestrator) -> None:
    worked(shop, "t-1")

    assert (book(shop), book(shop)) == (1, 0)
    assert not AgentAccount.objects.exists()


def test_a_long_history_is_booked_in_batches_over_several_calls(
    shop: Orchestrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "SOURCES_AT_ONCE", 2)
    monkeypatch.setattr(ledger, "BATCHES_AT_ONCE", 2)
    shop.agent_new("ship-bot")
    # Seven of one transaction: a batch ends in the midst of it.
    passed(shop, *(f"x-{number}" for number in range(7)))

    assert [book(shop) for _ in range(3)] == [4, 3, 0]
    assert balance(shop.agent) == usd("-280")


def test_what_is_still_being_written_is_waited_for(shop: Orchestrator) -> None:
    shop.agent_new("ship-bot")

    booked = behind(lambda: worked(shop, "t-1", value_usd="14"), lambda: book_later(shop))

    assert booked.answer == 0
    assert book(shop) == 2
    assert (balance(shop.agent), summed(fleet=shop.fleet)) == (usd("-26"), NOTHING)


def book_later(shop: Orchestrator) -> int:
    """Commit an interaction while an older transaction is open, and book."""
    passed(shop, "x-1")
    return book(shop)


def test_a_ledger_that_somebody_else_writes_is_left_to_them(shop: Orchestrator) -> None:
    worked(shop, "t-1", value_usd="14")

    booked = behind(lambda: turn_wait(ledger_turn(shop.fleet.pk)), lambda: book(shop))

    assert (booked.waited, booked.answer) == (False, 0)
    assert book(shop) == 1


def test_a_fine_waits_for_whoever_writes_the_ledger(shop: Orchestrator) -> None:
    fined = behind(lambda: turn_wait(ledger_turn(shop.fleet.pk)), lambda: fine(shop, uuid4()))

    assert fined.waited
    assert balance(shop.agent) == usd("-5")


def test_each_living_fleet_is_booked(shop: Orchestrator) -> None:
    worked(shop, "t-1", value_usd="14")

    assert (fleets_ledger_book(), fleets_ledger_book()) == (1, 0)


def test_an_archived_fleet_is_passed_over(shop: Orchestrator) -> None:
    worked(shop, "t-1", value_usd="14")
    fleet_archive(fleet=shop.fleet, actor="adam", reason="It is over.")

    assert fleets_ledger_book() == 0


def test_what_is_reported_late_counts_on_the_day_it_happened(shop: Orchestrator) -> None:
    worked(shop, "t-1", value_usd="14")
    book(shop)
    days_ago = NOON - timedelta(days=3)
    worked(shop, "t-2", value_usd="2", finished_at=days_ago.isoformat())

    book(shop)

    days = AccountDay.objects.filter(agent=shop.agent).order_by("day")
    assert list(days.values_list("day", "change")) == [
        (date(2026, 2, 27), usd("2")),
        (date(2026, 3, 2), usd("14")),
    ]
    assert account(shop.agent).since_at == days_ago


def test_a_fine_is_booked_at_once_with_its_sentence(shop: Orchestrator) -> None:
    fined = fine(shop, uuid4())

    assert (account(shop.agent).penalised, balance(shop.agent)) == (usd("5"), usd("-5"))
    assert summed(counter="penalties") == usd("5")
    assert LedgerEntry.objects.filter(transaction=fined).count() == 2
    assert told(shop.agent) == [WHY]


def test_a_fine_is_booked_once_for_its_source(shop: Orchestrator) -> None:
    source = uuid4()

    assert fine(shop, source) == fine(shop, source)
    assert balance(shop.agent) == usd("-5")


def test_one_source_may_fine_several_agents(shop: Orchestrator) -> None:
    other, source = shop.agent_new("ship-bot"), uuid4()
    fine(shop, source)

    fine_book(fleet=shop.fleet, agent=other, amount=usd("1"), source=source, sentence=WHY, now=NOON)

    assert balance(other) == usd("-1")


def test_an_undone_fine_leaves_the_balance_and_the_lines(shop: Orchestrator) -> None:
    fined = fine(shop, uuid4())

    undone = transaction_undo(transaction=fined, sentence="Dismissed by mona.", now=NOON)

    kept = account(shop.agent)
    assert (kept.penalised, kept.balance, kept.entries) == (NOTHING, NOTHING, 2)
    assert told(shop.agent) == [WHY, "Dismissed by mona."]
    mirror = LedgerEntry.objects.get(transaction=undone, agent=shop.agent)
    assert mirror.mirrors == LedgerEntry.objects.get(transaction=fined, agent=shop.agent)


def test_undoing_twice_is_undoing_once(shop: Orchestrator) -> None:
    fined = fine(shop, uuid4())
    first = transaction_undo(transaction=fined, sentence="Dismissed.", now=NOON)

    again = transaction_undo(transaction=fined, sentence="Dismissed again.", now=NOON)

    assert again == first
    assert balance(shop.agent) == 0


def test_what_was_undone_may_be_restored(shop: Orchestrator) -> None:
    undone = transaction_undo(transaction=fine(shop, uuid4()), sentence="No.", now=NOON)

    transaction_undo(transaction=undone, sentence="It was one after all.", now=NOON)

    assert (account(shop.agent).penalised, balance(shop.agent)) == (usd("5"), usd("-5"))


def test_an_undone_exchange_takes_back_transfer_and_tax(shop: Orchestrator) -> None:
    other = shop.agent_new("ship-bot")
    passed(shop, "x-1")
    book(shop)

    transaction_undo(
        transaction=LedgerEntry.objects.filter(agent=other)[0].transaction,
        sentence="Reported by mistake.",
        now=NOON,
    )

    kept, given = account(other), account(shop.agent)
    assert (kept.received, kept.taxed, given.sent) == (NOTHING,) * 3
    assert summed(counter="tax") == 0


def test_what_is_not_booked_cannot_be_undone(shop: Orchestrator) -> None:
    with pytest.raises(MissingError):
        transaction_undo(transaction=uuid4(), sentence="No.", now=NOON)
