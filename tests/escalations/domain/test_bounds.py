from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.domain.bounds import (
    BoundsError,
    bound_allows,
    bounds_allow,
    bounds_read,
    bounds_width,
    bounds_words,
)

REFUND = {
    "amount_usd": {"min": "1.00", "max": "50.00"},
    "order": {"is": 4711},
    "reason": {"any_of": ["late", "broken"]},
    "retries": {"min": 0, "max": 3},
}
ASKED: dict[str, Any] = {"amount_usd": "20.00", "order": 4711, "reason": "late", "retries": 2}
names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
scalars = st.none() | st.booleans() | st.integers(-999, 999) | st.floats(-1e6, 1e6) | names
values = st.recursive(
    scalars, lambda each: st.lists(each, max_size=3) | st.dictionaries(names, each)
)


def test_what_lies_within_every_bound_is_allowed() -> None:
    assert bounds_allow(bounds_read(REFUND), ASKED)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("amount_usd", "50.01"),
        ("amount_usd", "0.99"),
        ("amount_usd", 20.0),
        ("amount_usd", "2e1"),
        ("amount_usd", " 20.00"),
        ("amount_usd", "+20.00"),
        ("amount_usd", "020.00"),
        ("amount_usd", "٢٠"),
        ("amount_usd", "20.00\n"),
        ("amount_usd", None),
        ("order", 4712),
        ("order", "4711"),
        ("order", [4711]),
        ("reason", "Late"),
        ("reason", "late "),
        ("reason", ["late"]),
        ("retries", 4),
        ("retries", -0.5),
        ("retries", "2"),
        ("retries", True),
        ("retries", [2]),
    ],
)
def test_what_lies_outside_one_bound_is_not(name: str, value: Any) -> None:
    assert not bounds_allow(bounds_read(REFUND), {**ASKED, name: value})


@pytest.mark.parametrize("name", ["amount_usd", "order", "reason", "retries"])
def test_a_missing_argument_is_outside(name: str) -> None:
    assert not bounds_allow(bounds_read(REFUND), {key: ASKED[key] for key in ASKED if key != name})


@given(name=names.filter(lambda name: name not in REFUND), value=values)
def test_an_argument_that_no_bound_names_is_outside(name: str, value: Any) -> None:
    assert not bounds_allow(bounds_read(REFUND), {**ASKED, name: value})


@given(fixed=values, asked=values)
def test_a_fixed_value_allows_itself_alone(fixed: Any, asked: Any) -> None:
    (bound,) = bounds_read({"value": {"is": fixed}}).values()

    assert bound_allows(bound, fixed)
    # To JSON true is not 1, which Python would have it be, and 1.0 is 1.
    assert bound_allows(bound, asked) is (_spelled(asked) == _spelled(fixed))


@given(low=st.integers(-99, 0), high=st.integers(1, 99), asked=st.integers(-200, 200))
def test_a_range_holds_both_of_its_ends_and_nothing_beyond(low: int, high: int, asked: int) -> None:
    numbers = bounds_read({"value": {"min": low, "max": high}})
    texts = bounds_read({"value": {"min": str(low), "max": str(high)}})

    assert bounds_allow(numbers, {"value": asked}) is (asked in range(low, high + 1))
    assert bounds_allow(texts, {"value": str(asked)}) is (asked in range(low, high + 1))


def test_one_tenth_is_within_a_range_that_ends_there() -> None:
    assert bounds_allow(bounds_read({"share": {"min": 0, "max": 0.1}}), {"share": 0.1})
    assert not bounds_allow(
        bounds_read({"share": {"min": 0, "max": 0.1}}), {"share": 0.1 + 2e-17 + 1e-16}
    )


@pytest.mark.parametrize(
    ("plain", "path"),
    [
        ([], "arguments"),
        ({1: {"is": 1}}, "arguments"),
        ({f"a{n}": {"is": n} for n in range(51)}, "arguments"),
        ({"\ud800": {"is": 1}}, "arguments"),
        ({"a": 1}, "arguments.a"),
        ({"a": {}}, "arguments.a"),
        ({"a": {"like": "x*"}}, "arguments.a"),
        ({"a": {"is": 1, "any_of": [1]}}, "arguments.a"),
        ({"a": {"is": 2**53}}, "arguments.a"),
        ({"a": {"is": "\ud800"}}, "arguments.a"),
        ({"a": {"any_of": []}}, "arguments.a"),
        ({"a": {"any_of": [1, 1.0]}}, "arguments.a"),
        ({"a": {"any_of": list(range(21))}}, "arguments.a"),
        ({"a": {"any_of": "xyz"}}, "arguments.a"),
        ({"a": {"min": 1}}, "arguments.a"),
        ({"a": {"min": 1, "max": 1}}, "arguments.a"),
        ({"a": {"min": 2, "max": 1}}, "arguments.a"),
        ({"a": {"min": "2", "max": "1"}}, "arguments.a"),
        ({"a": {"min": "1", "max": 2}}, "arguments.a"),
        ({"a": {"min": "a", "max": "b"}}, "arguments.a"),
        ({"a": {"min": False, "max": True}}, "arguments.a"),
        ({"a": {"min": float("nan"), "max": 2}}, "arguments.a"),
        ({"a": {"min": 0, "max": float("inf")}}, "arguments.a"),
    ],
)
def test_an_unclear_bound_is_refused_by_its_name(plain: object, path: str) -> None:
    with pytest.raises(BoundsError) as refused:
        bounds_read(plain)

    assert refused.value.path == path


def test_bounds_are_read_aloud_in_the_order_of_their_names() -> None:
    assert bounds_words(bounds_read(REFUND)) == (
        "amount_usd 1.00 to 50.00",
        "order 4711",
        'reason one of "broken", "late"',
        "retries 0 to 3",
    )


def test_ranges_count_more_than_lists_and_lists_more_than_one_value() -> None:
    fixed = bounds_read({"a": {"is": 1}, "b": {"is": "x"}})
    listed = bounds_read({"a": {"any_of": [1, 2, 3]}, "b": {"any_of": ["x", "y"]}})
    ranged = bounds_read({"a": {"min": 1, "max": 3.5}, "b": {"is": "x"}})

    assert bounds_width(fixed) == (0, 1, Decimal(0))
    assert bounds_width(listed) == (0, 6, Decimal(0))
    assert bounds_width(ranged) == (1, 1, Decimal("2.5"))


def _spelled(value: Any) -> str:
    """Return the value so that numbers are alike by what they count, and nothing else is."""
    return json.dumps(_numbers_alike(value), sort_keys=True)


def _numbers_alike(value: Any) -> Any:
    match value:
        case bool() | None | str():
            return value
        case dict():
            return {name: _numbers_alike(each) for name, each in value.items()}
        case list():
            return [_numbers_alike(each) for each in value]
        case _:
            return float(value) + 0.0
