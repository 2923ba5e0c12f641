"""Bounds on one value of a request: fixed, one of a few, or a range of numbers.

There is no wildcard on text: whoever may loosen a word by a pattern lets through what nobody read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from governance.domain.canonical import CanonicalError, JsonValue, canonical_json

VALUES_MOST = 20
ARGUMENTS_MOST = 50
_PLAIN_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?", re.ASCII)
_FORMS = '{"is": value}, {"any_of": [values]} or {"min": number, "max": number}'


class BoundsError(ValueError):
    """A bound that says nothing clear: where it stands, what it is, what is allowed."""

    def __init__(self, path: str, value: object, allowed: str) -> None:
        """Name the place, the value and the rule."""
        self.path = path
        self.value = value
        self.allowed = allowed
        super().__init__(f"{path} must be {allowed}.")


@dataclass(frozen=True, slots=True)
class OneOf:
    """Exactly one of these canonical JSON texts; a single one is a fixed value."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NumberRange:
    """A JSON number from ``low`` to ``high``, both included."""

    low: int | float
    high: int | float


@dataclass(frozen=True, slots=True)
class DecimalRange:
    """Text that is a plain decimal, such as an amount, from ``low`` to ``high``, both included."""

    low: Decimal
    high: Decimal


Bound: TypeAlias = OneOf | NumberRange | DecimalRange
Bounds: TypeAlias = Mapping[str, Bound]


def bound_allows(bound: Bound, value: JsonValue) -> bool:
    """Return whether a value of a request is within its bound.

    A number written as text is never within a range of numbers, nor the other way round: a tool
    may read the two differently.
    """
    match bound:
        case OneOf(texts):
            return canonical_json(value) in texts
        case NumberRange(low, high):
            return _is_number(value) and low <= value <= high  # type: ignore[operator]
        case DecimalRange(low, high):
            amount = _decimal(value)
            return amount is not None and low <= amount <= high


def bounds_allow(bounds: Bounds, arguments: Mapping[str, JsonValue]) -> bool:
    """Return whether the arguments are exactly those bounded, each within its bound.

    One that is missing counts as outside: a tool's own default may reach further than any value.
    """
    return bounds.keys() == arguments.keys() and all(
        bound_allows(bound, arguments[name]) for name, bound in bounds.items()
    )


def bounds_width(bounds: Bounds) -> tuple[int, int, Decimal]:
    """Return how much the bounds let through, to be compared: less is more restrictive.

    Ranges first, then combinations of listed values, then the sum of the ranges' widths: bounds
    that lie within others in every argument never measure more than those.
    """
    ranges, combinations, width = 0, 1, Decimal(0)
    for bound in bounds.values():
        match bound:
            case OneOf(texts):
                combinations *= len(texts)
            case NumberRange(low, high) | DecimalRange(low, high):
                ranges += 1
                width += Decimal(high) - Decimal(low)
    return ranges, combinations, width


def bounds_read(plain: object) -> dict[str, Bound]:
    """Return the bounds that JSON describes: one object per argument.

    Raises:
        BoundsError: naming the argument, for another form, an unclear value, a range that holds
            one value or none, or more arguments or values than a person can read.
    """
    if not isinstance(plain, Mapping) or not all(isinstance(name, str) for name in plain):
        raise BoundsError("arguments", plain, "an object with one bound for each argument")
    if len(plain) > ARGUMENTS_MOST:
        raise BoundsError("arguments", len(plain), f"at most {ARGUMENTS_MOST} arguments")
    _text("arguments", list(plain))
    return {name: _bound_read(f"arguments.{name}", bound) for name, bound in plain.items()}


def bounds_words(bounds: Bounds) -> tuple[str, ...]:
    """Return what each argument may be, as people read it: ``amount 1 to 100``."""
    return tuple(f"{name} {_words(bound)}" for name, bound in sorted(bounds.items()))


def _bound_read(path: str, plain: object) -> Bound:
    match plain:
        case {"is": value, **rest} if not rest:
            return OneOf((_text(path, value),))
        case {"any_of": [_, *_] as values, **rest} if not rest:
            return _one_of(path, values)
        case {"min": low, "max": high, **rest} if not rest:
            return _range(path, low, high)
    raise BoundsError(path, plain, _FORMS)


def _one_of(path: str, values: list[JsonValue]) -> OneOf:
    if len(values) > VALUES_MOST:
        raise BoundsError(path, len(values), f"at most {VALUES_MOST} values")
    texts = tuple(_text(path, value) for value in values)
    if len(set(texts)) < len(texts):
        raise BoundsError(path, values, "different values")
    return OneOf(tuple(sorted(texts)))


def _range(path: str, low: JsonValue, high: JsonValue) -> Bound:
    _text(path, [low, high])
    least, most = _decimal(low), _decimal(high)
    if least is not None and most is not None and least < most:
        return DecimalRange(least, most)
    if _is_number(low) and _is_number(high) and low < high:  # type: ignore[operator]
        return NumberRange(low, high)  # type: ignore[arg-type]
    raise BoundsError(
        path, [low, high], "two numbers, or two plain decimals as text, the first less"
    )


def _text(path: str, value: JsonValue) -> str:
    try:
        return canonical_json(value)
    except CanonicalError as error:
        raise BoundsError(path, error.value, error.allowed) from error


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _decimal(value: JsonValue) -> Decimal | None:
    """Return the number that a text is, where every reader would agree on it."""
    if not isinstance(value, str) or not _PLAIN_DECIMAL.fullmatch(value):
        return None
    return Decimal(value)


def _words(bound: Bound) -> str:
    match bound:
        case OneOf((text,)):
            return text
        case OneOf(texts):
            return f"one of {', '.join(texts)}"
        case NumberRange(low, high) | DecimalRange(low, high):
            return f"{low} to {high}"
