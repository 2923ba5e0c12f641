from __future__ import annotations

from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from governance.domain.canonical_bytes import canonical_bytes

LARGEST = 2**53 - 1
# Surrogates, control characters, and both sides of U+E000, where UTF-16 sorts otherwise.
TEXTS = st.one_of(
    st.text(max_size=6),
    st.text(st.characters(max_codepoint=0x7F), max_size=6),
    st.text(st.sampled_from('\x00\x1f\x7f"\\/\u2028\ud800\ue000\uffff\U0001f600é'), max_size=4),
)
NUMBERS = st.one_of(
    st.integers(),
    st.integers(-LARGEST - 2, LARGEST + 2),
    st.floats(),
    st.integers(-LARGEST, LARGEST).map(float),
    st.floats(-1e-3, 1e-3),
    st.floats(1e14, 1e22),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(TEXTS, inner, max_size=5),
    ),
    max_leaves=12,
)


def written(write: Any, value: Any) -> bytes | type[Exception]:
    """Return what an encoder writes, or the error it raises."""
    try:
        return bytes(write(value))
    except ValueError as error:
        return type(error)


@given(VALUES)
@example(
    {"a": -0.0, "b": 1.0, "c": 1e-4, "d": 9.9e-5, "e": 1e15, "f": 999999999999999.9, "g": 1e21}
)
@example({"\ue000": 1, "\U0001f600": 2, "z": "\ud800"})
@example({1: "a key that is no text"})
@example([LARGEST, -LARGEST, LARGEST + 1])
def test_the_bytes_are_those_of_the_package(value: Any) -> None:
    assert written(canonical_bytes, value) == written(rfc8785.dumps, value)


@pytest.mark.parametrize("value", [{1, 2}, object(), b"bytes"])
def test_what_json_does_not_know_is_refused_as_by_the_package(value: object) -> None:
    with pytest.raises(rfc8785.CanonicalizationError):
        canonical_bytes([value])
