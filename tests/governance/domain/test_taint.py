from __future__ import annotations

import pytest

from governance.domain.containment import Fate, fate_below
from governance.domain.taint import taint_findings
from governance.domain.types import Approval, BlastLevel, TaskState


@pytest.mark.parametrize("level", [BlastLevel.MEDIUM, BlastLevel.HIGH, BlastLevel.CRITICAL])
def test_tainted_input_asks_for_a_person_from_medium_up(level: BlastLevel) -> None:
    [finding] = taint_findings("t-7", level=level)

    assert finding.asks is Approval.ONE
    assert finding.sentence == (
        "It builds on task t-7, whose output is tainted: a person must agree."
    )


def test_a_low_task_runs_on_tainted_input_and_says_so() -> None:
    [finding] = taint_findings("t-7", level=BlastLevel.LOW)

    assert finding.asks is Approval.RUN
    assert finding.sentence.endswith("a Low task runs all the same.")


def test_sound_input_is_no_finding() -> None:
    assert list(taint_findings(None, level=BlastLevel.CRITICAL)) == []


@pytest.mark.parametrize(
    ("state", "fate"),
    [
        (TaskState.READY, Fate.HELD),
        (TaskState.RUNNING, Fate.RUNNING),
        (TaskState.PENDING, Fate.ASKED),
        (TaskState.FINISHED, None),
        (TaskState.HELD, None),
    ],
)
def test_only_what_has_not_started_is_held(state: TaskState, fate: Fate | None) -> None:
    assert fate_below(state, shadow=False) is fate


def test_in_shadow_nothing_is_held() -> None:
    assert fate_below(TaskState.READY, shadow=True) is Fate.SHADOW
