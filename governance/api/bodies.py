"""From bytes to a schema: read strictly, refused with the field, its value and what is allowed."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast

import msgspec
import msgspec.inspect as shape
from django.core.exceptions import RequestDataTooBig

from governance.api.allowed import AMOUNT, TIME, allowed_at, fields_of, steps_of, value_at
from governance.api.problems import MalformedError, MediaTypeError, TooLargeError
from governance.domain.canonical import CanonicalError, loads_strict
from governance.domain.money import MoneyError, usd
from governance.refusals import InvalidFieldError

if TYPE_CHECKING:
    from django.http import HttpRequest

    from governance.domain.canonical import JsonValue

STATE_BYTES = 64 * 1024
SINGLE_BYTES = 256 * 1024
BATCH_BYTES = 4 * 1024 * 1024

T = TypeVar("T", bound=msgspec.Struct)

# The last of what may be several: a value that was sent may look like a path.
_PLACE = re.compile(r"(?s)(?P<what>.*) - at `\$\.?(?P<path>[^`]*)`")
_NAMED = re.compile(r"(?s)Object (?P<how>missing required|contains unknown) field `(?P<name>.*)`")
_UNREADABLE = {"JSON", "UTF-8 text"}


def body_bytes(request: HttpRequest, *, most: int = SINGLE_BYTES) -> bytes:
    """Return the body of a JSON request.

    Raises:
        MediaTypeError: unless it says it is application/json.
        TooLargeError: if it has more than ``most`` bytes.
    """
    if request.content_type != "application/json":
        raise MediaTypeError(
            f"The body must be application/json, got {request.content_type or 'no media type'}.",
            field="Content-Type",
            value=request.content_type or "",
            allowed="application/json",
        )
    declared = request.META.get("CONTENT_LENGTH") or "0"
    if declared.isdecimal() and int(declared) > most:
        _refuse_size(int(declared), most)
    try:
        body = request.body
    except RequestDataTooBig:
        _refuse_size(None, most)
    if len(body) > most:
        _refuse_size(len(body), most)
    return body


def body_json(body: bytes) -> JsonValue:
    """Return the one meaning of a JSON text.

    Raises:
        MalformedError: if it is no JSON or no UTF-8.
        InvalidFieldError: if it has no single meaning: a duplicate key, NaN, a lone surrogate,
            a number beyond 2^53 - 1, or nesting beyond 64 levels.
    """
    try:
        return loads_strict(body)
    except CanonicalError as error:
        raise canonical_refusal(error) from error


def body_convert(value: object, kind: type[T]) -> T:
    """Return ``value`` as a ``kind``, its amounts rounded half-even to 6 places.

    Raises:
        InvalidFieldError: naming the first field at fault, its value and what is allowed.
        TooLargeError: if ``state`` has more than 64 KiB.
    """
    if isinstance(value, dict):
        value = _with_amounts(value, kind)
    try:
        converted = msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise _refusal(str(error), value, kind) from error
    state = getattr(converted, "state", None)
    if state is not None:
        _state_check(state)
    return converted


def body_read(body: bytes, kind: type[T]) -> T:
    """Return the body of a request as a ``kind``; raises as `body_json` and `body_convert`."""
    return body_convert(body_json(body), kind)


def canonical_refusal(error: CanonicalError) -> MalformedError | InvalidFieldError:
    """Return the refusal of a text that is no JSON, or that has more than one meaning."""
    if error.allowed in _UNREADABLE:
        return MalformedError(
            f"The body is not {error.allowed}: {error.value}.", allowed=error.allowed
        )
    field = error.path.removeprefix("$").removeprefix(".")
    return InvalidFieldError(
        f"{field or 'The body'} must be {error.allowed}, got {error.value}.",
        code="not_canonical",
        field=field or "body",
        value=error.value,
        allowed=error.allowed,
    )


@cache
def _amount_fields(kind: type[msgspec.Struct]) -> frozenset[str]:
    info = cast("shape.StructType", shape.type_info(kind))
    return frozenset(field.encode_name for field in info.fields if _has_decimal(field.type))


def _has_decimal(node: shape.Type) -> bool:
    parts = node.types if isinstance(node, shape.UnionType) else (node,)
    return any(isinstance(part, shape.DecimalType) for part in parts)


def _with_amounts(value: dict[str, Any], kind: type[msgspec.Struct]) -> dict[str, Any]:
    """Return ``value`` with its amounts as rounded decimals; msgspec would take -5 and NaN."""
    named = [name for name in _amount_fields(kind) if value.get(name) is not None]
    amounts: dict[str, Decimal] = {}
    for name in named:
        try:
            amounts[name] = usd(value[name], field=name)
        except MoneyError as error:
            raise InvalidFieldError(
                f"{error}.", code="invalid_amount", field=name, value=value[name], allowed=AMOUNT
            ) from error
    return {**value, **amounts} if amounts else value


def _refusal(message: str, value: object, kind: type[msgspec.Struct]) -> InvalidFieldError:
    what, path = _parted(message, value)
    steps = steps_of(path)
    named = _NAMED.fullmatch(what)
    if named:
        field = f"{path}.{named['name']}" if path else named["name"]
        if named["how"].startswith("missing"):
            allowed = allowed_at(kind, [*steps, named["name"]])
            return InvalidFieldError(
                f"{field} is required: {allowed}.",
                code="missing_field",
                field=field,
                allowed=allowed,
            )
        return InvalidFieldError(
            f"{field} is not a field of this object.",
            code="unknown_field",
            field=field,
            value=value_at(value, [*steps, named["name"]]),
            allowed=fields_of(kind, steps),
        )
    sent = value_at(value, steps)
    is_naive = "timezone" in what
    allowed = TIME if is_naive else allowed_at(kind, steps)
    return InvalidFieldError(
        f"{path or 'The body'} must be {allowed}, got {_brief(sent)}.",
        code="naive_time" if is_naive else "invalid_field",
        field=path or "body",
        value=sent,
        allowed=allowed,
    )


def _parted(message: str, value: object) -> tuple[str, str]:
    """Return what is wrong, and the path of the object or value in ``value``; "" for itself.

    The name of an unknown field may hold anything: one of the outermost object is looked up.
    """
    named = _NAMED.fullmatch(message)
    is_outermost = named is not None and isinstance(value, dict) and named["name"] in value
    found = None if is_outermost else _PLACE.fullmatch(message)
    return (found["what"], found["path"]) if found else (message, "")


def _brief(sent: object) -> str:
    text = msgspec.json.encode(sent, enc_hook=str).decode()
    return text if len(text) <= 60 else text[:60] + "…"


def _state_check(state: str) -> None:
    size = len(state) if state.isascii() else len(state.encode())
    if size > STATE_BYTES:
        raise TooLargeError(
            f"state has {size} bytes; at most {STATE_BYTES} are kept.",
            code="state_too_large",
            field="state",
            value=f"{size} bytes",
            allowed=f"at most {STATE_BYTES} bytes of UTF-8",
        )


def _refuse_size(size: int | None, most: int) -> NoReturn:
    raise TooLargeError(
        f"The body has {size or 'too many'} bytes; at most {most} are read.",
        code="body_too_large",
        field="body",
        value=f"{size} bytes" if size else "too many bytes",
        allowed=f"at most {most} bytes",
    )
