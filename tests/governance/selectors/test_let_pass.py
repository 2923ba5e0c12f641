"""What shadow let pass is found by its own index, however much was decided."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from governance.domain.types import Verdict
from governance.selectors.let_pass import decisions_let_pass, reasons_let_pass, tasks_let_pass
from tests.clock import NOON
from tests.factories import DecisionFactory, FleetFactory
from tests.plans import plan_with_indexes

if TYPE_CHECKING:
    from tests.clock import Clock

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_months_of_decisions_are_not_read_for_the_few_that_were_let_pass(clock: Clock) -> None:
    fleet = FleetFactory()

    let_pass = decisions_let_pass(fleet=fleet, since=NOON - DAY, until=NOON)

    assert "decision_let_pass" in plan_with_indexes(let_pass)


def test_only_what_was_let_pass_when_it_was_asked_for_counts(clock: Clock) -> None:
    decision = DecisionFactory(verdict=Verdict.ALLOW.value, would_be=Verdict.DENY.value)
    fleet, span = decision.fleet, {"since": NOON - DAY, "until": NOON}
    same = {"task__fleet": fleet, "task__agent": decision.agent, "policy": fleet.policy}
    DecisionFactory(**same)
    DecisionFactory(task=decision.task, moment="start", would_be=Verdict.DENY.value)
    DecisionFactory(verdict=Verdict.ALLOW.value)

    (found,) = tasks_let_pass(fleet=fleet, **span)

    assert (found.would_be, found.tasks, found.outcomes) == (Verdict.DENY, 1, 0)


def test_a_task_counts_once_for_each_of_its_reasons(clock: Clock) -> None:
    reasons = [
        {"code": "frozen", "sentence": "The breaker is open.", "verdict": "deny"},
        {"code": "over_budget", "sentence": "Over.", "verdict": "deny"},
        {"code": "over_budget", "sentence": "Over twice.", "verdict": "deny"},
        {"code": "trust", "sentence": "Trust 0.61.", "verdict": "allow"},
    ]
    decision = DecisionFactory(verdict=Verdict.ALLOW.value, would_be="deny", reasons=reasons)

    found = reasons_let_pass(fleet=decision.fleet, since=NOON - DAY, until=NOON)

    assert [(each.code, each.tasks) for each in found] == [("frozen", 1), ("over_budget", 1)]
