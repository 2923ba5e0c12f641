"""The RFC 8785 form of JSON values, most of them through the encoder of Python's own library.

For plain values that one writes the same bytes ten times as fast. Everything else, errors too, is
left to the package, which decides what the form is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from json import JSONEncoder
from typing import Any, NoReturn

import rfc8785

_INTEGER_MOST = 2**53 - 1
# In between, Python and ECMAScript write a number alike that is not whole.
_FRACTION_LEAST, _FRACTION_MOST = 1e-4, 1e15
_AS_IS = frozenset({str, bool, type(None)})
_encode = JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
).encode


class _NotPlainError(ValueError):
    """The two encoders may write a value differently."""


def canonical_bytes(value: Any) -> bytes:
    """Return the RFC 8785 form of ``value`` in UTF-8.

    Raises:
        rfc8785.CanonicalizationError: for what JSON does not know, a number beyond +-(2^53 - 1),
            NaN or infinity, and a lone surrogate in a text.
        UnicodeEncodeError: for a lone surrogate in a key.
    """
    try:
        return _encode(_plain(value)).encode()
    except (_NotPlainError, TypeError, UnicodeEncodeError):
        return rfc8785.dumps(value)


def _plain(value: Any) -> Any:
    """Return a value of which both encoders make the same bytes; a number may be another type."""
    kind = type(value)
    return value if kind in _AS_IS else _PLAIN.get(kind, _not_plain)(value)


def _object(value: Mapping[Any, Any]) -> dict[str, Any]:
    # RFC 8785, 3.2.3: keys in the order of their UTF-16 units, which is that of ASCII.
    if not "".join(value).isascii():
        raise _NotPlainError
    return {key: item if type(item) in _AS_IS else _plain(item) for key, item in value.items()}


def _array(value: Sequence[Any]) -> list[Any]:
    return [item if type(item) in _AS_IS else _plain(item) for item in value]


def _integer(value: int) -> int:
    return value if -_INTEGER_MOST <= value <= _INTEGER_MOST else _not_plain(value)


def _float(value: float) -> float:
    if not -_FRACTION_MOST < value < _FRACTION_MOST:
        _not_plain(value)
    whole = int(value)
    if whole == value:
        return whole
    return _not_plain(value) if -_FRACTION_LEAST < value < _FRACTION_LEAST else value


def _not_plain(_value: Any) -> NoReturn:
    raise _NotPlainError


_PLAIN: Mapping[type, Callable[[Any], Any]] = {
    dict: _object,
    list: _array,
    tuple: _array,
    int: _integer,
    float: _float,
}
