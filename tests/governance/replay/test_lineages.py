from __future__ import annotations

from governance.replay.alarms import CASCADE, Alarm
from tests.governance.replay.files import at, play, row


def cascades(*rows: object) -> list[Alarm]:
    return [alarm for alarm in play(*rows).alarms if alarm.kind == CASCADE]  # type: ignore[arg-type]


def child(task_id: str, agent: str, second: float, parent: str, result: str = "failure") -> object:
    return row(task_id, agent, finished_at=at(seconds=second), result=result, parent_id=parent)


ROOT = row("root", "planner", finished_at=at(), result="failure")


def test_failures_below_a_failed_parent_are_one_cascade() -> None:
    rows = [ROOT, *(child(f"c{n}", f"worker-{n}", n + 1, "root") for n in range(8))]

    (alarm,) = cascades(*rows)

    # Each is expected to fail in 15 %, 1.5 x the prior of 1 in 10. Five failures or more where
    # 0.75 are expected are chance in 1.04 of 1,000 cases, six where 0.9 are in 0.34.
    assert (alarm.task_id, alarm.agent) == ("c5", "worker-5")
    assert "failed" in alarm.detail


def test_grandchildren_count_for_the_same_root() -> None:
    rows = [
        ROOT,
        child("a", "worker-a", 1, "root"),
        *(child(f"b{n}", f"worker-{n}", n + 2, "a") for n in range(7)),
    ]

    assert len(cascades(*rows)) == 1


def test_children_of_a_parent_that_worked_are_no_cascade() -> None:
    root = row("root", "planner", finished_at=at())

    assert cascades(root, *(child(f"c{n}", f"w-{n}", n + 1, "root") for n in range(8))) == []


def test_children_that_finished_before_their_parent_failed_do_not_count() -> None:
    rows = [ROOT, *(child(f"c{n}", f"w-{n}", -n - 1, "root") for n in range(8))]

    assert cascades(*rows) == []


def test_neutral_and_clean_children_are_no_alarm() -> None:
    rows = [
        ROOT,
        *(child(f"c{n}", f"w-{n}", n + 1, "root", "cancelled") for n in range(8)),
        *(child(f"s{n}", f"w-{n}", n + 10, "root", "success") for n in range(3)),
    ]

    assert cascades(*rows) == []


def test_tasks_that_name_each_other_as_parents_do_no_harm() -> None:
    rows = [
        child("a", "one", 0, "b"),
        child("b", "two", 1, "a"),
        *(child(f"c{n}", f"w-{n}", n + 2, "b") for n in range(8)),
    ]

    assert len(cascades(*rows)) == 1
