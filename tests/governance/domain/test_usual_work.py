from __future__ import annotations

from datetime import date, timedelta

from governance.domain.blast import observed_letters
from governance.domain.blast.scale import BlastMetric
from governance.domain.facts import History, Progress, ToolEntry
from governance.domain.policy.blast import BlastPolicy
from governance.domain.types import TaskType
from governance.domain.usual_work import Days, WorkSeen, days_add, days_summary, days_within
from tests.governance.domain.asking import task_with

TODAY = date(2026, 3, 2)
POLICY = BlastPolicy()
MILD = WorkSeen({BlastMetric.WRITE: "N"}, TaskType.STATELESS)
WILD = WorkSeen({BlastMetric.WRITE: "D"}, TaskType.COORDINATION)


def days(mild: int, wild: int, day: date = TODAY) -> Days:
    return days_add({}, day, [MILD] * mild + [WILD] * wild)


def test_the_nearest_rank_at_90_percent_counts() -> None:
    assert days_summary(days(9, 1), POLICY).metrics == {"W": "N"}
    assert days_summary(days(8, 2), POLICY).metrics == {"W": "D"}


def test_the_type_takes_the_same_rank() -> None:
    assert days_summary(days(9, 1), POLICY).task_type is TaskType.STATELESS
    assert days_summary(days(8, 2), POLICY).task_type is TaskType.COORDINATION


def test_nine_tasks_are_no_history() -> None:
    found = days_summary(days(0, 9), POLICY)

    assert (found.tasks, found.metrics, found.task_type) == (9, {}, None)


def test_days_are_added_up() -> None:
    counted = days_add(days(5, 0, TODAY - timedelta(days=3)), TODAY, [WILD] * 5)

    assert days_summary(counted, POLICY).metrics == {"W": "D"}
    assert days_summary(counted, POLICY).tasks == 10


def test_adding_leaves_what_was_counted_before_as_it_was() -> None:
    before = days(5, 0)

    days_add(before, TODAY, [WILD])

    assert days_summary(before, POLICY).tasks == 5


def test_after_thirty_days_a_day_counts_no_more() -> None:
    old, kept = days(0, 10, TODAY - timedelta(days=31)), days(0, 10, TODAY - timedelta(days=30))

    assert days_within(old, today=TODAY, policy=POLICY) == {}
    assert days_summary(days_within(kept, today=TODAY, policy=POLICY), POLICY).tasks == 10


def test_a_metric_only_some_tasks_state_is_judged_by_those() -> None:
    unsaid = WorkSeen({}, TaskType.STATELESS)

    found = days_summary(days_add({}, TODAY, [unsaid] * 20 + [WILD] * 9), POLICY)

    assert found.metrics == {}
    assert found.tasks == 29


def test_a_task_tells_what_it_declared_and_reported_and_not_what_is_known_anyway() -> None:
    joined = ToolEntry(name="note", confirmed={"W": "A", "D": "N"})
    task = task_with(
        declared_blast={"U": "I", "D": "C", "W": "N"},
        history=History(tasks=40, metrics={"X": "O"}),
        progress=Progress(steps=4, tools=(joined,)),
    )

    found = observed_letters(task, POLICY)

    # Not R and X of the registry, E of the key, M of the accounts, nor X of its own history.
    assert {metric.value: letter for metric, letter in found.items()} == {
        "F": "1",
        "N": "2",
        "W": "A",
        "D": "C",
        "U": "I",
    }
