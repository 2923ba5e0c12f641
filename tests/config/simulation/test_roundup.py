from __future__ import annotations

from datetime import UTC, datetime

import pytest

from config.simulation.cast import LEAD, SCOUT, WRITER
from config.simulation.past import past_outcomes
from config.simulation.plots.roundup import READ, roundup
from config.simulation.runs import FAILURE, SUCCESS
from governance.models import Cascade, Task
from tests.config.simulation.conftest import Stage

pytestmark = pytest.mark.django_db(transaction=True)


def states() -> list[str]:
    tasks = Task.objects.filter(external_id__startswith="round-").order_by("external_id")
    return list(tasks.values_list("state", flat=True))


def test_only_the_first_round_up_reads_garbled_pages() -> None:
    first, later = roundup(1, 0).stages[READ], roundup(1, 1).stages[READ]

    assert first.result({}, lambda: 0) == (FAILURE, "pages_garbled")
    assert first.result({}, lambda: 3) == (SUCCESS, "")
    assert later.result({}, lambda: 0) == (SUCCESS, "")


def test_whoever_uses_garbled_pages_fails() -> None:
    users = [stage for stage in roundup(1, 0).stages if stage.parent == READ]

    assert [stage.agent for stage in users] == [WRITER, LEAD, LEAD, WRITER]
    assert {stage.result({READ: FAILURE}, lambda: 0) for stage in users} == {
        (FAILURE, "input_garbled")
    }
    assert {stage.result({READ: SUCCESS}, lambda: 0) for stage in users} == {(SUCCESS, "")}


def test_everything_is_asked_for_before_the_first_stage_is_worked_on(stage: Stage) -> None:
    stage.perform(roundup(1, 1), "round-1")

    tasks = Task.objects.filter(external_id__startswith="round-1-")
    asked = max(task.created_at for task in tasks)
    begun = [task.started_at for task in tasks if task.external_id != "round-1-0"]
    assert len(begun) == 9 - 1
    assert all(at is not None and at >= asked for at in begun)
    assert states() == ["FINISHED"] * 9
    assert {task.level for task in tasks} == {"LOW"}


def test_the_loop_is_held_where_it_stands_and_the_caller_waits(stage: Stage) -> None:
    past = past_outcomes(1, until=datetime.now(UTC), days=10)
    known = [item for item in past if item["agent"] in {LEAD, SCOUT, WRITER}]
    stage.wires["sandbox"].outcomes(known)
    performance = stage.performer.perform(roundup(1, 0), "round-0")

    waits = next(performance)
    performance.close()

    assert waits.state == "HELD"
    cascade = Cascade.objects.get()
    assert cascade.root.external_id == "round-0-0"
    assert cascade.agent.external_id == SCOUT
    assert states().count("HELD") >= 3
