from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.domain.canonical import (
    CanonicalError,
    canonical_json,
    loads_strict,
    loads_strict_each,
)

LARGEST = 2**53 - 1
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST, LARGEST)
    | st.floats(-LARGEST, LARGEST)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def test_keys_are_sorted_by_utf16_as_in_rfc_8785_section_3_2_3() -> None:
    value = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }

    text = canonical_json(value)

    assert list(loads_strict(text.encode())) == [  # type: ignore[arg-type]
        "\r",
        "1",
        "\u0080",
        "\u00f6",
        "\u20ac",
        "\U0001f600",
        "\ufb33",
    ]


def test_numbers_are_written_as_in_rfc_8785_appendix_b() -> None:
    text = canonical_json([1.0, -0.0, 1e-7, 0.002, 333333333.33333329, 4.50, True, None])

    assert text == "[1,0,1e-7,0.002,333333333.3333333,4.5,true,null]"


@pytest.mark.parametrize(
    ("body", "path", "value"),
    [
        (b'{"a":1,"a":1}', "$.a", "a second one"),
        (b'{"x":{"y":[0,{"b":1,"c":2,"b":3}]}}', "$.x.y[1].b", "a second one"),
        (b'{"a":NaN}', "$.a", "NaN"),
        (b"[-Infinity]", "$[0]", "-Infinity"),
        (b"[1e400]", "$[0]", "inf"),
        (b"[9007199254740992]", "$[0]", "9007199254740992"),
        (b"[-9007199254740992]", "$[0]", "-9007199254740992"),
        (b"[1e20]", "$[0]", "1e+20"),
        (b"[" + b"7" * 5000 + b"]", "$[0]", "7" * 60 + "…"),
        (b'["ab\\ud800"]', "$[0]", "U+D800 at character 2"),
        (b'{"\\ud800":1}', "$.\\ud800", "U+D800 at character 0"),
        (b'"\xff"', "$", "byte 1"),
        (b"{", "$", "character 1: Expecting property name enclosed in double quot…"),
        (b"\xef\xbb\xbf{}", "$", "character 0: Expecting value"),
    ],
)
def test_ambiguous_bodies_are_refused_with_their_place(body: bytes, path: str, value: str) -> None:
    with pytest.raises(CanonicalError) as refused:
        loads_strict(body)

    assert (refused.value.path, refused.value.value) == (path, value)


def test_the_refusal_says_what_is_allowed() -> None:
    with pytest.raises(CanonicalError) as refused:
        loads_strict(b'{"ids":[NaN]}')

    assert str(refused.value) == ("$.ids[0] must be a number, got NaN")


@pytest.mark.parametrize("depth", [65, 100_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    with pytest.raises(CanonicalError, match="nested at most 64 levels"):
        loads_strict(b"[" * depth + b"]" * depth)


def test_64_levels_are_fine() -> None:
    body = b"[" * 64 + b"]" * 64

    text = canonical_json(loads_strict(body))

    assert text == body.decode()


@pytest.mark.parametrize(
    ("value", "place"),
    [({1: "a"}, r"\$ must be an object"), ({"a": {1, 2}}, r"\$\.a must be a JSON value")],
)
def test_what_json_does_not_know_has_no_canonical_form(value: Any, place: str) -> None:
    with pytest.raises(CanonicalError, match=place):
        canonical_json(value)


def test_a_tuple_is_written_as_a_list() -> None:
    assert canonical_json({"ids": ("a", "b")}) == '{"ids":["a","b"]}'


@given(VALUES)
def test_the_canonical_form_of_a_canonical_form_is_itself(value: Any) -> None:
    text = canonical_json(value)

    again = canonical_json(loads_strict(text.encode()))

    assert again == text


def test_each_item_is_read_by_itself() -> None:
    body = b'{"items": [{"a": 1}, {"a": 1, "a": 2}, {"a": NaN}, "x"]}'

    first, repeated, not_a_number, last = loads_strict_each(body, key="items")

    assert (first, last) == ({"a": 1}, "x")
    assert isinstance(repeated, CanonicalError)
    assert str(repeated) == "$.a must be given once, got a second one"
    assert isinstance(not_a_number, CanonicalError)
    assert not_a_number.path == "$.a"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"[1]", "a list"),
        (b"1e999", "a number"),
        (b"{}", "an object with nothing"),
        (b'{"items": [], "more": 1}', "an object with items, more"),
        (b'{"items": [], "items": []}', "a repeated key"),
    ],
)
def test_items_stand_in_one_list(body: bytes, found: str) -> None:
    with pytest.raises(CanonicalError) as caught:
        loads_strict_each(body, key="items")

    assert caught.value.value == found
    assert caught.value.allowed == 'an object with one list, "items"'


@pytest.mark.parametrize(
    ("items", "found"),
    [(b"1", "a number"), (b'"a"', "text"), (b"true", "true or false"), (b"null", "null")],
)
def test_items_are_a_list(items: bytes, found: str) -> None:
    with pytest.raises(CanonicalError) as caught:
        loads_strict_each(b'{"items": %b}' % items, key="items")

    assert str(caught.value) == f"$.items must be a list, got {found}"


def test_a_null_character_is_refused_because_no_database_text_holds_one() -> None:
    with pytest.raises(CanonicalError, match=r"\$\.title must be text without U\+0000"):
        loads_strict(b'{"title": "a\\u0000b"}')
