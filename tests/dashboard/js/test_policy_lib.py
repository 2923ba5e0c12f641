"""What may be typed into a field of the policy, as the browser reads it before sending."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dashboard.display.policy_values import refused_text, typed_value
from governance.domain.policy.plain import policy_fields
from governance.domain.policy.problems import Problem

pytestmark = pytest.mark.browser

FIELDS = {each.path: each for each in policy_fields()}
TYPED = [
    "",
    "x",
    "3",
    "3.0",
    " 3 ",
    "2.5",
    "-1",
    "\N{MINUS SIGN}1",
    "0",
    "21",
    "1e1",
    "1_0",
    "1e99",
    ".5",
    "5.",
    "nan",
]
Call = Callable[..., Any]


def allowed(**fields: Any) -> dict[str, Any]:
    return {
        "low": "1",
        "high": "20",
        "isWhole": True,
        "refused": "Must be 1 to 20, got {}.",
        **fields,
    }


@pytest.mark.parametrize("typed", ["1", "20", " 3 ", "3.0", "+3", "2e1"])
def test_what_is_in_range_is_allowed(call: Call, typed: str) -> None:
    assert call("policy_check", "refusal", typed, allowed()) == ""


@pytest.mark.parametrize("typed", ["0", "21", "2.5", "-3", "3,5", "three"])
def test_what_is_not_is_refused_with_what_was_typed(call: Call, typed: str) -> None:
    said = call("policy_check", "refusal", typed, allowed())

    assert said == f"Must be 1 to 20, got {typed}."


def test_what_was_typed_stands_in_the_sentence_as_it_is(call: Call) -> None:
    # `$&` would be the place itself, were the sentence filled in by a pattern.
    assert call("policy_check", "refusal", "$&", allowed()) == "Must be 1 to 20, got $&."
    assert call("policy_check", "refusal", " ", allowed()) == "Must be 1 to 20, got nothing."


def test_a_side_without_a_bound_takes_anything(call: Call) -> None:
    assert call("policy_check", "refusal", "1e9", allowed(high="")) == ""


@pytest.mark.parametrize("typed", TYPED)
def test_the_browser_reads_a_number_where_the_server_does(call: Call, typed: str) -> None:
    field = FIELDS["breaker.suspicion_low"]

    number = call("policy_check", "typedNumber", typed)

    read = typed_value(field, typed)
    assert (number is None) == isinstance(read, str)
    assert number is None or number == read


@pytest.mark.parametrize("typed", ["200", "4.9", "much"])
def test_the_browser_says_the_servers_sentence(call: Call, typed: str) -> None:
    field = FIELDS["breaker.frozen_share_cap"]
    limits = {
        "low": "5",
        "high": "100",
        "isWhole": False,
        "refused": "Must be from 5 to 100 %, got {}.",
    }
    problem = Problem(path=field.path, value=typed_value(field, typed), allowed="")

    assert call("policy_check", "refusal", typed, limits) == refused_text(field, problem, typed)


@pytest.mark.parametrize(
    ("typed", "seen", "is_other"),
    [
        ("8", "8.0", False),
        (" 8", "8", False),
        ("8.5", "8", True),
        ("off", "shadow", True),
        ("", "8", True),
    ],
)
def test_only_another_value_is_a_change(call: Call, typed: str, seen: str, is_other: bool) -> None:
    assert call("policy_check", "differs", typed, seen) is is_other


def test_what_is_not_sent_is_counted(call: Call) -> None:
    assert call("policy_check", "unsentText", 1) == "1 field typed, not in the draft yet."
    assert call("policy_check", "unsentText", 3) == "3 fields typed, not in the draft yet."
    assert call("policy_check", "unsentText", 0) == (
        "Nothing is in force before the draft is published."
    )
