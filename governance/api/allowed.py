"""What a field allows, in words, read off the schema that refused its value."""

from __future__ import annotations

import re
from functools import singledispatch
from typing import TYPE_CHECKING, Any, cast

import msgspec.inspect as shape

from governance.services.schemas import READABLE

if TYPE_CHECKING:
    from msgspec import Struct

TIME = "a time with a zone, such as 2026-01-31T12:00:00Z"
AMOUNT = "an amount of at least 0 dollars, such as 12.50"
_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]")
_PLAIN: dict[type[shape.Type], str] = {
    shape.BoolType: "true or false",
    shape.DateTimeType: TIME,
    shape.DecimalType: AMOUNT,
    shape.DictType: "an object",
    shape.UUIDType: "a UUID",
    shape.NoneType: "null",
}


def allowed_at(kind: type[Struct], steps: list[str | int]) -> str:
    """Return in words what ``kind`` allows at a place such as ``["plan", "steps"]``."""
    return _words(_node_at(kind, steps))


def fields_of(kind: type[Struct], steps: list[str | int]) -> str:
    """Return the names of the fields of the object at a place, comma-separated."""
    found = cast("shape.StructType", _without_null(_node_at(kind, steps)))
    return ", ".join(field.encode_name for field in found.fields)


def steps_of(path: str) -> list[str | int]:
    """Return the steps of a path: ``plan.steps`` or ``tools_used[1]``."""
    return [name or int(index) for name, index in _STEP.findall(path)]


def value_at(body: Any, steps: list[str | int]) -> Any:
    """Return the value that was sent at a place."""
    value = body
    for step in steps:
        value = value[step]
    return value


def _node_at(kind: type[Struct], steps: list[str | int]) -> shape.Type:
    node: shape.Type = shape.type_info(kind)
    for step in steps:
        node = _inside(_without_null(node), step)
    return node


def _inside(node: shape.Type, step: str | int) -> shape.Type:
    if isinstance(node, shape.StructType):
        return next(field.type for field in node.fields if field.encode_name == step)
    # The schemas have objects, lists and single values; only the first two have an inside.
    return cast("shape.ListType", node).item_type


def _without_null(node: shape.Type) -> shape.Type:
    if isinstance(node, shape.Metadata):
        return _without_null(node.type)
    if isinstance(node, shape.UnionType):
        return next(t for t in node.types if not isinstance(t, shape.NoneType))
    return node


@singledispatch
def _words(node: shape.Type) -> str:
    return _PLAIN.get(type(node), "a JSON value")


@_words.register
def _(node: shape.Metadata) -> str:
    return _words(node.type)


@_words.register
def _(node: shape.UnionType) -> str:
    return " or ".join(_words(part) for part in node.types)


@_words.register
def _(node: shape.EnumType) -> str:
    return "one of " + ", ".join(str(member.value) for member in node.cls)


@_words.register
def _(node: shape.LiteralType) -> str:
    return "one of " + ", ".join(str(value) for value in node.values)


@_words.register
def _(node: shape.ListType) -> str:
    return f"a list, each entry {_words(node.item_type)}"


@_words.register
def _(node: shape.StructType) -> str:
    if not node.fields:
        return "an object without members"
    return "an object with " + ", ".join(field.encode_name for field in node.fields)


@_words.register
def _(node: shape.StrType) -> str:
    if node.pattern and node.pattern != READABLE:
        return f"text that matches {node.pattern}"
    if node.max_length is None:
        return "text"
    more = ", not only spaces" if node.pattern else ""
    return f"text of {node.min_length or 0} to {node.max_length} characters{more}"


@_words.register(shape.IntType)
@_words.register(shape.FloatType)
def _(node: shape.IntType | shape.FloatType) -> str:
    noun = "a whole number" if isinstance(node, shape.IntType) else "a number"
    if node.ge is not None and node.le is not None:
        return f"{noun} from {_bound(node.ge)} to {_bound(node.le)}"
    return noun if node.ge is None else f"{noun} of at least {_bound(node.ge)}"


def _bound(number: float) -> str:
    return str(number) if isinstance(number, int) else f"{number:g}"
