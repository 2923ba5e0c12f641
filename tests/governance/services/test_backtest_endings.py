"""How recorded tasks had ended, as a backtest reads it from their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from governance.backtest.record import DecisionStep
from governance.domain.backtest.answers import Ending
from governance.domain.types import TaskState
from governance.models import Task
from governance.selectors.backtest_record import record_open

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator


@pytest.mark.parametrize(
    ("state", "ending"),
    [
        (TaskState.PENDING, Ending.WAITING),
        (TaskState.READY, Ending.OPEN),
        (TaskState.RUNNING, Ending.OPEN),
        (TaskState.DENIED, Ending.REFUSED),
        (TaskState.EXPIRED, Ending.REFUSED),
        (TaskState.CANCELLED, Ending.WITHDRAWN),
    ],
)
def test_what_people_were_asked_about_has_run_only_once_they_agreed(
    shop: Orchestrator, clock: Clock, state: TaskState, ending: Ending
) -> None:
    since = clock.now
    asked = shop.ask("refund").task
    Task.objects.filter(pk=asked.pk).update(state=state.value)

    record = record_open(fleet=shop.fleet, since=since, until=clock.forward(minutes=1))

    (step,) = [each for each in record.steps() if isinstance(each, DecisionStep)]
    assert (step.task, step.ending) == (asked.pk, ending)
