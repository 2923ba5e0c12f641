"""Bodies: one meaning, rounded amounts, and a place for every fault."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import RequestFactory

from governance.api.bodies import SINGLE_BYTES, body_bytes, body_convert, body_read
from governance.api.problems import TooLargeError
from governance.refusals import InvalidFieldError
from governance.services.schemas import HeartbeatBody, InteractionItem, OutcomeBody, TaskBody

TASK = {
    "agent": "support",
    "requested_by": "ines",
    "external_id": "t-1",
    "title": "Read",
    "operation": "order.read",
    "tool": "orders.read",
}


def refused(kind: type[Any], body: Any) -> InvalidFieldError:
    with pytest.raises(InvalidFieldError) as caught:
        body_convert(body, kind)
    return caught.value


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("12.50", "12.500000"),
        (12.5, "12.500000"),
        (0.1, "0.100000"),
        (3, "3.000000"),
        ("0.0000005", "0.000000"),
        ("0.0000015", "0.000002"),
        ("0.0000025", "0.000002"),
    ],
)
def test_amounts_are_kept_half_even_at_six_places(sent: object, kept: str) -> None:
    body = body_convert({"result": "success", "cost_usd": sent}, OutcomeBody)

    assert str(body.cost_usd) == kept


def test_an_absent_amount_stays_absent() -> None:
    assert body_convert({"result": "success", "cost_usd": None}, OutcomeBody).cost_usd is None
    assert body_convert({}, HeartbeatBody).spent_usd == Decimal(0)


@pytest.mark.parametrize("sent", ["-1", -1, "NaN", "Infinity", "1_000", "1e15", True, [1], {}, ""])
def test_what_is_no_amount_is_refused(sent: object) -> None:
    error = refused(OutcomeBody, {"result": "success", "cost_usd": sent})

    assert (error.code, error.field) == ("invalid_amount", "cost_usd")


def test_a_fault_deep_inside_is_named_by_its_path() -> None:
    error = refused(HeartbeatBody, {"tools_used": ["a", ""]})

    assert (error.field, error.value) == ("tools_used[1]", "")
    assert error.allowed == "text of 1 to 120 characters, not only spaces"


def test_a_title_of_spaces_is_refused() -> None:
    error = refused(TaskBody, {**TASK, "title": " \u00a0"})

    assert (error.field, error.value) == ("title", " \u00a0")
    assert error.allowed == "text of 1 to 300 characters, not only spaces"


def test_a_share_above_one_is_refused() -> None:
    body = {
        "id": "x",
        "occurred_at": "2026-03-02T12:00:00Z",
        "initiator": "a",
        "counterparty": "b",
        "rating": 1.01,
    }

    error = refused(InteractionItem, body)

    assert (error.field, error.value) == ("rating", 1.01)
    assert error.allowed == "a number from 0 to 1 or null"


def test_a_missing_list_entry_says_what_a_list_holds() -> None:
    error = refused(TaskBody, {**TASK, "arguments": "all"})

    assert str(error) == 'arguments must be an object, got "all".'


@pytest.mark.parametrize(
    ("body", "field", "allowed"),
    [
        ({**TASK, "plan": []}, "plan",
         "an object with steps, agents, delegations, keeps_state, shares_state, talks_back"),
        ({**TASK, "plan": {"keeps_state": "no"}}, "plan.keeps_state", "true or false"),
        ({**TASK, "time_limit_s": 0}, "time_limit_s", "a whole number from 1 to 604800 or null"),
        ({**TASK, "state": 5}, "state", "text or null"),
    ],
)  # fmt: skip
def test_each_type_says_what_it_allows(body: Any, field: str, allowed: str) -> None:
    error = refused(TaskBody, body)

    assert (error.field, error.allowed) == (field, allowed)


def test_a_long_value_is_not_sent_back_whole() -> None:
    error = refused(TaskBody, {**TASK, "title": "x" * 5000})

    assert len(str(error)) < 200


def test_64_kib_of_state_are_taken_and_one_byte_more_is_not() -> None:
    kept = body_convert({**TASK, "state": "x" * 65_536}, TaskBody)

    with pytest.raises(TooLargeError) as caught:
        body_convert({**TASK, "state": "x" * 65_537}, TaskBody)

    assert len(kept.state or "") == 65_536
    assert caught.value.field == "state"


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(InvalidFieldError) as caught:
        body_read(rb'{"agent": "\ud800"}', TaskBody)

    assert (caught.value.code, caught.value.field) == ("not_canonical", "agent")


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(InvalidFieldError) as caught:
        body_read(b"[" * 70 + b"]" * 70, TaskBody)

    assert caught.value.allowed == "nested at most 64 levels"


@pytest.mark.parametrize("length", ["", "many"])
def test_a_body_of_undeclared_length_is_measured(length: str) -> None:
    request = RequestFactory().post("/", data=b"{}", content_type="application/json")
    request.META["CONTENT_LENGTH"] = length
    request._body = b" " * (SINGLE_BYTES + 1)

    with pytest.raises(TooLargeError) as caught:
        body_bytes(request)

    assert caught.value.value == f"{SINGLE_BYTES + 1} bytes"


def test_a_media_type_may_name_its_charset() -> None:
    request = RequestFactory().post("/", data=b"{}", content_type="application/json; charset=utf-8")

    assert body_bytes(request) == b"{}"


@pytest.mark.parametrize(
    "name", ["a`b", "`", "\n`", "", "a` - at `$.plan", "a` - at `$.nothing", "a - at `$.plan[3]`"]
)
def test_the_name_of_an_unknown_field_may_hold_anything(name: str) -> None:
    outer = refused(TaskBody, {**TASK, name: 7})
    inner = refused(TaskBody, {**TASK, "plan": {name: 8}})

    assert (outer.code, outer.field, outer.value) == ("unknown_field", name, 7)
    assert (inner.code, inner.field, inner.value) == ("unknown_field", f"plan.{name}", 8)


def test_a_value_that_looks_like_a_path_is_none() -> None:
    error = refused(OutcomeBody, {"result": "a` - at `$.cost_usd"})

    assert (error.field, error.value) == ("result", "a` - at `$.cost_usd")
