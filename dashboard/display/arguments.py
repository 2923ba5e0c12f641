"""Canonical arguments, shown exactly: numbers keep the digits they were hashed with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_INDENT = "  "


class _Digits(str):
    """A number as it stands in the canonical text."""

    __slots__ = ()


def argument_texts(canonical_json: str) -> tuple[tuple[str, str], ...]:
    """Return each top-level argument as (name, JSON text), in canonical order.

    Args:
        canonical_json: the stored canonical form (RFC 8785) of the arguments.

    Returns:
        One pair for each member of an object; a single pair named `value` for anything else.

    Raises:
        ValueError: if the text is not JSON.
    """
    parsed = json.loads(canonical_json, parse_float=_Digits, parse_int=_Digits)
    if isinstance(parsed, dict):
        return tuple((name, _json_text(value)) for name, value in parsed.items())
    return (("value", _json_text(parsed)),)


def argument_lines_pretty(canonical_json: str) -> tuple[str, ...]:
    """Return arguments as indented JSON, one member or item a line, in canonical order.

    No line ends in a comma: adding a last member would else change the line before it.

    Raises:
        ValueError: if the text is not JSON.
    """
    parsed = json.loads(canonical_json, parse_float=_Digits, parse_int=_Digits)
    return tuple(_pretty(parsed, indent=0, label=""))


def _pretty(value: object, *, indent: int, label: str) -> Iterator[str]:
    start = _INDENT * indent + label
    if isinstance(value, dict) and value:
        yield start + "{"
        for name, member in value.items():
            yield from _pretty(member, indent=indent + 1, label=f"{_json_text(name)}: ")
        yield _INDENT * indent + "}"
    elif isinstance(value, list) and value:
        yield start + "["
        for member in value:
            yield from _pretty(member, indent=indent + 1, label="")
        yield _INDENT * indent + "]"
    else:
        yield start + _json_text(value)


def _json_text(value: object) -> str:
    if isinstance(value, _Digits):
        return str(value)
    if isinstance(value, dict):
        members = (f"{_json_text(name)}: {_json_text(member)}" for name, member in value.items())
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_json_text(member) for member in value) + "]"
    return json.dumps(value, ensure_ascii=False)
