from __future__ import annotations

from decimal import Decimal

import pytest

from governance.domain.money import MoneyError, usd, usd_shown, usd_signed, usd_text


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("12.50", "12.500000"),
        (" 7 ", "7.000000"),
        (0.1, "0.100000"),
        (3, "3.000000"),
        (Decimal("1.2345675"), "1.234568"),
        (Decimal("1.2345665"), "1.234566"),
        ("-0.0000001", "0.000000"),
    ],
)
def test_amounts_are_kept_half_even_at_six_places(
    value: str | int | float | Decimal, amount: str
) -> None:
    assert str(usd_signed(value)) == amount


@pytest.mark.parametrize(
    ("value", "allowed"),
    [
        ("-1", "at least 0 dollars"),
        ("1,000", "an amount such as 12.50"),
        ("1_000", "an amount such as 12.50"),
        ("NaN", "an amount such as 12.50"),
        ("Infinity", "an amount such as 12.50"),
        (float("nan"), "an amount such as 12.50"),
        (True, "an amount such as 12.50"),
        ("1e14", "below 100,000,000,000,000 dollars"),
    ],
)
def test_what_is_no_amount_is_refused_by_field(value: str | float, allowed: str) -> None:
    with pytest.raises(MoneyError) as refused:
        usd(value, field="cost_usd")

    assert (refused.value.field, refused.value.value, refused.value.allowed) == (
        "cost_usd",
        str(value),
        allowed,
    )


def test_an_amount_of_nothing_is_an_amount() -> None:
    assert usd("0") == 0


def test_a_refund_may_be_negative_where_signs_are_allowed() -> None:
    assert usd_signed("-4.5") == Decimal("-4.5")


@pytest.mark.parametrize(
    ("amount", "text", "shown"),
    [
        ("18420.5", "18420.50", "$18,420.50"),
        ("0.000001", "0.000001", "$0.000001"),
        ("20.000000", "20.00", "$20.00"),
        ("-3", "-3.00", "-$3.00"),
        ("861.345", "861.345", "$861.34"),
        ("0.004200", "0.0042", "$0.0042"),
    ],
)
def test_amounts_are_written_plainly_and_shown_grouped(amount: str, text: str, shown: str) -> None:
    assert (usd_text(Decimal(amount)), usd_shown(Decimal(amount))) == (text, shown)
