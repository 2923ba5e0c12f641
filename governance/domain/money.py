"""US dollars: exact, six places, half-even; text out, text or numbers in."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

ZERO = Decimal(0)
_PLACES = Decimal("0.000001")
_CENT = Decimal("0.01")
_LIMIT = Decimal(10) ** 14


class MoneyError(ValueError):
    """An amount that cannot be stored as NUMERIC(20,6) dollars."""

    def __init__(self, field: str, value: object, allowed: str) -> None:
        """Name the field, the value and what is allowed."""
        self.field = field
        self.value = str(value)[:60]
        self.allowed = allowed
        super().__init__(f"{field} must be {allowed}, got {self.value}")


def usd(value: str | int | float | Decimal, *, field: str = "amount_usd") -> Decimal:
    """Return an amount of at least 0 dollars, rounded half-even to 6 places.

    A float is read as its shortest text, so 0.1 is ten cents and not 0.1000000000000000055.

    Raises:
        MoneyError: naming ``field``, for text that is no number, a negative or a huge amount.
    """
    amount = usd_signed(value, field=field)
    if amount < 0:
        raise MoneyError(field, value, "at least 0 dollars")
    return amount


def usd_signed(value: str | int | float | Decimal, *, field: str = "amount_usd") -> Decimal:
    """Return an amount of either sign (balances, transfers), else as `usd`."""
    try:
        amount = value if isinstance(value, Decimal) else Decimal(str(value).strip())
    except InvalidOperation as error:
        raise MoneyError(field, value, "an amount such as 12.50") from error
    # Decimal reads "1_000" and "NaN"; neither is an amount that a reader would agree on.
    if isinstance(value, bool) or not amount.is_finite() or "_" in str(value):
        raise MoneyError(field, value, "an amount such as 12.50")
    if abs(amount) >= _LIMIT:
        raise MoneyError(field, value, "below 100,000,000,000,000 dollars")
    return usd_round(amount)


def usd_round(amount: Decimal) -> Decimal:
    """Return ``amount`` half-even at 6 places, without a negative zero."""
    return amount.quantize(_PLACES, rounding=ROUND_HALF_EVEN) + ZERO


def usd_text(amount: Decimal) -> str:
    """Return the plain decimal text the API answers with: at least 2 places, at most 6."""
    whole, _, cents = f"{usd_round(amount):f}".partition(".")
    return f"{whole}.{cents.rstrip('0').ljust(2, '0')}"


def usd_shown(amount: Decimal, *, rounding: str = ROUND_HALF_EVEN) -> str:
    """Return the amount as people read it: ``$18,420.50``; below one cent with all its places.

    ``rounding`` is a mode of `decimal`: two amounts that differ by less than a cent need opposite
    ones where a sentence says that one exceeds the other.
    """
    size = abs(amount)
    shown = size if size < _CENT else size.quantize(_CENT, rounding=rounding)
    whole, _, cents = usd_text(shown).partition(".")
    sign = "-" if usd_round(amount) < 0 else ""
    return f"{sign}${int(whole):,}.{cents}"
