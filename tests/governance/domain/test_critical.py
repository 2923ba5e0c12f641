from __future__ import annotations

from decimal import Decimal

from governance.domain.breaker_state import Breaker
from governance.domain.critical import (
    cap_broken,
    is_latched_already,
    tool_forbidden,
    violation_executed,
)
from governance.domain.facts import Mandate
from governance.domain.policy.breaker import BreakerPolicy
from governance.domain.transitions import BreakerReason
from governance.domain.types import Hold, Result, TaskState

POLICY = BreakerPolicy()


def test_tools_of_the_mandate_are_not_critical() -> None:
    mandate = Mandate(tools=("invoices.*",))

    assert tool_forbidden(mandate, ["invoices.read"], tool="invoices.pay") is None


def test_a_tool_outside_the_mandate_is_named_with_the_mandate() -> None:
    found = tool_forbidden(
        Mandate(tools=("invoices.*",)), ["invoices.read", "limits.raise"], tool="invoices.pay"
    )

    assert found is not None
    assert found.reason is BreakerReason.FORBIDDEN_TOOL
    assert found.sentence == (
        "During a task with invoices.pay it used limits.raise: nobody approved that, and its"
        " mandate (invoices.*) does not name it."
    )


def test_many_forbidden_tools_are_counted_after_the_third() -> None:
    found = tool_forbidden(Mandate(), ["e", "d", "c", "b", "a"], tool="x")

    assert found is not None
    assert "it used a, b, c and 2 other tools" in found.sentence
    assert "(no tools)" in found.sentence


def test_without_a_cap_or_a_cost_nothing_is_broken() -> None:
    assert cap_broken(None, Decimal(5), POLICY) is None
    assert cap_broken(Decimal(5000), None, POLICY) is None


def test_the_hard_cap_is_twice_the_cap() -> None:
    assert cap_broken(Decimal("20.00"), Decimal(10), POLICY) is None
    assert cap_broken(Decimal("20.01"), Decimal(10), POLICY) is not None


def test_a_dollar_above_a_small_cap_is_not_critical() -> None:
    assert cap_broken(Decimal("1.02"), Decimal("0.02"), POLICY) is None
    found = cap_broken(Decimal("1.03"), Decimal("0.02"), POLICY)

    assert found is not None
    assert found.sentence == (
        "One task spent $1.03; its cap is $0.02 and nothing may exceed $1.02."
    )


def test_doing_what_was_denied_is_a_violation() -> None:
    found = violation_executed(TaskState.DENIED, Result.SUCCESS, tool="wipe")

    assert found is not None
    assert found.reason is BreakerReason.POLICY_VIOLATION


def test_a_denied_task_that_was_not_done_is_none_even_with_the_code() -> None:
    code = "policy_violation"

    assert violation_executed(TaskState.DENIED, Result.DENIED, tool="w", error_code=code) is None


def test_a_report_may_say_itself_that_a_policy_was_broken() -> None:
    code = "policy_violation"

    found = violation_executed(TaskState.RUNNING, Result.FAILURE, tool="wipe", error_code=code)

    assert found is not None
    assert found.sentence == "A task with wipe is reported as a violation of a policy."


def test_ordinary_work_is_no_violation() -> None:
    assert violation_executed(TaskState.RUNNING, Result.SUCCESS, tool="read") is None


def test_only_a_critical_latch_is_there_already() -> None:
    latched = Breaker(hold=Hold.LATCHED)

    assert not is_latched_already(latched)
    assert is_latched_already(latched._replace(critical=True))
    assert not is_latched_already(Breaker())
