"""Money, shares, counts and hashes as they are written on screen."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal

from dashboard.display.durations import NBSP

_CENT = Decimal("0.01")
_NO_CENTS_FROM = Decimal(1_000)
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:%|×|USD|s|min|h|d|days?)(?!\w))")
MINUS = "\N{MINUS SIGN}"


def money(amount_usd: Decimal) -> str:
    """Return an amount in dollars: `$18,420.50`; below one cent with all its places, `$0.0042`."""
    size = abs(amount_usd)
    sign = MINUS if amount_usd < 0 else ""
    if 0 < size < _CENT:
        return f"{sign}${size.normalize():f}"
    return f"{sign}${size.quantize(_CENT, rounding=ROUND_HALF_EVEN):,}"


def mean_money(amount_usd: Decimal) -> str:
    """Return an amount that was divided: below one cent with two digits that say something."""
    if 0 < abs(amount_usd) < _CENT:
        amount_usd = amount_usd.quantize(Decimal(1).scaleb(amount_usd.adjusted() - 1))
    return money(amount_usd)


def whole_money(amount_usd: Decimal) -> str:
    """Return an amount that is read at a glance: from $1,000 on without cents, `$18,421`."""
    if abs(amount_usd) < _NO_CENTS_FROM:
        return money(amount_usd)
    return money(amount_usd.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)).removesuffix(".00")


def share(part: float, whole: float, *, minimum: int = 0) -> str:
    """Return a share in percent, or the plain count where there is too little to divide.

    Args:
        part: how many of them, >= 0.
        whole: how many there are, >= 0.
        minimum: below this `whole`, a percentage would pretend to be knowledge.

    Returns:
        `9.2 %` below ten percent, `25 %` above, `6 of 9` under the minimum or of nothing.
    """
    if whole <= 0 or whole < minimum:
        return f"{part:g} of {whole:g}"
    percent = 100 * part / whole
    return f"{percent:.1f}{NBSP}%" if 0 < percent < 10 else f"{percent:.0f}{NBSP}%"


def units_bound(sentence: str) -> str:
    """Return the sentence with no-break spaces before its units: a line ends in no bare `40`."""
    return _BEFORE_UNIT.sub(NBSP, sentence)


def plural(count: int, one: str, many: str = "") -> str:
    """Return a counted noun: `1 ticket`, `3 tickets`, with a no-break space."""
    noun = one if count == 1 else many or f"{one}s"
    return f"{count:,}{NBSP}{noun}"


def times(count: int) -> str:
    """Return how often something happened: `never`, `once`, `twice`, `3 times`."""
    return {0: "never", 1: "once", 2: "twice"}.get(count) or plural(count, "time")


def score(value: float) -> str:
    """Return a trust score or a bound of its band with two places, never rounded up to 1.00."""
    return f"{min(value, 0.99):.2f}" if value < 1 else "1.00"


def signed(change: float) -> str:
    """Return a change of a score with its sign and two places: `+0.12`, `−0.29`, `0.00`."""
    words = f"{abs(change):.2f}"
    return words if words == "0.00" else f"{'+' if change > 0 else MINUS}{words}"


def moved(before: float, after: float) -> str:
    """Return the change between two scores as they are read: what `score` shows of them, apart."""
    return signed(float(score(after)) - float(score(before)))


def went(before: str, after: str) -> str:
    """Return from where to where a figure went, both as they are read, or where it stayed."""
    return f"began and ended at {after}" if before == after else f"went from {before} to {after}"


def short_hash(digest: str) -> str:
    """Return a hash so that two can be told apart at a glance: `7be144d0 … 90ac1f2e`."""
    bare = digest.removeprefix("sha256:")
    return bare if len(bare) <= 20 else f"{bare[:8]}{NBSP}…{NBSP}{bare[-8:]}"
