"""The digest of a row: SHA-256 over the RFC 8785 form of the columns that never change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import rfc8785

from governance.domain.canonical_bytes import canonical_bytes

DIGEST_BYTES = 32
ID_BYTES = 16


class JsonText(str):
    """The text of a JSON value as the database holds it."""

    __slots__ = ()


def row_digest(kind: str, columns: Mapping[str, object]) -> bytes:
    """Return the digest of one row, 32 bytes.

    Args:
        kind: which kind of row, so that no row passes for one of another table.
        columns: the fixed columns by name; JSON as `JsonText`.
    """
    plain = {
        name: value if type(value) in _AS_IS else _plain(value) for name, value in columns.items()
    }
    return hashlib.sha256(spelled({"kind": kind, "columns": plain})).digest()


def json_exact(text: str) -> Any:
    """Return the value of a JSON text; a number that no double holds exactly stays a text.

    What is written here comes from doubles and survives, so that such a number is a changed one.
    """
    return json.loads(text, parse_float=_number, parse_int=_whole)


def event_digest(event: Mapping[str, object]) -> str:
    """Return the hash that stands in an event, 64 hexadecimal digits.

    Args:
        event: its fleet, number, name, ids, payload, actor, time and the hash before, as plain
            values; the time in ISO 8601.
    """
    return hashlib.sha256(spelled(dict(event))).hexdigest()


def spelled(value: Mapping[str, Any]) -> bytes:
    """Return the RFC 8785 form; what has none, and nothing here writes, has one spelling too."""
    try:
        return canonical_bytes(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError):
        return json.dumps(value, sort_keys=True, default=str).encode()


def _plain(value: object) -> Any:
    spelled = _SPELLED.get(type(value))
    return value if spelled is None else spelled(value)


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


def _number(text: str) -> float | str:
    value = float(text)
    return value if Decimal(repr(value)) == Decimal(text) else f"number {text}"


def _whole(text: str) -> int | str:
    # Longer ones are beyond 2^53 in any case, and int() refuses very long texts.
    value = int(text) if len(text) <= 17 else 2**53
    return value if abs(value) < 2**53 else f"number {text}"


# Most columns of most rows: they are not worth a call.
_AS_IS = frozenset({str, bool, type(None)})
_SPELLED: Mapping[type, Callable[[Any], Any]] = {
    JsonText: json_exact,
    datetime: _moment,
    UUID: str,
    Decimal: str,
}
