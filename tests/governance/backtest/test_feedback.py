"""Bounds hold where the world answers to the policy; the whole table is tests/bench."""

from __future__ import annotations

import pytest

from governance.domain.backtest.plain import report_to_plain
from tests.governance.backtest.feedback_plan import Size
from tests.governance.backtest.feedback_truth import (
    Truth,
    backtested,
    drafts_loosening,
    drafts_tightening,
    estimates_said,
    recorded,
    truths,
)

SIZE = Size(agents=16, days=12, tasks_a_day=8.0)
SEEDS = range(20)
MISSES_MOST = 1
TIGHTENING = ("tier medium earned at 0.75", "Medium denied to tier medium")


@pytest.fixture(scope="module")
def tightened() -> dict[str, list[Truth]]:
    drafts = {name: drafts_tightening()[name] for name in TIGHTENING}
    worlds = [truths(seed, SIZE, drafts) for seed in SEEDS]
    return {name: [world[name] for world in worlds] for name in drafts}


@pytest.mark.parametrize("name", TIGHTENING)
def test_bounds_of_a_tightening_contain_the_truth(
    name: str, tightened: dict[str, list[Truth]]
) -> None:
    missed = [each.seed for each in tightened[name] if not each.is_within]

    assert len(missed) <= MISSES_MOST


@pytest.mark.parametrize("name", TIGHTENING)
def test_a_plain_replay_promises_too_much(name: str, tightened: dict[str, list[Truth]]) -> None:
    promised, truth = (
        sum(each.naive for each in tightened[name]),
        sum(each.truth for each in tightened[name]),
    )

    assert promised < truth


@pytest.mark.parametrize("name", drafts_loosening())
@pytest.mark.parametrize("seed", range(3))
def test_a_loosening_is_told_as_unknown_and_never_estimated(name: str, seed: int) -> None:
    report = backtested(recorded(seed, SIZE).record(), drafts_loosening()[name])

    plain = report_to_plain(report)

    assert [plain[part]["estimate"] for part in ("whole", "first", "second")] == [None] * 3
    assert report.whole.unknown is not None
    assert set(plain["whole"]["unknown"]) == {"tasks", "denied", "refused", "waiting"}
    assert estimates_said(report) == []


def test_the_policy_in_force_changes_nothing() -> None:
    world = recorded(0, SIZE)

    report = backtested(world.record(), world.policy)

    assert (report.whole.changed, report.whole.limits_changed) == (0, 0)
    assert report.coverage.compared == report.coverage.decisions > 0
    assert report.whole.outcomes.failed == world.lived.failures > 0
    assert (report.whole.freezes.earlier, report.whole.freezes.later) == (0, 0)
