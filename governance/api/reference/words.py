"""A JSON schema in words, for the pages people read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLAIN = {
    "boolean": "true or false",
    "integer": "whole number",
    "null": "null",
    "number": "number",
    "object": "object",
    "string": "text",
}
_FORMATS = {"date-time": "time with a zone", "uuid": "UUID"}


def words_of(schema: Mapping[str, Any], components: Mapping[str, Any]) -> str:
    """Return what a schema allows: ``text, 1 to 120 characters`` or ``one of LOW, MEDIUM``."""
    if "anyOf" in schema:
        return "amount" if _is_amount(schema) else _either(schema, components)
    if "$ref" in schema:
        return _named(schema["$ref"].rpartition("/")[2], components)
    if "enum" in schema:
        return "one of " + ", ".join(str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {words_of(schema['items'], components)}"
    return _plain(schema)


def _either(schema: Mapping[str, Any], components: Mapping[str, Any]) -> str:
    return " or ".join(words_of(part, components) for part in schema["anyOf"])


def _is_amount(schema: Mapping[str, Any]) -> bool:
    return str(schema.get("description", "")).startswith("US dollars")


def _named(name: str, components: Mapping[str, Any]) -> str:
    schema = components[name]
    if "enum" in schema:
        return words_of(schema, components)
    return "object with " + ", ".join(schema["properties"])


def _plain(schema: Mapping[str, Any]) -> str:
    words = _FORMATS.get(schema.get("format", "")) or _PLAIN.get(schema.get("type", ""), "any JSON")
    low, high = schema.get("minimum"), schema.get("maximum")
    if "maxLength" in schema:
        words += f", {schema.get('minLength', 0)} to {schema['maxLength']} characters"
    if low is not None and high is not None:
        words += f" from {low} to {high}"
    elif low is not None:
        words += f" of at least {low}"
    return words
