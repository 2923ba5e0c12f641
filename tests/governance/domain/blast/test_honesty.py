from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from governance.domain.blast import blast_score, declared_honestly, level_outgrown, level_stated
from governance.domain.facts import GateRequest, MoneyFacts, Plan, Progress, TaskFacts, ToolEntry
from governance.domain.policy.blast import BlastPolicy
from governance.domain.types import BlastLevel, Environment
from tests.governance.domain.asking import gate_request

POLICY = BlastPolicy()
WIPE = ToolEntry(name="wipe", confirmed={"W": "D", "R": "I", "X": "N", "D": "I"})
TASK = TaskFacts(
    environment=Environment.PRODUCTION,
    operation="tidy",
    tool="wipe",
    tool_entry=WIPE,
    declared_blast={"U": "T"},
    plan=Plan(steps=1, agents=1),
)
MONEY = MoneyFacts(task_budget_usd=Decimal(0), month_budget_usd=Decimal(1000))


def request(**fields: object) -> GateRequest:
    return gate_request(task=replace(TASK, **fields), money=MONEY)  # type: ignore[arg-type]


def stated(asked: GateRequest) -> BlastLevel | None:
    return level_stated(asked, blast_score(asked.task, asked.money, POLICY), POLICY)


def outgrown(asked: GateRequest) -> BlastLevel | None:
    return level_outgrown(asked, blast_score(asked.task, asked.money, POLICY), POLICY)


def test_words_that_the_registry_contradicts_are_understated() -> None:
    assert stated(request(declared_blast={"W": "N", "R": "A", "U": "T"})) is BlastLevel.LOW


def test_silence_and_true_words_are_not() -> None:
    assert stated(request()) is None
    assert stated(request(declared_blast={"W": "D", "U": "T"})) is None


def test_a_contradiction_that_changes_no_level_is_not() -> None:
    assert stated(request(declared_blast={"W": "M", "U": "T"})) is None


@pytest.mark.parametrize("entry", [None, ToolEntry(name="wipe", confirmed=None)])
def test_where_nothing_is_confirmed_nothing_contradicts(entry: ToolEntry | None) -> None:
    assert stated(request(tool_entry=entry, declared_blast={"W": "N", "R": "A"})) is None


def test_a_task_that_takes_more_steps_and_agents_outgrows_its_level() -> None:
    mild = ToolEntry(name="read", confirmed={"W": "N", "R": "A", "X": "N", "D": "I"})
    asked = request(tool_entry=mild, progress=Progress(steps=30, agents_spawned=12))

    assert outgrown(asked) is BlastLevel.MEDIUM


def test_progress_within_its_level_outgrows_nothing() -> None:
    assert outgrown(request(progress=Progress(steps=2))) is None


@pytest.mark.parametrize(
    ("reported", "level_stated", "level_observed", "honest"),
    [
        (False, "", "", None),
        (True, "", "", True),
        (False, "LOW", "", False),
        (True, "", "HIGH", False),
    ],
)
def test_a_task_is_judged_where_somebody_can_tell(
    reported: bool, level_stated: str, level_observed: str, honest: bool | None
) -> None:
    found = declared_honestly(reported=reported, stated=level_stated, observed=level_observed)

    assert found is honest
