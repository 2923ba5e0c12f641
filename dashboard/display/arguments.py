"""Canonical arguments, shown exactly: numbers keep the digits they were hashed with."""

from __future__ import annotations

import json


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


def _json_text(value: object) -> str:
    if isinstance(value, _Digits):
        return str(value)
    if isinstance(value, dict):
        members = (f"{_json_text(name)}: {_json_text(member)}" for name, member in value.items())
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_json_text(member) for member in value) + "]"
    return json.dumps(value, ensure_ascii=False)
