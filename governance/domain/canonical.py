"""One spelling for one value: strict reading of JSON and its RFC 8785 form.

What a reviewer sees, what the digest covers and what the agent gets back to run is the same
canonical text. Readers disagree about duplicate keys, NaN and integers that a double cannot
hold, so bodies with them are refused before anything is hashed.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NoReturn, TypeAlias

from governance.domain.canonical_bytes import canonical_bytes

JsonValue: TypeAlias = (
    "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
)

LARGEST_NUMBER = 2**53 - 1
DEEPEST_NESTING = 64
_ROOT = "$"
_SHOWN_CHARACTERS = 60


class CanonicalError(ValueError):
    """A JSON value that has no single agreed meaning."""

    def __init__(self, path: str, value: str, allowed: str) -> None:
        """Name the place, the value and what is allowed there."""
        self.path = path
        self.value = value if len(value) <= _SHOWN_CHARACTERS else value[:_SHOWN_CHARACTERS] + "…"
        self.allowed = allowed
        super().__init__(f"{path} must be {allowed}, got {self.value}")


class _Repeated:
    """An object in which a key occurred twice; the path is found on the walk."""

    def __init__(self, key: str) -> None:
        self.key = key


class _Number:
    """A number whose text no double can hold."""

    def __init__(self, text: str) -> None:
        self.text = text


def loads_strict(body: bytes) -> JsonValue:
    """Return the value of a JSON text in UTF-8.

    Raises:
        CanonicalError: on broken JSON or UTF-8, a duplicate key, NaN or Infinity, a number beyond
            +-(2^53 - 1), a lone surrogate or U+0000, or more than 64 levels of nesting.

    Source: RFC 8785, section 3.1, and RFC 7493 (I-JSON), sections 2.1 to 2.3.
    """
    value = _decode(body)
    _check(value, _ROOT, 0)
    return value


def loads_strict_each(body: bytes, *, key: str) -> list[JsonValue | CanonicalError]:
    """Return the items of a JSON text ``{"<key>": [...]}``, each read by itself.

    An item with a duplicate key, NaN and the like becomes its error, so that it cannot take the
    others with it; its path starts at the item.

    Raises:
        CanonicalError: on broken JSON or UTF-8, or unless the text is an object with that one list.
    """
    value = _decode(body)
    if not isinstance(value, dict) or set(value) != {key}:
        raise CanonicalError(_ROOT, _kind(value), f'an object with one list, "{key}"')
    items = value[key]
    if not isinstance(items, list):
        raise CanonicalError(f"{_ROOT}.{key}", _kind(items), "a list")
    return [_checked(item) for item in items]


def canonical_json(value: JsonValue) -> str:
    """Return the RFC 8785 form of ``value``; reading it back gives the same form again.

    Raises:
        CanonicalError: as `loads_strict`, and for a value or key that JSON does not know.
    """
    _check(value, _ROOT, 0)
    return canonical_bytes(value).decode()


def _decode(body: bytes) -> JsonValue:
    try:
        value: JsonValue = _DECODER.decode(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise CanonicalError(_ROOT, f"byte {error.start}", "UTF-8 text") from error
    except json.JSONDecodeError as error:
        raise CanonicalError(_ROOT, f"character {error.pos}: {error.msg}", "JSON") from error
    except RecursionError as error:
        _refuse_depth(_ROOT, error)
    return value


def _checked(item: JsonValue) -> JsonValue | CanonicalError:
    try:
        _check(item, _ROOT, 0)
    except CanonicalError as error:
        return error
    return item


_KINDS: Mapping[type, str] = {
    _Repeated: "a repeated key",
    bool: "true or false",
    list: "a list",
    str: "text",
    type(None): "null",
}


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return "an object with " + (", ".join(map(_shown, sorted(value))) or "nothing")
    return _KINDS.get(type(value), "a number")


def _object(pairs: list[tuple[str, object]]) -> object:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    times = Counter(key for key, _ in pairs)
    return _Repeated(next(key for key, count in times.items() if count > 1))


def _integer(text: str) -> object:
    # 2^53 - 1 has 16 digits; int() itself refuses very long texts with a plain ValueError.
    return int(text) if len(text) <= 17 else _Number(text)


# Built once: json.loads would make a new decoder for every call that has hooks.
_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_constant=_Number)


def _check(value: object, path: str, depth: int) -> None:
    if value is None or value is True or value is False:
        return
    if isinstance(value, str):
        _check_text(value, path)
    elif isinstance(value, int | float):
        _check_number(value, path)
    elif isinstance(value, dict | list | tuple):
        _check_container(value, path, depth + 1)
    elif isinstance(value, _Number):
        is_number = value.text.lstrip("-").isdigit()
        raise CanonicalError(path, value.text, _NUMBER if is_number else "a number")
    elif isinstance(value, _Repeated):
        raise CanonicalError(f"{path}.{_shown(value.key)}", "a second one", "given once")
    else:
        raise CanonicalError(path, type(value).__name__, "a JSON value")


_NUMBER = f"a number from -{LARGEST_NUMBER} to {LARGEST_NUMBER}"


def _check_number(value: float, path: str) -> None:
    # RFC 8785 writes 1e20 as an integer, so the limit holds for every spelling of a number.
    if not math.isfinite(value) or abs(value) > LARGEST_NUMBER:
        raise CanonicalError(path, repr(value), _NUMBER)


def _check_text(value: str, path: str) -> None:
    # PostgreSQL cannot store it in a text, and nothing people should read holds one.
    if "\0" in value:
        raise CanonicalError(path, "the character U+0000", "text without U+0000")
    if value.isascii():
        return
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        found = f"U+{ord(value[error.start]):04X} at character {error.start}"
        raise CanonicalError(path, found, "text without lone surrogates") from error


def _check_container(
    value: dict[object, object] | list[object] | tuple[object, ...], path: str, depth: int
) -> None:
    if depth > DEEPEST_NESTING:
        _refuse_depth(path, None)
    if not isinstance(value, dict):
        for index, item in enumerate(value):
            _check(item, f"{path}[{index}]", depth)
        return
    for key, item in value.items():
        if not isinstance(key, str):
            raise CanonicalError(path, repr(key), "an object whose keys are text")
        place = f"{path}.{_shown(key)}"
        _check_text(key, place)
        _check(item, place, depth)


def _shown(key: str) -> str:
    # A lone surrogate in a key must not break the very message that reports it.
    return key.encode("utf-8", "backslashreplace").decode("utf-8")


def _refuse_depth(path: str, cause: Exception | None) -> NoReturn:
    raise CanonicalError(
        path, "deeper nesting", f"nested at most {DEEPEST_NESTING} levels"
    ) from cause
