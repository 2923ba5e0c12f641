from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.domain.classifier import Classified, classify
from governance.domain.facts import History, Lineage, Plan, Progress, TaskFacts
from governance.domain.types import TaskType
from tests.governance.domain.asking import ALONE, task_with


def _classify(earlier: TaskType | None = None, **changes: Any) -> Classified:
    return classify(task_with(**changes), history_tasks_min=10, earlier=earlier)


@pytest.mark.parametrize(
    ("changes", "task_type", "sentence"),
    [
        ({}, "stateless", "Stateless: one agent, one step, nothing kept."),
        (
            {"plan": Plan(steps=2, agents=1)},
            "pipeline",
            "Pipeline: 2 dependent steps.",
        ),
        (
            {"plan": Plan(steps=1, agents=1, keeps_state=True)},
            "pipeline",
            "Pipeline: keeps state for a later step.",
        ),
        (
            {"plan": Plan(steps=1, agents=1, delegations=1)},
            "pipeline",
            "Pipeline: hands work to 1 other agent.",
        ),
        (
            {"plan": Plan(steps=1, agents=3)},
            "pipeline",
            "Pipeline: hands work to 2 other agents.",
        ),
        (
            {"plan": Plan(steps=1, agents=4)},
            "coordination",
            "Coordination: works with 3 other agents.",
        ),
        (
            {"plan": Plan(steps=9, agents=1, delegations=3)},
            "coordination",
            "Coordination: works with 3 other agents.",
        ),
        (
            {"lineage": Lineage(agents=3), "plan": Plan(steps=1, agents=2)},
            "coordination",
            "Coordination: works with 3 other agents.",
        ),
        (
            {"plan": Plan(steps=1, agents=2, talks_back=True)},
            "coordination",
            "Coordination: agents send messages in both directions.",
        ),
        (
            {"plan": Plan(steps=1, agents=2, shares_state=True)},
            "coordination",
            "Coordination: agents write to shared state.",
        ),
        (
            {"progress": Progress(agents_spawned=3)},
            "coordination",
            "Coordination: works with 3 other agents.",
        ),
        ({"progress": Progress(steps=2)}, "pipeline", "Pipeline: 2 dependent steps."),
        (
            {"declared_type": TaskType.PIPELINE},
            "pipeline",
            "Pipeline: declared by the caller.",
        ),
        (
            {"history": History(tasks=10, task_type=TaskType.COORDINATION)},
            "coordination",
            "Coordination: as in its last 10 tasks of this kind.",
        ),
    ],
)
def test_the_structure_makes_the_type(
    changes: dict[str, Any], task_type: str, sentence: str
) -> None:
    found = _classify(**changes)

    assert (found.task_type, found.sentence) == (task_type, sentence)


@pytest.mark.parametrize(
    ("plan", "task_type", "sentence"),
    [
        (
            Plan(steps=1),
            "coordination",
            "Coordination: plan.agents is not stated, so the strictest type counts.",
        ),
        (
            Plan(agents=1),
            "pipeline",
            "Pipeline: plan.steps is not stated, so more than one counts.",
        ),
    ],
)
def test_what_nobody_states_takes_the_stricter_side(
    plan: Plan, task_type: str, sentence: str
) -> None:
    found = _classify(plan=plan)

    assert (found.task_type, found.sentence) == (task_type, sentence)


def test_history_speaks_where_no_plan_was_given() -> None:
    history = History(tasks=40, task_type=TaskType.STATELESS)

    assert _classify(plan=Plan(), history=history).task_type is TaskType.STATELESS


def test_nine_tasks_are_no_history() -> None:
    history = History(tasks=9, task_type=TaskType.STATELESS)

    assert _classify(plan=Plan(), history=history).task_type is TaskType.COORDINATION


def test_declaring_a_milder_type_changes_nothing() -> None:
    found = _classify(plan=Plan(steps=1, agents=4), declared_type=TaskType.STATELESS)

    assert found.task_type is TaskType.COORDINATION


def test_words_do_not_change_the_type() -> None:
    loud = task_with(operation="coordinate_all_agents", tool="swarm.orchestrate")

    assert classify(loud, history_tasks_min=10).task_type is TaskType.STATELESS


def test_a_type_never_falls_during_a_task() -> None:
    found = _classify(earlier=TaskType.PIPELINE, plan=ALONE)

    assert found.sentence == "Pipeline: a type never falls during a task."


PLANS = st.builds(
    Plan,
    steps=st.none() | st.integers(0, 30),
    agents=st.none() | st.integers(0, 15),
    delegations=st.none() | st.integers(0, 15),
    keeps_state=st.booleans(),
    shares_state=st.booleans(),
    talks_back=st.booleans(),
)
TASKS = st.builds(
    task_with,
    plan=PLANS,
    lineage=st.builds(Lineage, agents=st.integers(0, 12), steps=st.integers(0, 30)),
    declared_type=st.none() | st.sampled_from(list(TaskType)),
)


@given(TASKS, st.sampled_from(list(TaskType)))
def test_declaring_never_loosens(task: TaskFacts, declared: TaskType) -> None:
    silent = classify(_declared(task, None), history_tasks_min=10)
    speaking = classify(_declared(task, declared), history_tasks_min=10)

    assert speaking.task_type.rank == max(silent.task_type.rank, declared.rank)


def _declared(task: TaskFacts, declared: TaskType | None) -> TaskFacts:
    return task_with(plan=task.plan, lineage=task.lineage, declared_type=declared)
