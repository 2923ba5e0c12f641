from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.domain.ledger import (
    Counter,
    EntryKind,
    Line,
    Totals,
    balances,
    fine_lines,
    interaction_lines,
    mirror_lines,
    outcome_lines,
    totals_fold,
)
from governance.domain.types import Result

ANN, BOB = UUID(int=1), UUID(int=2)
AMOUNTS = st.none() | st.decimals(0, 10**13, places=6)
OUTCOMES = st.builds(
    outcome_lines,
    st.just(ANN),
    result=st.sampled_from(list(Result)),
    value_usd=AMOUNTS,
    cost_usd=AMOUNTS,
)
INTERACTIONS = st.builds(
    interaction_lines,
    initiator=st.just(ANN),
    counterparty=st.just(BOB),
    value_usd=AMOUNTS,
    cost_usd=AMOUNTS,
    tax_share=st.floats(0, 1),
)
FINES = st.builds(fine_lines, st.just(BOB), st.decimals("0.000001", 10**13, places=6))
TRANSACTIONS = OUTCOMES | INTERACTIONS | FINES


def usd(text: str) -> Decimal:
    return Decimal(text)


def test_a_success_earns_its_value_from_outside_and_spends_its_cost_there() -> None:
    lines = outcome_lines(
        ANN, result=Result.SUCCESS, value_usd=usd("14.00"), cost_usd=usd("0.0125")
    )

    assert lines == (
        Line(Counter.OUTSIDE, EntryKind.EARNED, usd("-14")),
        Line(ANN, EntryKind.EARNED, usd("14")),
        Line(ANN, EntryKind.SPENT, usd("-0.0125")),
        Line(Counter.OUTSIDE, EntryKind.SPENT, usd("0.0125")),
    )
    # 14 - 0.0125
    assert balances(lines) == {ANN: usd("13.9875"), Counter.OUTSIDE: usd("-13.9875")}


@pytest.mark.parametrize(
    ("result", "balance"),
    [
        (Result.PARTIAL, {ANN: usd("13"), Counter.OUTSIDE: usd("-13")}),
        (Result.FAILURE, {ANN: usd("-1"), Counter.OUTSIDE: usd("1")}),
        (Result.CANCELLED, {ANN: usd("-1"), Counter.OUTSIDE: usd("1")}),
    ],
)
def test_work_that_nobody_can_use_earns_nothing_and_costs_all_the_same(
    result: Result, balance: dict[object, Decimal]
) -> None:
    lines = outcome_lines(ANN, result=result, value_usd=usd("14"), cost_usd=usd("1"))

    assert balances(lines) == balance


def test_what_was_not_reported_or_is_nothing_moves_nothing() -> None:
    assert outcome_lines(ANN, result=Result.SUCCESS, value_usd=None, cost_usd=usd("0")) == ()


def test_an_interaction_passes_its_value_on_and_the_receiver_pays_the_tax() -> None:
    lines = interaction_lines(
        initiator=ANN,
        counterparty=BOB,
        value_usd=usd("42.50"),
        cost_usd=usd("0.30"),
        tax_share=0.05,
    )

    # 5 % of 42.50 is 2.125; Ann gives 42.50 and the cost of 0.30, Bob keeps 42.50 - 2.125.
    assert balances(lines) == {
        ANN: usd("-42.80"),
        BOB: usd("40.375"),
        Counter.TAX: usd("2.125"),
        Counter.OUTSIDE: usd("0.30"),
    }


@pytest.mark.parametrize(("value", "tax"), [("0.000050", "0.000002"), ("0.000070", "0.000004")])
def test_the_tax_is_rounded_half_even_at_six_places(value: str, tax: str) -> None:
    # 5 % of 0.000050 is 0.0000025 and of 0.000070 is 0.0000035: both halves go to the even digit.
    lines = interaction_lines(
        initiator=ANN, counterparty=BOB, value_usd=usd(value), cost_usd=None, tax_share=0.05
    )

    assert balances(lines)[Counter.TAX] == usd(tax)


def test_without_a_rate_there_is_no_tax() -> None:
    lines = interaction_lines(
        initiator=ANN, counterparty=BOB, value_usd=usd("7"), cost_usd=None, tax_share=0.0
    )

    assert {line.kind for line in lines} == {EntryKind.TRANSFER}


def test_an_interaction_without_a_value_only_costs() -> None:
    lines = interaction_lines(
        initiator=ANN, counterparty=BOB, value_usd=None, cost_usd=usd("0.2"), tax_share=0.1
    )

    assert balances(lines) == {ANN: usd("-0.2"), Counter.OUTSIDE: usd("0.2")}


def test_a_fine_goes_to_the_penalties() -> None:
    assert balances(fine_lines(BOB, usd("5.5"))) == {
        BOB: usd("-5.5"),
        Counter.PENALTIES: usd("5.5"),
    }


@pytest.mark.parametrize("amount", ["0", "-3", "0.0000001"])
def test_a_fine_of_nothing_is_none(amount: str) -> None:
    with pytest.raises(ValueError, match=f"a fine must be > 0 dollars, got {usd(amount)}"):
        fine_lines(BOB, usd(amount))


def test_totals_keep_apart_what_came_in_and_what_went_out() -> None:
    lines = [
        *outcome_lines(ANN, result=Result.SUCCESS, value_usd=usd("10"), cost_usd=usd("1")),
        *interaction_lines(
            initiator=ANN, counterparty=BOB, value_usd=usd("4"), cost_usd=usd("2"), tax_share=0.1
        ),
        *interaction_lines(
            initiator=BOB, counterparty=ANN, value_usd=usd("20"), cost_usd=None, tax_share=0.1
        ),
        *fine_lines(ANN, usd("3")),
    ]

    totals = totals_fold(Totals(), [line for line in lines if line.account == ANN])

    assert totals == Totals(
        earned=usd("10"),
        received=usd("20"),
        spent=usd("3"),
        sent=usd("4"),
        taxed=usd("2"),
        penalised=usd("3"),
        entries=7,
    )
    # 10 + 20 - 3 - 4 - 2 - 3
    assert totals.balance == usd("18")


@given(lines=TRANSACTIONS)
def test_every_transaction_sums_to_nothing(lines: tuple[Line, ...]) -> None:
    assert sum(line.amount for line in lines) == 0


@given(lines=TRANSACTIONS)
def test_a_mirror_of_a_mirror_is_what_was_mirrored(lines: tuple[Line, ...]) -> None:
    assert mirror_lines(mirror_lines(lines)) == lines


@given(lines=TRANSACTIONS)
def test_a_transaction_and_its_mirror_leave_every_account_as_it_was(
    lines: tuple[Line, ...],
) -> None:
    assert set(balances([*lines, *mirror_lines(lines)]).values()) <= {Decimal(0)}


@given(lines=TRANSACTIONS, agent=st.sampled_from([ANN, BOB]))
def test_a_mirror_takes_back_each_part_of_an_agents_totals(
    lines: tuple[Line, ...], agent: UUID
) -> None:
    own = [line for line in [*lines, *mirror_lines(lines)] if line.account == agent]

    assert totals_fold(Totals(), own) == Totals(entries=len(own))


@given(transactions=st.lists(TRANSACTIONS, max_size=5), agent=st.sampled_from([ANN, BOB]))
def test_the_balance_of_the_totals_is_what_the_lines_sum_to(
    transactions: list[tuple[Line, ...]], agent: UUID
) -> None:
    own = [line for lines in transactions for line in lines if line.account == agent]

    assert totals_fold(Totals(), own).balance == balances(own).get(agent, 0)
