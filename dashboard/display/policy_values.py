"""A setting's value as it is typed and read: exact, shares in percent.

A share is read as a percentage, everything else as the policy holds it. What cannot be read as a
number is passed on as it was typed: the policy itself says what is wrong with it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dashboard.display.policy_titles import has_title, title_of
from governance.domain.policy.words import word_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from governance.domain.policy.plain import PolicyField
    from governance.domain.policy.problems import Problem

_PERCENT = Decimal(100)
_SHARE = re.compile(r"(-?\d+(?:\.\d+)?(?:e-?\d+)?) share")
_LONGEST = 40
_ON, _OFF = "on", "off"
# The browser reads numbers by the same rule (`policy_check.js`).
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]{1,4})?", re.IGNORECASE)
_NAME = re.compile(r"[a-z]+(?:[._][a-z0-9_]+)+")
_SINGULAR: Mapping[str, str] = {
    "matches": "match",
    **{
        f"{one}s": one
        for one in (
            "agent", "alarm", "approval", "audit", "day", "decision", "deviation", "dollar",
            "failure", "freeze", "hour", "interaction", "job", "level", "minute", "outcome",
            "point", "result", "second", "source", "task", "third", "ticket", "tier",
        )
    },
}  # fmt: skip


def is_percent(field: PolicyField) -> bool:
    """Return whether people read the setting in percent."""
    return field.unit.startswith("share")


def unit_words(field: PolicyField) -> str:
    """Return the unit that stands beside the typed value; empty where it has none."""
    return f"%{field.unit.removeprefix('share')}" if is_percent(field) else field.unit


def choices_of(field: PolicyField) -> tuple[tuple[str, str], ...]:
    """Return the words to choose from with what is said for each; none where a value is typed."""
    if isinstance(field.default, bool):
        return ((_OFF, "Off"), (_ON, "On"))
    return tuple((word, word_text(word)) for word in field.choices)


def typed_text(field: PolicyField, value: Any) -> str:
    """Return a value as a person types it: `12.5` for a share of 0.125; exact, without noise."""
    if isinstance(value, bool):
        return _ON if value else _OFF
    if isinstance(value, int | float):
        exact = Decimal(repr(value))
        return _plain(exact * _PERCENT if is_percent(field) else exact)
    return str(value)


def typed_value(field: PolicyField, text: str) -> object:
    """Return the JSON value a person typed; text that is no number is returned as it is."""
    text = text.strip()
    if isinstance(field.default, bool):
        return {_ON: True, _OFF: False}.get(text, text)
    number = text.replace("\N{MINUS SIGN}", "-")
    if not isinstance(field.default, int | float) or len(text) > _LONGEST:
        return text
    if not _NUMBER.fullmatch(number):
        return text
    exact = Decimal(number) / _PERCENT if is_percent(field) else Decimal(number)
    if isinstance(field.default, int) and exact == exact.to_integral_value():
        return int(exact)
    return float(exact)


def shown_text(field: PolicyField, value: Any) -> str:
    """Return a field's value with its unit, as a sentence says it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return word_text(typed_text(field, value))
    return value_words(value, field.unit)


def value_words(value: Any, unit: str) -> str:
    """Return a value with its unit; a share in percent, one of a unit as one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return (_ON if value else _OFF) if isinstance(value, bool) else word_text(str(value))
    exact = Decimal(repr(value))
    if unit.startswith("share"):
        return f"{_plain(exact * _PERCENT)}\N{NO-BREAK SPACE}%{unit.removeprefix('share')}"
    unit = unit_of_one(unit) if value == 1 else unit
    number = _plain(exact, grouped=True)
    return f"{number}\N{NO-BREAK SPACE}{unit}" if unit else number


def unit_of_one(unit: str) -> str:
    """Return a unit as it is said of one: `minute`, `audit a day`; `s` and `log odds` stay."""
    if unit == "times":
        return "time"
    return " ".join(_SINGULAR.get(word, word) for word in unit.split(" "))


def range_words(field: PolicyField) -> str:
    """Return what is allowed, in the unit that is typed: `from 5 to 100 %`."""
    if choices := choices_of(field):
        return "one of " + ", ".join(text for _, text in choices)
    unit = unit_words(field)
    unit = f" {unit}" if unit else ""
    low, high = (
        None if each is None else typed_text(field, each) for each in (field.low, field.high)
    )
    whole = "a whole number " if isinstance(field.default, int) else ""
    if low is None:
        return f"{whole}{f'at most {high}{unit}' if high is not None else f'any{unit}'}".strip()
    if high is None:
        return f"{whole}at least {low}{unit}"
    return f"{whole}from {low} to {high}{unit}"


def plain_number(field: PolicyField, value: float) -> str:
    """Return a number as the field shows it, without its unit: `3,000,000`, or 30 for 30 %."""
    exact = Decimal(repr(value))
    return _plain(exact * _PERCENT if is_percent(field) else exact, grouped=True)


def span_words(field: PolicyField) -> str:
    """Return the range alone, beside a control that has its unit: `from 5 to 100`."""
    low, high = (
        "" if each is None else plain_number(field, each) for each in (field.low, field.high)
    )
    if low and high:
        return f"from {low} to {high}"
    if low or high:
        return f"at least {low}" if low else f"at most {high}"
    return ""


def refused_template(field: PolicyField) -> str:
    """Return the sentence at a field outside its range, with `{}` for what was typed."""
    return f"Must be {range_words(field)}, got {{}}."


def refused_text(field: PolicyField, problem: Problem, typed: str) -> str:
    """Return what stands at a field that was refused, in the words and units of the page.

    Out of range, or not of its kind: the sentence that the browser says as well. A contradiction
    with another field names that field by its title.
    """
    if _is_own(field, problem.value):
        return refused_template(field).replace("{}", typed.strip() or "nothing")
    allowed = titled(problem.allowed, near=field.path.partition(".")[0])
    if is_percent(field):
        allowed = _in_percent(allowed)
    words = dict(choices_of(field))
    if words:
        word, _, rest = allowed.partition(" ")
        allowed = f"“{words.get(word, word)}” {rest}"
    return f"Must be {allowed}, got {words.get(typed, typed.strip())}."


def titled(sentence: str, *, near: str) -> str:
    """Return a sentence with each setting in it named by its title.

    ``near`` is the branch whose settings it names without their branch.
    """

    def name(found: re.Match[str]) -> str:
        word = found[0]
        for path in (word, f"{near}.{word}"):
            if has_title(path):
                return f"“{title_of(path)}”"
        return word

    return _NAME.sub(name, sentence)


def matches(words: Iterable[str], *texts: str) -> bool:
    """Return whether each word stands somewhere in the texts, whatever its case."""
    whole = " ".join(texts).lower()
    return all(word.lower() in whole for word in words)


def _is_own(field: PolicyField, value: object) -> bool:
    """Return whether a value is wrong by itself: of another kind, or out of range."""
    if field.choices or isinstance(field.default, bool):
        return value not in field.choices and not isinstance(value, bool)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return not isinstance(field.default, str)
    if isinstance(field.default, int) and not isinstance(value, int):
        return True
    low = field.low is None or value >= field.low
    return not (low and (field.high is None or value <= field.high))


def _in_percent(sentence: str) -> str:
    """Return a sentence of the policy with each share in it in percent."""

    def percent(found: re.Match[str]) -> str:
        return f"{_plain(Decimal(found[1]) * _PERCENT)}\N{NO-BREAK SPACE}%"

    return _SHARE.sub(percent, sentence)


def _plain(number: Decimal, *, grouped: bool = False) -> str:
    """Return a number without exponent and without zeros that say nothing."""
    text = format(number, ",f" if grouped else "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
