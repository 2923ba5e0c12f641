"""What a schema allows, in words."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from msgspec import Meta, Struct

from governance.api.allowed import allowed_at, fields_of, steps_of, value_at


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Inner(Struct):
    many: list[Annotated[str, Meta(max_length=3)]]
    at: datetime


class Outer(Struct):
    inner: Inner | None
    colour: Colour
    letter: Literal["a", "b"]
    text: str
    code: Annotated[str, Meta(pattern="^x$", description="A code.")]
    count: int
    size: Annotated[int, Meta(ge=2)]
    share: Annotated[float, Meta(ge=0, le=0.5)]
    amount: Decimal
    flag: bool
    free: dict[str, Any]
    id: UUID
    anything: Any


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("inner", "an object with many, at or null"),
        ("inner.many", "a list, each entry text of 0 to 3 characters"),
        ("inner.many[4]", "text of 0 to 3 characters"),
        ("inner.at", "a time with a zone, such as 2026-01-31T12:00:00Z"),
        ("colour", "one of red, blue"),
        ("letter", "one of a, b"),
        ("text", "text"),
        ("code", "text that matches ^x$"),
        ("count", "a whole number"),
        ("size", "a whole number of at least 2"),
        ("share", "a number from 0 to 0.5"),
        ("amount", "an amount of at least 0 dollars, such as 12.50"),
        ("flag", "true or false"),
        ("free", "an object"),
        ("id", "a UUID"),
        ("anything", "a JSON value"),
    ],
)
def test_each_place_says_what_it_allows(path: str, words: str) -> None:
    assert allowed_at(Outer, steps_of(path)) == words


def test_the_fields_of_an_optional_object_are_named() -> None:
    assert fields_of(Outer, steps_of("inner")) == "many, at"


def test_a_path_leads_to_the_value_that_was_sent() -> None:
    assert value_at({"inner": {"many": ["a", 7]}}, steps_of("inner.many[1]")) == 7
