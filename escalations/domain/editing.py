"""Edited arguments: what people may change of what an agent asks with.

The gate never reads arguments, so no score says what an edit makes of them. A rule bounds it
instead: nothing is added, nothing changes its type, no number grows. Other text and truth values
may become anything; that they fit is for the people to judge who vote on the edited form.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from governance.domain.canonical import JsonValue

LONGEST_ARGUMENTS = 65_536
RULE = (
    "Values can be changed and arguments left out, none added; each keeps its type. A number, "
    "written as text too, can only come nearer to zero; a list can only lose items."
)
_ROOT, _NONE = "arguments", "{}"
_SHOWN_CHARACTERS = 60


class EditError(ValueError):
    """An edit that goes beyond what people may change."""

    def __init__(self, path: str, value: JsonValue, allowed: str) -> None:
        """Name the place, the value and what is allowed there."""
        text = json.dumps(value, ensure_ascii=False)
        self.value = text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"
        self.path, self.allowed = path, allowed
        super().__init__(f"{path} must be {allowed}, got {self.value}.")


def is_editable(canonical: str) -> bool:
    """Return whether canonical arguments can be edited: some, and not too many to read."""
    return canonical != _NONE and 0 < len(canonical) <= LONGEST_ARGUMENTS


def edit_check(asked: JsonValue, edited: JsonValue) -> None:
    """Refuse edited arguments that add to, retype or raise what was asked with.

    Values of objects are compared by key, of lists of one length by place; a shorter list must be
    the longer one with items left out. Text and truth values may change freely: people read them.

    Raises:
        EditError: at the first place that widens.
    """
    _check(asked, edited, _ROOT)


def _check(asked: JsonValue, edited: JsonValue, path: str) -> None:
    kind = _kind(asked)
    if _kind(edited) != kind:
        raise EditError(path, edited, f"{kind}, as it was asked")
    if isinstance(asked, Mapping) and isinstance(edited, Mapping):
        _check_object(asked, edited, path)
    elif isinstance(asked, str) and isinstance(edited, str):
        _check_text(asked, edited, path)
    elif isinstance(asked, Sequence) and isinstance(edited, Sequence):
        _check_list(asked, edited, path)
    elif isinstance(asked, int | float) and isinstance(edited, int | float):
        _check_number(asked, edited, path, shown=edited, most=str(asked))


def _check_object(
    asked: Mapping[str, JsonValue], edited: Mapping[str, JsonValue], path: str
) -> None:
    for name, value in edited.items():
        if name not in asked:
            raise EditError(f"{path}.{name}", value, "left out: only what was asked can be edited")
        _check(asked[name], value, f"{path}.{name}")


def _check_text(asked: str, edited: str, path: str) -> None:
    most = _number(asked)
    if most is None:
        return
    number = _number(edited)
    if number is None:
        raise EditError(path, edited, "a number written as text, as it was asked")
    _check_number(most, number, path, shown=edited, most=asked)


def _number(text: str) -> Decimal | None:
    """Return the number that text spells, 1e3 and .5 as well as 1000 and 0.5; None for others."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _check_list(asked: Sequence[JsonValue], edited: Sequence[JsonValue], path: str) -> None:
    if len(edited) == len(asked):
        for place, (was, now) in enumerate(zip(asked, edited, strict=True)):
            _check(was, now, f"{path}[{place}]")
        return
    left = iter(map(_spelled, asked))
    for place, item in enumerate(edited):
        if _spelled(item) not in left:
            allowed = "an item of the list that was asked, in its order"
            raise EditError(f"{path}[{place}]", item, allowed)


def _check_number(
    asked: float | Decimal, edited: float | Decimal, path: str, *, shown: JsonValue, most: str
) -> None:
    low, high = min(asked, 0), max(asked, 0)
    if not low <= edited <= high:
        raise EditError(path, shown, f"a number from 0 to {most}")


def _spelled(value: JsonValue) -> str:
    return json.dumps(value, sort_keys=True)


def _kind(value: JsonValue) -> str:
    # A truth value is an int to Python, and no number to anybody else.
    if isinstance(value, bool):
        return "true or false"
    if value is None:
        return "null"
    if isinstance(value, str):
        return "text"
    if isinstance(value, int | float):
        return "a number"
    return "an object" if isinstance(value, Mapping) else "a list"
