"""The client's promises, kept by a real stack: a program that runs twice acts once."""

from __future__ import annotations

from uuid import uuid4

import pytest

from examples.client import RefusedError, Task
from tests.e2e.stack import Stack


def lookup(stack: Stack, external_id: str) -> Task:
    """Ask for something so harmless that nobody has to decide."""
    return stack.gate.task(
        agent="shop-support",
        requested_by="ines@shop",
        external_id=external_id,
        title="Read order 7",
        operation="read",
        tool="read_orders",
        arguments={"order": 7},
        plan={"steps": 1, "agents": 1, "delegations": 0},
        blast={"U": "I"},
        budget_usd="0",
    )


def test_a_second_run_is_told_that_the_task_has_finished(stack: Stack) -> None:
    name = uuid4().hex
    first = lookup(stack, name)
    stack.gate.start(first)
    stack.gate.outcome(first, "success")

    again = stack.gate.wait(lookup(stack, name))
    with pytest.raises(RefusedError, match="cannot start: it has finished") as refused:
        stack.gate.start(again)

    assert again.id == first.id
    assert refused.value.code == "already_finished"


def test_a_second_run_is_told_that_the_task_runs(stack: Stack) -> None:
    name = uuid4().hex
    stack.gate.start(lookup(stack, name))

    with pytest.raises(RefusedError, match="cannot start: it has started already"):
        stack.gate.start(lookup(stack, name))


def test_only_a_key_of_the_callers_own_is_given_the_go_again(stack: Stack) -> None:
    task = lookup(stack, uuid4().hex)
    first = stack.gate.start(task, idempotency_key="run-1")

    assert stack.gate.start(task, idempotency_key="run-1") == first


def test_what_the_client_calls_safe_to_repeat_is(stack: Stack) -> None:
    task = lookup(stack, uuid4().hex)
    stack.gate.start(task)

    assert [stack.gate.heartbeat(task, steps=1) for _ in range(2)] == [True, True]
    stack.gate.outcome(task, "success")
    stack.gate.outcome(task, "success")
    with pytest.raises(RefusedError) as refused:
        stack.gate.outcome(task, "failure")

    assert refused.value.code == "already_finished"
    assert stack.count("governance_outcome", task_id=task.id) == 1
